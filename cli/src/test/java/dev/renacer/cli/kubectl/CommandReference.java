// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Writes docs/reference/kubectl-renacer.md from the commands' own help. */
final class CommandReference {
    private static final int WIDTH = 110;

    private CommandReference() {}

    /** Arguments: the file to write. */
    public static void main(String[] args) throws IOException {
        Files.writeString(Path.of(args[0]), page());
    }

    /** The page. */
    static String page() {
        CommandLine root = KubectlRenacer.commandLine().setUsageHelpWidth(WIDTH);
        StringBuilder page = new StringBuilder("""
                <!-- SPDX-FileCopyrightText: The Renacer authors -->
                <!-- SPDX-License-Identifier: Apache-2.0 -->
                <!-- Generated from the commands' help: change that, then run `make cli-reference`. -->
                # kubectl renacer

                With `kubectl-renacer` on the PATH, kubectl runs it as `kubectl renacer`. All it does goes through the Kubernetes API with
                your own rights; what you may not read is told as unknown.

                | exit code | meaning |
                |---|---|
                | 0 | done; of `run`: the trace succeeded |
                | 1 | the cluster or an output refused; of `doctor`: something is wrong, or nothing could be read |
                | 2 | the arguments make no sense |
                | 3 | a trace was refused (`run`) or would be (`explain`; names of system calls and patterns are judged before all else) |
                | 4 | the trace is over and nothing was traced |
                | 5 | no answer within the time allowed for it |
                | 6 | the trace is over and its figures are the least: an agent was killed, or did not report the end |
                | 130 | left by a second Ctrl-C; the trace goes on ending by itself |

                """);
        section(page, "kubectl renacer", root);
        root.getSubcommands().values().stream()
                .distinct()
                .forEach(verb -> section(page, "kubectl renacer " + verb.getCommandName(), verb));
        return page.toString().stripTrailing() + "\n";
    }

    private static void section(StringBuilder page, String title, CommandLine command) {
        page.append("## ").append(title).append("\n```text\n");
        command.getUsageMessage(Ansi.OFF)
                .lines()
                .forEach(line -> page.append(line.stripTrailing()).append('\n'));
        page.append("```\n\n");
    }
}
