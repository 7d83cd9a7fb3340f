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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the system call tables of x86-64, x32, i386 and aarch64 as read from the kernel's user-space headers: lines of
 * table, number and name. The C preprocessor reads the headers, so that conditionals and includes mean what they mean
 * to a C program.
 *
 * <p>Run by the build: {@code java GenerateSyscallTables.java OUTPUT}. The compiler is {@code $CC}, else {@code cc}.
 */
final class GenerateSyscallTables {
    /**
     * One table.
     *
     * @param name      in the output
     * @param header    that defines its numbers
     * @param defines   what the kernel defines before it includes that header
     * @param folders   where the header lies if it is not on the compiler's own path, as when built on another
     *     architecture
     * @param packages  Debian packages that bring it
     */
    record Table(String name, String header, List<String> defines, List<String> folders, String packages) {}

    private static final List<String> X86_FOLDERS =
            List.of("/usr/lib/linux/uapi/x86", "/usr/x86_64-linux-gnu/include", "/usr/include/x86_64-linux-gnu");
    private static final String X86_PACKAGES = "linux-libc-dev (on another architecture linux-libc-dev-amd64-cross)";

    private static final List<Table> TABLES = List.of(
            new Table("x86_64", "asm/unistd_64.h", List.of(), X86_FOLDERS, X86_PACKAGES),
            new Table("x32", "asm/unistd_x32.h", List.of("__X32_SYSCALL_BIT=0"), X86_FOLDERS, X86_PACKAGES),
            new Table("i386", "asm/unistd_32.h", List.of(), X86_FOLDERS, X86_PACKAGES),
            // As arch/arm64/include/uapi/asm/unistd.h sets them. The generic table is the same wherever it is
            // installed.
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
                    List.of(),
                    "linux-libc-dev"));

    private static final Pattern DEFINE = Pattern.compile("#define (__NR\\w*) (\\S.*)");
    /** Names of the generic header that are bounds, not calls. */
    private static final List<String> BOUNDS = List.of("syscalls", "arch_specific_syscall");

    public static void main(String[] arguments) throws IOException, InterruptedException {
        StringBuilder out = new StringBuilder();
        for (Table table : TABLES) {
            Map<Integer, String> calls = calls(table);
            if (calls.size() < 250 && !table.name().equals("x32")) {
                fail(table, "it defines " + calls.size() + " calls only");
            }
            calls.forEach((number, name) -> out.append(table.name())
                    .append('\t')
                    .append(number)
                    .append('\t')
                    .append(name)
                    .append('\n'));
        }
        Path target = Path.of(arguments[0]);
        Files.createDirectories(target.getParent());
        Files.writeString(target, out);
    }

    private static Map<Integer, String> calls(Table table) throws IOException, InterruptedException {
        Map<String, String> macros = macros(table);
        Map<Integer, String> calls = new TreeMap<>();
        macros.forEach((macro, value) -> {
            if (macro.startsWith("__NR_") && !BOUNDS.contains(macro.substring(5))) {
                calls.put(number(table, macros, value), macro.substring(5));
            }
        });
        return calls;
    }

    /**
     * The value of a macro: a number, the name of another macro, or {@code (__X32_SYSCALL_BIT + number)} with the bit
     * as 0.
     */
    private static int number(Table table, Map<String, String> macros, String value) {
        String sum = value.replaceAll("^\\(__X32_SYSCALL_BIT \\+ (\\d+)\\)$", "$1");
        for (int depth = 0; depth < 4 && macros.containsKey(sum); depth++) {
            sum = macros.get(sum);
        }
        if (!sum.matches("\\d+")) {
            fail(table, "it has a number that cannot be read: " + value);
        }
        return Integer.parseInt(sum);
    }

    private static Map<String, String> macros(Table table) throws IOException, InterruptedException {
        List<String> attempts = new ArrayList<>(List.of(""));
        attempts.addAll(table.folders());
        StringBuilder errors = new StringBuilder();
        for (String folder : attempts) {
            Optional<Map<String, String>> macros = preprocess(table, folder, errors);
            if (macros.isPresent()) {
                return macros.get();
            }
        }
        fail(table, errors.toString().lines().findFirst().orElse("the C preprocessor failed"));
        return Map.of();
    }

    private static Optional<Map<String, String>> preprocess(Table table, String folder, StringBuilder errors)
            throws IOException, InterruptedException {
        String compiler = System.getenv().getOrDefault("CC", "cc");
        List<String> command = new ArrayList<>(List.of(compiler.split(" ")));
        command.addAll(List.of("-E", "-dM", "-x", "c"));
        table.defines().forEach(define -> command.add("-D" + define));
        if (!folder.isEmpty()) {
            command.add("-I" + folder);
        }
        command.addAll(List.of("-include", table.header(), "/dev/null"));
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
                    errors.append(line).append('\n');
                }
            });
        }
        return process.waitFor() == 0 ? Optional.of(macros) : Optional.empty();
    }

    private static void fail(Table table, String cause) {
        stop("Cannot read the " + table.name() + " system calls from <" + table.header() + ">: " + cause
                + ". Install the package " + table.packages() + ".");
    }

    private static void stop(String message) {
        System.err.println(message);
        System.exit(1);
    }
}
