// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An AOT cache (JEP 514 and 515) beside the jars of the command line, written by a JVM that runs commands as a user would. Part of the
 * build; it is made anew when the jars, the JDK, the JVM's options or the training have changed.
 */
public final class AotCache {
    private final Path lib;
    private final Path options;
    private final String name;

    /**
     * @param lib the folder with the jars, where the cache goes too
     * @param options the file with the JVM's options, those that the launcher gives it
     * @param name of the program
     */
    public AotCache(Path lib, Path options, String name) {
        this.lib = lib;
        this.options = options;
        this.name = name;
    }

    /** What trains a cache: it may use the folder, which is deleted afterwards. */
    @FunctionalInterface
    public interface Training {
        void run(Path folder) throws Exception;
    }

    /** Trains unless the cache is of this training and of these jars. */
    public void make(String trainedBy, Training training) throws Exception {
        Path stamp = lib.resolve(file() + ".stamp");
        String state = state() + trainedBy;
        if (Files.exists(stamp) && Files.readString(stamp).equals(state)) {
            return;
        }
        Files.deleteIfExists(stamp);
        Files.deleteIfExists(lib.resolve(file()));
        Path folder = Files.createTempDirectory("renacer-aot-");
        try {
            training.run(folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        if (!Files.exists(lib.resolve(file()))) {
            throw new IllegalStateException("the JVM wrote no " + lib.resolve(file()));
        }
        Files.writeString(stamp, state);
    }

    /**
     * Runs the commands, one a line, in the JVM that writes the cache.
     *
     * @param mayFail commands whose exit code says what they found, or what this machine does not allow
     */
    public void train(
            Path folder,
            Map<String, String> environment,
            List<String> jvmOptions,
            String mainClass,
            String commands,
            Predicate<String> mayFail)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(runtime(), "@" + options.toAbsolutePath()));
        command.addAll(jvmOptions);
        command.addAll(List.of(
                "-XX:AOTCacheOutput=" + lib.resolve(file()).toAbsolutePath(), "-cp", jar().toString(), mainClass));
        String said = run(folder, environment, commands, command);
        if (commands.lines().anyMatch(line -> !mayFail.test(line) && !said.contains(line + ": exit code 0\n"))) {
            throw new IllegalStateException(name + " failed: " + said);
        }
    }

    /**
     * Runs a program.
     *
     * @return what it printed
     */
    public static String run(Path folder, Map<String, String> environment, String input, List<String> command)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "run", ".log");
        Path in = Files.writeString(Files.createTempFile(folder, "run", ".in"), input);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(in.toFile())
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        String said = Files.readString(log);
        if (code != 0) {
            throw new IllegalStateException(command.getFirst() + " failed: " + said);
        }
        return said;
    }

    /** The JVM that the cache is for: that of a distribution with its own runtime, or the one that runs this. */
    private static String runtime() {
        String home = System.getProperty("renacer.runtime", "");
        return home.isEmpty() ? jdk("java") : Path.of(home, "bin", "java").toString();
    }

    /** A program of the JDK that runs this one. */
    public static String jdk(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    private String file() {
        return name + ".aot";
    }

    private Path jar() throws IOException {
        return jars().stream()
                .filter(jar -> String.valueOf(jar.getFileName()).startsWith("renacer-cli-"))
                .findFirst()
                .map(Path::toAbsolutePath)
                .orElseThrow(() -> new IllegalStateException("no renacer-cli jar in " + lib));
    }

    private List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.list(lib)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    /** All that a cache depends on. */
    private String state() throws IOException {
        StringBuilder state = new StringBuilder(System.getProperty("java.vm.version"))
                .append('\n')
                .append(Files.readString(options));
        for (Path jar : jars()) {
            state.append(jar.getFileName())
                    .append(' ')
                    .append(Files.size(jar))
                    .append(' ')
                    .append(Files.getLastModifiedTime(jar))
                    .append('\n');
        }
        return state.toString();
    }
}
