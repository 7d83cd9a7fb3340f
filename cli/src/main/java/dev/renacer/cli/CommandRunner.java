// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Runs a picocli command the way both programs do: results on stdout, each error as one line on stderr. */
public final class CommandRunner {
    /** Kept so that the level is not lost when the logger is garbage-collected. */
    private static final Logger ROOT_LOGGER = Logger.getLogger("");

    /** What picocli says of a word that is no value of an enum. */
    private static final Pattern VALUES =
            Pattern.compile("expected one of \\[([A-Z0-9_, ]+)] \\(case-insensitive\\) but");

    private CommandRunner() {}

    /**
     * Parses and runs.
     *
     * @return the exit code
     */
    public static int run(CommandLine commandLine, PrintStream err, String... args) {
        return run(commandLine, _ -> Optional.empty(), err, args);
    }

    /**
     * Likewise.
     *
     * @param advice  what to give in place of an option that there is not
     * @return the exit code
     */
    public static int run(
            CommandLine commandLine, Function<String, Optional<String>> advice, PrintStream err, String... args) {
        // Libraries log what the command reports in its own words; their lines would only disturb its output.
        ROOT_LOGGER.setLevel(Level.OFF);
        String name = commandLine.getCommandName();
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        // An argument @name is an argument like any other.
        commandLine.setExpandAtFiles(false);
        commandLine.setParameterExceptionHandler((exception, arguments) -> {
            err.println(CommandFailure.line(name, usageMessage(exception, advice)));
            return ExitCode.USAGE;
        });
        commandLine.setExecutionExceptionHandler((exception, command, parsed) -> {
            if (exception instanceof CommandFailure failure) {
                err.println(failure.line(name));
                return failure.exitCode();
            }
            throw exception;
        });
        return commandLine.execute(args);
    }

    private static String usageMessage(
            CommandLine.ParameterException exception, Function<String, Optional<String>> advice) {
        CommandLine command = exception.getCommandLine();
        String help = "; try '" + command.getCommandSpec().qualifiedName() + " --help'";
        return switch (exception) {
            case CommandLine.UnmatchedArgumentException unmatched ->
                unmatchedMessage(command, unmatched, advice) + help;
            case CommandLine.MissingParameterException missing -> missingMessage(missing) + help;
            default -> forPeople(lowerFirst(String.valueOf(exception.getMessage()))) + help;
        };
    }

    private static String unmatchedMessage(
            CommandLine command,
            CommandLine.UnmatchedArgumentException unmatched,
            Function<String, Optional<String>> advice) {
        String first = unmatched.getUnmatched().getFirst();
        if (!first.startsWith("-")) {
            String what = command.getSubcommands().isEmpty() ? "unexpected argument" : "unknown command";
            return what + " '" + first + "'"
                    + suggestion(first, command.getSubcommands().keySet());
        }
        int value = first.indexOf('=');
        String flag = value < 0 ? first : first.substring(0, value);
        List<String> known = command.getCommandSpec().options().stream()
                .flatMap(option -> Arrays.stream(option.names()))
                .toList();
        // Any letter is one edit away from any other.
        return "unknown option '" + flag + "'"
                + advice.apply(flag)
                        .map(text -> "; " + text)
                        .orElseGet(() -> flag.length() > 2 ? suggestion(flag, known) : "");
    }

    private static String suggestion(String word, Collection<String> known) {
        return Spelling.closest(word, known)
                .map(near -> " (did you mean " + near + "?)")
                .orElse("");
    }

    private static String missingMessage(CommandLine.MissingParameterException missing) {
        return missing.getMissing().getFirst() instanceof OptionSpec option
                ? "option " + option.longestName() + " needs a value"
                : lowerFirst(String.valueOf(missing.getMessage()));
    }

    /** picocli names Java's types, and the values of enums as Java does. */
    private static String forPeople(String message) {
        return VALUES.matcher(message)
                .replaceFirst(values -> "expected one of " + values.group(1).toLowerCase(Locale.ROOT) + " but")
                .replaceFirst(" is not an? (?:int|long)$", " is not a whole number, or too great a one");
    }

    private static String lowerFirst(String text) {
        return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
