// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.ToIntFunction;

/**
 * Runs several commands in one JVM, for the training of an AOT cache that serves all of them: a cache is written by one JVM, whose
 * classes must come from the jars that the cache is later used with. Part of the build, not of the command line.
 */
public final class TrainingCommands {
    private TrainingCommands() {}

    /**
     * Runs the commands of the standard input, one a line, its arguments parted by single spaces, prints their exit codes and ends the
     * JVM.
     */
    public static void run(ToIntFunction<String[]> command) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(line + ": exit code " + command.applyAsInt(line.split(" ", -1)));
            }
        }
        System.exit(0);
    }
}
