// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.TrainingCommands;
import java.io.IOException;

/** The program that trains the AOT cache of {@code kubectl renacer}. Part of the build. */
public final class TrainingRun {
    private TrainingRun() {}

    /** Runs the commands of the standard input. */
    public static void main(String[] arguments) throws IOException {
        TrainingCommands.run(args -> KubectlRenacer.execute(System.out, System.err, args));
    }
}
