// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.dist;

import dev.renacer.cli.kubectl.KubectlRenacer;
import dev.renacer.cli.local.RecordCommand;
import dev.renacer.cli.local.RenacerCommand;
import dev.renacer.cli.local.ReplayCommand;
import dev.renacer.cli.local.recording.DiffCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Writes what belongs to an installed command line beside its programs: manual pages, and completion for bash. */
final class Documents {
    private record Manual(String name, String purpose, CommandLine command) {}

    private Documents() {}

    /** Arguments: the folder {@code share}; the version; its date as YYYY-MM-DD. */
    public static void main(String[] args) throws IOException {
        Path manuals = Files.createDirectories(Path.of(args[0], "man", "man1"));
        CommandLine renacer = new CommandLine(new RenacerCommand());
        List<Manual> all = List.of(
                new Manual("renacer", "trace the system calls of programs", renacer),
                new Manual(
                        "renacer-record", "record the system calls of programs", new CommandLine(new RecordCommand())),
                new Manual("renacer-replay", "show a recorded trace", new CommandLine(new ReplayCommand())),
                new Manual("renacer-diff", "compare two recorded traces", new CommandLine(new DiffCommand())),
                new Manual("kubectl-renacer", "trace the system calls of pods", KubectlRenacer.commandLine()));
        for (Manual manual : all) {
            List<String> others = all.stream()
                    .map(Manual::name)
                    .filter(name -> !name.equals(manual.name()))
                    .toList();
            Files.writeString(
                    manuals.resolve(manual.name() + ".1"),
                    ManPage.of(manual.command(), manual.name(), manual.purpose(), args[2], args[1], others));
        }
        Path completions = Files.createDirectories(Path.of(args[0], "bash-completion", "completions"));
        Files.writeString(completions.resolve("renacer"), AutoComplete.bash("renacer", renacer));
    }
}
