// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes tables.tsv: the system calls of x86-64, x32, i386 and aarch64 as read from the kernel's user-space headers. The C
 * preprocessor reads the headers, so that conditionals and includes mean what they mean to a C program.
 *
 * <p>{@code java GenerateSyscallTables.java OUTPUT [HEADERS [SOURCE]]}, or {@code make syscall-tables}. HEADERS is the folder
 * {@code usr} of an unpacked package linux-libc-dev, as of a newer kernel; absent, the headers of this machine are read. SOURCE
 * is a sentence on where they came from, for the output. The compiler is {@code $CC}, else {@code cc}.
 */
final class GenerateSyscallTables {
    /**
     * One way to read a table.
     *
     * @param name      in the output
     * @param header    that defines its numbers
     * @param defines   what the kernel defines before it includes that header
     * @param folders   below HEADERS, where the header may lie
     */
    record Table(String name, String header, List<String> defines, List<String> folders) {}

    private static final List<String> X86_FOLDERS =
            List.of("lib/linux/uapi/x86", "x86_64-linux-gnu/include", "include/x86_64-linux-gnu");
    private static final List<String> ARM64_FOLDERS =
            List.of("lib/linux/uapi/arm64", "aarch64-linux-gnu/include", "include/aarch64-linux-gnu");
    private static final List<String> NAMES = List.of("x86_64", "x32", "i386", "aarch64");

    /** Of two ways to read one table the first that can be gone is. */
    private static final List<Table> TABLES = List.of(
            new Table("x86_64", "asm/unistd_64.h", List.of(), X86_FOLDERS),
            new Table("x32", "asm/unistd_x32.h", List.of("__X32_SYSCALL_BIT=0"), X86_FOLDERS),
            new Table("i386", "asm/unistd_32.h", List.of(), X86_FOLDERS),
            new Table("aarch64", "asm/unistd_64.h", List.of(), ARM64_FOLDERS),
            // Kernels before 6.11 have this one alone. As their arch/arm64/include/uapi/asm/unistd.h sets them; the
            // generic
            // table is the same wherever it is installed.
            new Table(
                    "aarch64",
                    "asm-generic/unistd.h",
                    List.of(
                            "__BITS_PER_LONG=64",
                            "__ARCH_WANT_RENAMEAT",
                            "__ARCH_WANT_NEW_STAT",
                            "__ARCH_WANT_SET_GET_RLIMIT",
                            "__ARCH_WANT_TIME32_SYSCALLS",
                            "__ARCH_WANT_SYS_CLONE3",
                            "__ARCH_WANT_MEMFD_SECRET"),
                    List.of("include")));

    private static final Pattern DEFINE = Pattern.compile("#define (\\w+) (\\S.*)");
    /** Names of the generic header that are bounds, not calls. */
    private static final List<String> BOUNDS = List.of("syscalls", "arch_specific_syscall");

    private final Path headers;
    private final List<String> errors = new ArrayList<>();

