// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.syscall.SignalNames;
import java.util.HashSet;
import java.util.Set;

/** One line per call, as strace writes it, and lines for signals and exits. A call is written when it has ended. */
public final class TextOutput implements TraceListener {
    private final ReportStream out;
    private final boolean durations;
    private final PidPrefix prefix;
    private final Set<Integer> threads = new HashSet<>();
    private int recentThread;

    /**
     * @param durations  whether each line ends with the time the call took, {@code <seconds.micros>} (-T)
     */
    public TextOutput(ReportStream out, boolean durations, PidPrefix prefix) {
        this.out = out;
        this.durations = durations;
        this.prefix = prefix;
    }

    @Override
    public void onCall(SyscallCall call) {
        if (out.isBroken()) {
            return;
        }
        StringBuilder line = out.buffer();
        begin(line, call.tid());
        call.source().ifPresent(source -> source(line, source));
        line.append(call.syscall().name()).append('(');
        ArgumentFormatter.arguments(line, call);
        line.append(") = ");
        ArgumentFormatter.result(line, call);
        if (durations && call.outcome() != SyscallCall.Outcome.UNFINISHED) {
            line.append(" <");
            Decimals.seconds(line, call.durationNanos());
            line.append('>');
        }
        line.append('\n');
        out.written();
    }

    @Override
    public void onEvent(TraceEvent event) {
        if (out.isBroken()) {
            return;
        }
        int pid = event.process().pid();
        switch (event) {
            case TraceEvent.SignalDelivered signal -> signal(signal);
            case TraceEvent.Stopped stopped ->
                line(stopped.tid(), "--- stopped by ", SignalNames.of(stopped.signal()), " ---");
            case TraceEvent.ProcessExited exited -> exited(exited);
            case TraceEvent.ProcessDetached detached
            when detached.reason() != DetachReason.REQUESTED ->
                line(pid, "+++ detached: ", reason(detached.reason()), " +++");
            case TraceEvent.EventsLost lost -> line(pid, "--- lost ", Long.toString(lost.count()), " events ---");
            default -> {
                // Starts, execs and exits of threads show in the calls that make them.
            }
        }
        track(event);
    }

    @Override
    public void onIdle() {
        out.flush();
    }

    @Override
    public void onEnd() {
        out.flush();
    }

    /** {@code file.c:3 function }; unknown parts are left out. */
    private static void source(StringBuilder line, SourceLocation source) {
        source.shortPlace().ifPresent(place -> line.append(place).append(' '));
        source.function().ifPresent(function -> line.append(function).append(' '));
    }

    private void signal(TraceEvent.SignalDelivered signal) {
        StringBuilder line = out.buffer();
        begin(line, signal.tid());
        line.append("--- ").append(SignalNames.of(signal.info().signal())).append(' ');
        SignalFormatter.append(line, signal.info());
        line.append(" ---\n");
        out.written();
    }

    private void exited(TraceEvent.ProcessExited exited) {
        int pid = exited.process().pid();
        exited.exitCode().ifPresent(code -> line(pid, "+++ exited with ", Integer.toString(code), " +++"));
        exited.termSignal()
                .ifPresent(signal -> line(
                        pid,
                        "+++ killed by ",
                        SignalNames.of(signal),
                        exited.coreDumped() ? " (core dumped) +++" : " +++"));
    }

    static String reason(DetachReason reason) {
        return switch (reason) {
            case REQUESTED -> "asked to";
            case DEADLINE -> "the time is up";
            case HEARTBEAT_LOST -> "the tracer did not answer";
            case ENGINE_FAILURE -> "the capture engine failed";
            case SLOWDOWN_EXCEEDED -> "it was slowed down too much";
        };
    }

    private void line(int tid, String before, String what, String after) {
        StringBuilder line = out.buffer();
        begin(line, tid);
        line.append(before).append(what).append(after).append('\n');
        out.written();
    }

    private void begin(StringBuilder line, int tid) {
        if (tid != recentThread) {
            threads.add(tid);
            recentThread = tid;
        }
        if (prefix == PidPrefix.ALWAYS) {
            line.append(tid);
            for (int width = digits(tid); width < 5; width++) {
                line.append(' ');
            }
            line.append(' ');
        } else if (prefix == PidPrefix.WHEN_SEVERAL && threads.size() > 1) {
            line.append("[pid ");
            for (int width = digits(tid); width < 5; width++) {
                line.append(' ');
            }
            line.append(tid).append("] ");
        }
    }

    private static int digits(int number) {
        int digits = 1;
        for (int rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private void track(TraceEvent event) {
        switch (event) {
            case TraceEvent.ProcessStarted started ->
                threads.add(started.process().pid());
            case TraceEvent.ThreadExited exited -> gone(exited.tid());
            case TraceEvent.ProcessExited exited -> gone(exited.process().pid());
            case TraceEvent.ProcessDetached detached -> gone(detached.process().pid());
            default -> {
                // The number of threads does not change.
            }
        }
    }

    private void gone(int tid) {
        threads.remove(tid);
        recentThread = 0;
    }
}
