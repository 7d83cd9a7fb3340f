// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubectl renacer completion}: what a shell has to know of this plugin. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Prints a script that lets bash or zsh complete the arguments of kubectl-renacer.",
            "For 'kubectl renacer' itself nothing has to be loaded: where kubectl's own completion is on (bash, zsh, fish or"
                    + " powershell), it asks kubectl_complete-renacer, which is next to kubectl-renacer on the PATH."
        },
        footer = {
            "",
            "Examples:",
            "  source <(kubectl renacer completion bash)",
            "  source <(kubectl renacer completion zsh)    # after compinit",
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call()
public final class CompletionCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    String shell;

    private final Supplier<CommandLine> plugin;

    /**
     * @param plugin  makes the whole command line, all verbs included
     */
    public CompletionCommand(Supplier<CommandLine> plugin) {
        this.plugin = plugin;
    }

    @Override
    public Integer call() {
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw CommandFailure.usage("no script for '" + shell
                    + "'; give bash or zsh, or use kubectl's own completion, which knows this plugin in every shell");
        }
        // One script for both: in zsh it loads bashcompinit.
        spec.commandLine().getOut().print(AutoComplete.bash("kubectl-renacer", plugin.get()));
        spec.commandLine().getOut().flush();
        return ExitCode.SUCCESS;
    }
}