    private GenerateSyscallTables(Path headers) {
        this.headers = headers;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 0) {
            stop("Give the file to write, and the folder usr of an unpacked linux-libc-dev if not this machine's.");
        }
        Path headers = Path.of(arguments.length > 1 ? arguments[1] : "/usr");
        String source = arguments.length > 2 ? arguments[2] : "the headers in " + headers;
        Path target = Path.of(arguments[0]).toAbsolutePath();
        Files.createDirectories(target.getParent());
        Files.writeString(target, new GenerateSyscallTables(headers).text(source));
    }

    private String text(String source) throws IOException, InterruptedException {
        Map<String, Map<String, Integer>> tables = new TreeMap<>();
        for (Table table : TABLES) {
            if (!tables.containsKey(table.name())) {
                Optional<Map<String, Integer>> calls = calls(table);
                if (calls.isPresent()) {
                    tables.put(table.name(), calls.get());
                }
            }
        }
        for (String name : NAMES) {
            if (!tables.containsKey(name)) {
                stop("Cannot read the system calls of " + name + " below " + headers + ": "
                        + errors.stream().findFirst().orElse("the C preprocessor failed")
                        + ". Install the package linux-libc-dev.");
            }
        }
        TreeSet<String> names = new TreeSet<>();
        tables.values().forEach(table -> names.addAll(table.keySet()));
        StringBuilder out = new StringBuilder();
        out.append("# SPDX-FileCopyrightText: The Renacer authors\n# SPDX-License-Identifier: Apache-2.0\n#\n");
        out.append(
                "# The system calls: name, number on x86-64, x32 (without its bit 30), i386 and aarch64, \"-\" where there is none.\n");
        out.append(
                "# Sorted by name. The row \"kernel\" has the version of the kernel they are of. Written by make syscall-tables\n");
        out.append("# from ").append(source).append(".\n");
        out.append("kernel\t").append(version()).append('\n');
        for (String call : names) {
            out.append(call);
            for (String name : NAMES) {
                Integer number = tables.get(name).get(call);
                out.append('\t').append(number == null ? "-" : number.toString());
            }
            out.append('\n');
        }
        return out.toString();
    }

    private String version() throws IOException, InterruptedException {
        Table table = new Table("version", "linux/version.h", List.of(), List.of("include"));
        Map<String, String> macros = macros(table).orElse(Map.of());
        int code = Integer.parseInt(macros.getOrDefault("LINUX_VERSION_CODE", "0"));
        return (code >> 16) + "." + (code >> 8 & 0xff);
    }

    private Optional<Map<String, Integer>> calls(Table table) throws IOException, InterruptedException {
        Optional<Map<String, String>> macros = macros(table);
        if (macros.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Integer> calls = new TreeMap<>();
        macros.get().forEach((macro, value) -> {
            if (macro.startsWith("__NR_") && !BOUNDS.contains(macro.substring(5))) {
                calls.put(macro.substring(5), number(table, macros.get(), value));
            }
        });
        return calls.size() < 250 ? Optional.empty() : Optional.of(calls);
    }

    /**
     * The value of a macro: a number, the name of another macro, or {@code (__X32_SYSCALL_BIT + number)} with the bit
     * as 0.
     */
    private static int number(Table table, Map<String, String> macros, String value) {
        String sum = value.replaceAll("^\\((?:__X32_SYSCALL_BIT|0) \\+ (\\d+)\\)$", "$1");
        for (int depth = 0; depth < 4 && macros.containsKey(sum); depth++) {
            sum = macros.get(sum);
        }
        if (!sum.matches("\\d+")) {
            stop("<" + table.header() + "> has a number that cannot be read: " + value);
        }
        return Integer.parseInt(sum);
    }

    private Optional<Map<String, String>> macros(Table table) throws IOException, InterruptedException {
        for (String folder : table.folders()) {
            Path header = headers.resolve(folder).resolve(table.header());
            Optional<Map<String, String>> macros =
                    Files.isReadable(header) ? preprocess(table, header, headers.resolve(folder)) : Optional.empty();
            if (macros.isPresent()) {
                return macros;
            }
        }
        errors.add("<" + table.header() + "> is not there");
        return Optional.empty();
    }

    private Optional<Map<String, String>> preprocess(Table table, Path header, Path folder)
            throws IOException, InterruptedException {
        String compiler = System.getenv().getOrDefault("CC", "cc");
        List<String> command = new ArrayList<>(List.of(compiler.split(" ")));
        command.addAll(List.of("-E", "-dM", "-x", "c", "-I" + folder, "-I" + headers.resolve("include")));
        table.defines().forEach(define -> command.add("-D" + define));
        command.addAll(List.of("-include", header.toString(), "/dev/null"));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            stop("The C compiler '" + compiler + "' does not run: " + e.getMessage()
                    + ". Install the package gcc or set CC.");
            return Optional.empty();
        }
        Map<String, String> macros = new TreeMap<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(line -> {
                Matcher define = DEFINE.matcher(line);
                if (define.matches()) {
                    macros.put(define.group(1), define.group(2).strip());
                } else if (line.contains("error:")) {
                    errors.add(line);
                }
            });
        }
        return process.waitFor() == 0 ? Optional.of(macros) : Optional.empty();
    }

    private static void stop(String message) {
        System.err.println(message);
        System.exit(1);
    }
}
