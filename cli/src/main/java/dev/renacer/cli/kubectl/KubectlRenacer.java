// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.CommandRunner;
import dev.renacer.cli.ProjectVersion;
import java.io.PrintStream;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The kubectl plugin: {@code kubectl renacer …}, or {@code kubectl-renacer …} by itself. */
@Command(
        name = "kubectl-renacer",
        mixinStandardHelpOptions = true,
        versionProvider = ProjectVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows the system calls of a cluster's containers as OpenTelemetry spans.",
        footer = {
            "",
            "Examples:",
            "  kubectl renacer run deploy/checkout -n shop --duration 30s",
            "  kubectl renacer run -l app=web --syscalls 'network,!poll' --container nginx",
            "  kubectl renacer list -A",
            "  kubectl renacer stop checkout-x7k2p -n shop",
        },
        subcommands = {RunCommand.class, ListCommand.class, StopCommand.class})
public final class KubectlRenacer implements Runnable {
    /** Set by picocli. */
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run()
    CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing: run, list or stop");
    }

    /** Runs the command and returns its exit code. */
    static int execute(PrintStream out, PrintStream err, String... args) {
        CommandLine commandLine = new CommandLine(new KubectlRenacer());
        commandLine.setOut(new PrintWriter(out, true, out.charset()));
        commandLine.setErr(new PrintWriter(err, true, err.charset()));
        return CommandRunner.run(commandLine, err, args);
    }

    public static void main(String[] args) {
        System.exit(execute(System.out, System.err, args));
    }
}
