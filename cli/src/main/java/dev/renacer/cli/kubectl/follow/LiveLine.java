// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.follow;

import dev.renacer.cli.kubectl.status.TraceState;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceTotals;
import dev.renacer.crds.UserText;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last line of a terminal, kept up to date while a trace goes on. Prints nothing elsewhere. Not thread-safe. */
public final class LiveLine {
    /** ECMA-48: to the first column, and erase to the end of the line. */
    private static final String ERASE = "\r\u001b[K";

    private final @Nullable PrintWriter terminal;
    private TraceTotals previous = TraceTotals.NONE;
    private Instant previousTime = Instant.EPOCH;
    private long callsPerSecond = -1;

    private LiveLine(@Nullable PrintWriter terminal) {
        this.terminal = terminal;
    }

    /** On the terminal this command runs on, if it runs on one. */
    public static LiveLine onTerminal(PrintWriter out) {
        boolean terminal = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        return new LiveLine(terminal ? out : null);
    }

    /** On this writer, whatever it is. */
    static LiveLine on(PrintWriter terminal) {
        return new LiveLine(terminal);
    }

    /** Nowhere. */
    static LiveLine none() {
        return new LiveLine(null);
    }

    /** Makes room for a line above. */
    void erase() {
        if (terminal != null) {
            terminal.print(ERASE);
            terminal.flush();
        }
    }

    /** Shows how it stands now. */
    void show(TraceRequest request, Instant now) {
        if (terminal != null) {
            terminal.print(ERASE + UserText.printable(text(request, now)));
            terminal.flush();
        }
    }

    /** The line. */
    String text(TraceRequest request, Instant now) {
        Optional<TraceRequestStatus> status = Optional.ofNullable(request.getStatus());
        TraceTotals totals = status.map(TraceRequestStatus::totals).orElse(TraceTotals.NONE);
        measure(totals, now);
        StringBuilder line = new StringBuilder(TraceState.word(request));
        status.map(TraceRequestStatus::deadline)
                .map(deadline -> Duration.between(now, Instant.parse(deadline)))
                .filter(left -> !left.isNegative())
                .ifPresent(left -> line.append("  ").append(left.toSeconds()).append(" s left"));
        if (callsPerSecond >= 0) {
            line.append(String.format(Locale.ROOT, "  %,d calls/s", callsPerSecond));
        }
        line.append(String.format(Locale.ROOT, "  %,d spans  lost %,d", totals.spans(), totals.lost()));
        if (totals.workSlowdownPercent() > 0) {
            line.append("  slowdown ").append(totals.slowdown());
        }
        return line.toString();
    }

    /** Figures come when the agents report, so the rate is that between two reports. */
    private void measure(TraceTotals totals, Instant now) {
        if (totals.equals(previous)) {
            return;
        }
        long millis = Duration.between(previousTime, now).toMillis();
        if (!previousTime.equals(Instant.EPOCH) && millis > 0) {
            callsPerSecond = Math.max(0, (totals.calls() - previous.calls()) * 1_000 / millis);
        }
        previous = totals;
        previousTime = now;
    }
}
