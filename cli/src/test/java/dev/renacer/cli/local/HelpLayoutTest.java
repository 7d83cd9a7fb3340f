// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.HelpLayout;
import dev.renacer.cli.local.recording.DiffCommand;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The help of each command fits a terminal, and no word of it is broken. */
class HelpLayoutTest {
    static Stream<Object> commands() {
        return Stream.of(new RenacerCommand(), new RecordCommand(), new ReplayCommand(), new DiffCommand());
    }

    private static String help(Object command, CommandLine.Help.Ansi ansi) {
        CommandLine commandLine = new CommandLine(command);
        HelpLayout.applyTo(commandLine);
        return commandLine.getUsageMessage(ansi);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void noLineIsLongerThanATerminalIsWide(Object command) {
        assertThat(help(command, CommandLine.Help.Ansi.OFF).lines())
                .allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(80));
    }

    /** Whatever picocli writes on one line if there is room. */
    @ParameterizedTest
    @MethodSource("commands")
    void linesAreBrokenAtBlanksAlone(Object command) {
        CommandLine wide = new CommandLine(command);
        wide.setUsageHelpWidth(100_000);

        assertThat(words(help(command, CommandLine.Help.Ansi.OFF)))
                .isEqualTo(words(wide.getUsageMessage(CommandLine.Help.Ansi.OFF)));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void coloursTakeNoRoom(Object command) {
        assertThat(help(command, CommandLine.Help.Ansi.ON).replaceAll("\u001b\\[[0-9;]*m", ""))
                .isEqualTo(help(command, CommandLine.Help.Ansi.OFF));
    }

    @Test
    void whatDoesNotFitGoesOnBelowItsBeginning() {
        assertThat(help(new DiffCommand(), CommandLine.Help.Ansi.OFF).lines())
                .containsSequence(
                        "                  Exit with code 3 if one of these is there: new-errors,",
                        "                    new-calls, vanished-calls, latency:20% (a median that grew")
                .containsSequence(
                        "Exit code: 0, whether the traces differ or not; 3 if a condition of --fail-on is",
                        "not kept; 1 if a file cannot be read or is not whole; 2 for wrong arguments.");
        assertThat(help(new RecordCommand(), CommandLine.Help.Ansi.OFF).lines())
                .startsWith(
                        "Usage: renacer record [OPTIONS] -o FILE [--] PROGRAM [ARGS...]",
                        "       renacer record [OPTIONS] -o FILE -p PID[,PID...]");
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }
}
