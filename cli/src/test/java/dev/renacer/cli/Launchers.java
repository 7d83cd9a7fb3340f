// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The commands as a user runs them, and programs for them to trace. */
public final class Launchers {
    private Launchers() {}

    /** The repository. Maven runs tests in the module's directory, an editor perhaps in the repository's. */
    public static Path repository() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("cli"))
                ? here
                : here.resolve("..").normalize();
    }

    /** A launcher of {@code bin/} with arguments. */
    public static List<String> command(String launcher, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(repository().resolve("bin").resolve(launcher).toString());
        command.addAll(arguments);
        return command;
    }

    /** Compiles a C program of this repository into the module's build folder. */
    public static Path compiled(String source) {
        return compiled(source, List.of());
    }

    /** Likewise, with further arguments of the compiler. */
    public static Path compiled(String source, List<String> more) {
        Path file = repository().resolve(source);
        String name = String.valueOf(file.getFileName());
        Path program = repository().resolve("cli/target/test-programs").resolve(name.substring(0, name.indexOf('.')));
        try {
            Files.createDirectories(program.getParent());
            List<String> command = new ArrayList<>(List.of(
                    "gcc",
                    "-std=c17",
                    "-O1",
                    "-Wall",
                    "-Wextra",
                    "-Werror",
                    "-pthread",
                    "-o",
                    program.toString(),
                    file.toString()));
            command.addAll(more);
            Run gcc = Run.of(command);
            if (gcc.code() != 0) {
                throw new IllegalStateException("gcc could not compile " + source + ": " + gcc.err());
            }
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
