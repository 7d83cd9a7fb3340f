// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a process left behind.
 *
 * @param code  as {@link Process#exitValue()}
 * @param out   its standard output, one character a byte
 * @param err   its standard error, likewise
 */
public record Run(int code, String out, String err) {
    private static final long LIMIT_SECONDS = 180;

    /** Runs a command to its end. */
    public static Run of(List<String> command) {
        return of(command, Map.of());
    }

    /** Runs a command to its end, with further environment variables. */
    public static Run of(List<String> command, Map<String, String> environment) {
        try {
            Path out = Files.createTempFile("renacer-out", ".txt");
            Path err = Files.createTempFile("renacer-err", ".txt");
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException(
                            command + " did not end in " + LIMIT_SECONDS + " s; so far: " + text(err));
                }
                return new Run(process.exitValue(), text(out), text(err));
            } finally {
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Runs {@code bin/renacer}. */
    public static Run renacer(String... arguments) {
        return of(Launchers.command("renacer", List.of(arguments)));
    }

    /** The lines of standard error. */
    public List<String> errLines() {
        return err.lines().toList();
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
