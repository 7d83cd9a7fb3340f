// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The programs that integration tests trace, and command lines for Java ones. */
final class TestPrograms {
    private static final Path MODULE = module();

    private TestPrograms() {}

    /** A script of the repository's libexec. */
    static Path libexec(String name) {
        return MODULE.resolveSibling("libexec").resolve(name);
    }

    /** Where this build put classes and the library. */
    static Path classes() {
        return MODULE.resolve("target/classes");
    }

    /** Compiles a program of src/test/programs with gcc, once a build. */
    static synchronized Path compiled(String name) {
        Path source = MODULE.resolve("src/test/programs").resolve(name + ".c");
        Path program = MODULE.resolve("target/test-programs").resolve(name);
        try {
            if (Files.exists(program)
                    && Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(source)) > 0) {
                return program;
            }
            Files.createDirectories(program.getParent());
            Process gcc = new ProcessBuilder(
                            "gcc", "-std=c17", "-O1", "-Wall", "-Werror", "-o", program.toString(), source.toString())
                    .inheritIO()
                    .start();
            if (gcc.waitFor() != 0) {
                throw new IllegalStateException("gcc could not compile " + source);
            }
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while gcc ran", e);
        }
    }

    /** Command line of a class of these tests in a JVM of its own. */
    static List<String> java(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    // Maven runs tests in the module's directory, an editor perhaps in the repository's.
    private static Path module() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("src/test/programs")) ? here : here.resolve("native");
    }
}
