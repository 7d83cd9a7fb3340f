// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.argument.TransferDump;
import dev.renacer.tracer.output.notation.RawCall;
import dev.renacer.tracer.output.notation.SignalFormatter;
import dev.renacer.tracer.output.notation.StackLines;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.SignalNames;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/** One line per call, as strace writes it, and lines for signals and exits. A call is written when it has ended. */
public final class TextOutput implements TraceListener {
    /** In a status of waitpid(2). */
    private static final int CORE = 0x80;

    private final ReportStream out;
    private final LineStyle style;
    private final LineTimes times;
    private final NameWriter names;
    private final TextForm form;
    private final Set<Integer> threads = new HashSet<>();
    private int recentThread;

    /** Writes lines of this style. Times of day are those of this process's time zone. */
    public TextOutput(ReportStream out, LineStyle style) {
        this(out, style, NameWriter.NONE);
    }

    /**
     * As {@link #TextOutput(ReportStream, LineStyle)}.
     *
     * @param names  writes what descriptors are (-y)
     */
    public TextOutput(ReportStream out, LineStyle style, NameWriter names) {
        this(out, style, names, TextDetail.DEFAULT);
    }

    /**
     * As {@link #TextOutput(ReportStream, LineStyle, NameWriter)}.
     *
     * @param detail  how much is written of what arguments point to
     */
    public TextOutput(ReportStream out, LineStyle style, NameWriter names, TextDetail detail) {
        this(out, style, names, TextForm.of(detail));
    }

    /**
     * As {@link #TextOutput(ReportStream, LineStyle, NameWriter)}.
     *
     * @param form  how arguments are written
     */
    public TextOutput(ReportStream out, LineStyle style, NameWriter names, TextForm form) {
        this(out, style, names, form, () -> ZoneId.systemDefault().getRules());
    }

    TextOutput(ReportStream out, LineStyle style, NameWriter names, TextForm form, Supplier<ZoneRules> zone) {
        this.out = out;
        this.style = style;
        this.names = names;
        this.form = form.naming(names::inData);
        this.times = new LineTimes(style, zone);
    }

    @Override
    public void onCall(SyscallCall call) {
        if (out.isBroken()) {
            return;
        }
        StringBuilder line = out.buffer();
        int start = line.length();
        begin(line, call.tid(), call.startNanos());
        if (style.pointers()) {
            pointer(line, call);
        }
        if (call.source().isPresent()) {
            source(line, call.source().get());
        }
        line.append(call.syscall().name()).append('(');
        boolean raw = form.raw().test(call.syscall());
        TextDetail detail = form.detail(call.syscall());
        boolean open = arguments(line, call, raw, detail);
        if (call.left()) { // a call that goes on untraced has no end, and its line neither
            line.append(" <detached ...>\n");
            call.stack().ifPresent(stack -> StackLines.append(line, stack));
            out.written();
            return;
        }
        line.append(open ? " <unfinished ...>) " : ") ");
        while (line.length() - start < style.column()) {
            line.append(' ');
        }
        line.append("= ");
        if (raw) {
            RawCall.result(line, call);
        } else {
            ArgumentFormatter.result(line, call, detail);
            names.result(line, call);
        }
        if (style.durations() && call.outcome() != SyscallCall.Outcome.UNFINISHED) {
            line.append(" <");
            Decimals.seconds(line, call.durationNanos());
            line.append('>');
        }
        line.append('\n');
        if (form.dumps()) {
            TransferDump.append(line, call, form.read(), form.written());
        }
        call.stack().ifPresent(stack -> StackLines.append(line, stack));
        out.written();
    }

