// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import dev.renacer.cli.CommandFailure;
import dev.renacer.tracer.output.LineStyle;
import dev.renacer.tracer.output.PidPrefix;
import java.util.List;
import picocli.CommandLine.Option;

/** What a line of text has beside its call. */
final class LineOptions {
    private static final int WIDEST = 4096;
    /** By the number of times that -t is given. */
    private static final List<LineStyle.Clock> CLOCKS =
            List.of(LineStyle.Clock.NONE, LineStyle.Clock.SECONDS, LineStyle.Clock.MICROSECONDS, LineStyle.Clock.EPOCH);

    @Option(
            names = {"-T", "--timing"},
            description = "Show the time each call took.")
    boolean timing;

    @Option(
            names = "-t",
            description =
                    "Begin each line with the time of day; -tt with microseconds, -ttt as seconds since the epoch.")
    boolean[] clock = {};

    @Option(
            names = {"-r", "--relative-timestamps"},
            description = "Begin each line with the time since the line before.")
    boolean relative;

    @Option(
            names = {"-i", "--instruction-pointer"},
            description = "Show the instruction pointer at each call.")
    boolean pointers;

    @Option(
            names = {"-a", "--columns"},
            paramLabel = "COLUMN",
            description = "Align results in this column (40 in strace); without it they follow the arguments.")
    int column;

    /**
     * Refuses what is out of range.
     *
     * @throws CommandFailure if something is
     */
    void check() {
        if (clock.length > CLOCKS.size() - 1) {
            throw CommandFailure.usage("-t is given " + clock.length + " times; there are -t, -tt and -ttt");
        }
        if (column < 0 || column > WIDEST) {
            throw CommandFailure.usage("-a " + column + " is not a column; give 0 to " + WIDEST);
        }
    }

    /** Whether something is asked for that only lines of text have; the time of a call is a column of CSV, too. */
    boolean areForText() {
        return clock.length > 0 || relative || pointers || column > 0;
    }

    LineStyle style(PidPrefix prefix) {
        return new LineStyle(prefix, CLOCKS.get(clock.length), relative, timing, pointers, column);
    }
}
