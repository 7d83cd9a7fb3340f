// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Runs several commands in one JVM, for the training of an AOT cache that serves all verbs: a cache is written by one JVM, whose
 * classes must come from the jars that the cache is later used with. Part of the build, not of the command line.
 */
public final class TrainingRun {
    private TrainingRun() {}

    /** Runs the commands of the standard input, one a line, its arguments parted by single spaces. */
    public static void main(String[] args) throws IOException {
        try (BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                int code = KubectlRenacer.execute(System.out, System.err, line.split(" ", -1));
                System.out.println(line + ": exit code " + code);
            }
        }
        System.exit(0);
    }
}