    /** Writes the arguments. Returns whether there is more to them that is not known. */
    private boolean arguments(StringBuilder line, SyscallCall call, boolean raw, TextDetail detail) {
        if (raw) {
            RawCall.arguments(line, call);
            return false;
        }
        if (call.outcome() == SyscallCall.Outcome.UNFINISHED) {
            return ArgumentFormatter.entered(line, call, names, detail);
        }
        ArgumentFormatter.arguments(line, call, names, detail);
        return false;
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
                line(event, stopped.tid(), "--- stopped by ", SignalNames.of(stopped.signal()), " ---");
            case TraceEvent.RestBegan rest ->
                line(event, rest.tid(), "--- not traced from here on: ", "slowed down too much", " ---");
            case TraceEvent.RestEnded rest -> tracedAgain(rest);
            case TraceEvent.ProcessExited exited -> exited(exited);
            case TraceEvent.ThreadExited exited
            when exited.status().isPresent() ->
                threadExited(exited, exited.status().getAsInt());
            case TraceEvent.ProcessDetached detached
            when detached.reason() != DetachReason.REQUESTED ->
                line(event, pid, "+++ detached: ", reason(detached.reason()), " +++");
            case TraceEvent.EventsLost lost ->
                line(event, pid, "--- lost ", Long.toString(lost.count()), " events ---");
            default -> {
                // Starts and execs show in the calls that make them.
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
        begin(line, signal.tid(), signal.epochNanos());
        noPointer(line);
        line.append("--- ").append(SignalNames.of(signal.info().signal())).append(' ');
        SignalFormatter.append(line, signal.info());
        line.append(" ---\n");
        signal.stack().ifPresent(stack -> StackLines.append(line, stack));
        out.written();
    }

    private void tracedAgain(TraceEvent.RestEnded rest) {
        StringBuilder line = out.buffer();
        begin(line, rest.tid(), rest.epochNanos());
        noPointer(line);
        line.append("--- traced again after <");
        Decimals.seconds(line, Math.max(0, rest.epochNanos() - rest.beganNanos()));
        line.append("> ---\n");
        out.written();
    }

    private void exited(TraceEvent.ProcessExited exited) {
        int pid = exited.process().pid();
        exited.exitCode().ifPresent(code -> line(exited, pid, "+++ exited with ", Integer.toString(code), " +++"));
        exited.termSignal()
                .ifPresent(signal -> line(
                        exited,
                        pid,
                        "+++ killed by ",
                        SignalNames.of(signal),
                        exited.coreDumped() ? " (core dumped) +++" : " +++"));
    }

    private void threadExited(TraceEvent.ThreadExited exited, int status) {
        int signal = status & 0x7f;
        if (signal == 0) {
            line(exited, exited.tid(), "+++ exited with ", Integer.toString(status >> 8 & 0xff), " +++");
        } else {
            String after = (status & CORE) != 0 ? " (core dumped) +++" : " +++";
            line(exited, exited.tid(), "+++ killed by ", SignalNames.of(signal), after);
        }
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

    private void line(TraceEvent event, int tid, String before, String what, String after) {
        StringBuilder line = out.buffer();
        begin(line, tid, event.epochNanos());
        noPointer(line);
        line.append(before).append(what).append(after).append('\n');
        out.written();
    }

    private void begin(StringBuilder line, int tid, long epochNanos) {
        if (tid != recentThread) {
            threads.add(tid);
            recentThread = tid;
        }
        if (style.prefix() == PidPrefix.ALWAYS) {
            line.append(tid);
            for (int width = digits(tid); width < 5; width++) {
                line.append(' ');
            }
            line.append(' ');
        } else if (style.prefix() == PidPrefix.WHEN_SEVERAL && threads.size() > 1) {
            line.append("[pid ");
            for (int width = digits(tid); width < 5; width++) {
                line.append(' ');
            }
            line.append(tid).append("] ");
        }
        times.append(line, epochNanos);
    }

    /** {@code [00007f35e289986a] }, with as many digits as the ABI's pointers have. */
    private static void pointer(StringBuilder line, SyscallCall call) {
        int digits = call.syscall().abi() == Abi.I386 ? 2 * Integer.BYTES : 2 * Long.BYTES;
        line.append('[');
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            line.append(Character.forDigit((int) (call.instructionPointer() >>> shift) & 0xf, 16));
        }
        line.append("] ");
    }

    /** What is no call has none that is known. */
    private void noPointer(StringBuilder line) {
        line.append(style.pointers() ? "[????????????????] " : "");
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
