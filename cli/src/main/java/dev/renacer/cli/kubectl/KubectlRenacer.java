// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.CommandRunner;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.ProjectVersion;
import dev.renacer.cli.kubectl.command.CompletionCommand;
import dev.renacer.cli.kubectl.command.DeleteCommand;
import dev.renacer.cli.kubectl.command.DescribeCommand;
import dev.renacer.cli.kubectl.command.DoctorCommand;
import dev.renacer.cli.kubectl.command.ExplainCommand;
import dev.renacer.cli.kubectl.command.ListCommand;
import dev.renacer.cli.kubectl.command.NodesCommand;
import dev.renacer.cli.kubectl.command.PluginCommand;
import dev.renacer.cli.kubectl.command.PoliciesCommand;
import dev.renacer.cli.kubectl.command.RunCommand;
import dev.renacer.cli.kubectl.command.SinksCommand;
import dev.renacer.cli.kubectl.command.StopCommand;
import dev.renacer.cli.kubectl.command.StuckCommand;
import dev.renacer.cli.kubectl.command.VersionCommand;
import dev.renacer.cli.kubectl.option.ClusterOptions;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
            "Exit codes: 0 done; 1 the cluster or an output refused, or doctor found something wrong; 2 usage; 3 a trace was or"
                    + " would be refused; 4 nothing was traced; 5 no answer in time; 6 a trace's figures are incomplete; 7 stuck found"
                    + " what --fail-on names.",
            "",
            "Examples:",
            "  kubectl renacer run deploy/checkout -n shop --duration 30s",
            "  kubectl renacer run -l app=web --syscalls 'network,!poll' --container nginx",
            "  kubectl renacer stuck db-0 -n shop",
            "  kubectl renacer list -A",
            "  kubectl renacer -n shop --context staging describe checkout-x7k2p",
            "  kubectl renacer explain deploy/checkout -n shop",
            "  kubectl renacer stop checkout-x7k2p -n shop",
        })
public final class KubectlRenacer implements Runnable, PluginCommand {
    /** Set by picocli. */
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run()
    CommandLine.Model.CommandSpec spec;

    @CommandLine.Mixin
    final ClusterOptions cluster = new ClusterOptions();

    @Override
    public ClusterOptions cluster() {
        return cluster;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
    }

    /**
     * @param word     as on the command line
     * @param command  makes what runs it
     */
    private record Verb(String word, Supplier<Callable<Integer>> command) {}

    /** In the order of the help. */
    private static final List<Verb> VERBS = List.of(
            new Verb("run", RunCommand::new),
            new Verb("stuck", StuckCommand::new),
            new Verb("list", ListCommand::new),
            new Verb("describe", DescribeCommand::new),
            new Verb("stop", StopCommand::new),
            new Verb("delete", DeleteCommand::new),
            new Verb("nodes", NodesCommand::new),
            new Verb("sinks", SinksCommand::new),
            new Verb("policies", PoliciesCommand::new),
            new Verb("explain", ExplainCommand::new),
            new Verb("doctor", DoctorCommand::new),
            new Verb("completion", () -> new CompletionCommand(KubectlRenacer::commandLine)),
            new Verb("version", VersionCommand::new));

    /** The whole command line, all verbs included. */
    public static CommandLine commandLine() {
        return commandLine(VERBS);
    }

    private static CommandLine commandLine(List<Verb> verbs) {
        CommandLine commandLine = new CommandLine(new KubectlRenacer());
        verbs.forEach(verb -> commandLine.addSubcommand(verb.command().get()));
        return commandLine;
    }

    /**
     * Only the verb that is meant where one is. Reading the annotations of the others takes longer than running it.
     */
    private static CommandLine commandLineFor(String... args) {
        List<Verb> meant = VERBS.stream()
                .filter(verb -> args.length > 0 && verb.word().equals(args[0]))
                .toList();
        return meant.isEmpty() ? commandLine() : commandLine(meant);
    }

    /** Where the program begins. */
    public static void main(String[] args) {
        System.exit(execute(System.out, System.err, args));
    }

    /** Runs the command and returns its exit code. */
    static int execute(PrintStream out, PrintStream err, String... args) {
        if (args.length > 0 && args[0].equals(PluginCompletion.VERB)) {
            List<String> words = List.of(args).subList(1, args.length);
            PluginCompletion.print(new PrintWriter(out, true, out.charset()), commandLine(), words);
            return ExitCode.SUCCESS;
        }
        CommandLine commandLine = commandLineFor(args);
        commandLine.setOut(new PrintWriter(out, true, out.charset()));
        commandLine.setErr(new PrintWriter(err, true, err.charset()));
        return CommandRunner.run(commandLine, err, args);
    }
}
