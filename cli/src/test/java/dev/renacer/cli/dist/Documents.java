// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.dist;

import dev.renacer.cli.kubectl.KubectlRenacer;
import dev.renacer.cli.local.RenacerCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Writes what belongs to an installed command line beside its programs: manual pages, and completion for bash. */
final class Documents {
    private Documents() {}

    /** Arguments: the folder {@code share}; the version; its date as YYYY-MM-DD. */
    public static void main(String[] args) throws IOException {
        Path manuals = Files.createDirectories(Path.of(args[0], "man", "man1"));
        CommandLine renacer = new CommandLine(new RenacerCommand());
        CommandLine plugin = KubectlRenacer.commandLine();
        Files.writeString(
                manuals.resolve("renacer.1"),
                ManPage.of(renacer, "renacer", "trace the system calls of programs", args[2], args[1]));
        Files.writeString(
                manuals.resolve("kubectl-renacer.1"),
                ManPage.of(plugin, "kubectl-renacer", "trace the system calls of pods", args[2], args[1]));
        Path completions = Files.createDirectories(Path.of(args[0], "bash-completion", "completions"));
        Files.writeString(completions.resolve("renacer"), AutoComplete.bash("renacer", renacer));
    }
}
