// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.CaptureStats;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.Signals;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.Tracing;
import dev.renacer.tracer.output.LossReport;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.source.CallSites;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One trace on this machine, from the first call to the exit code. */
final class LocalTrace {
    /** Longest wait for tasks that do not stop at once (vfork, disk sleep) and for readers of the output, once asked to end. */
    private static final Duration END_GRACE = Duration.ofSeconds(5);

    /** How soon it is told that the program has ended and the trace has not. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final TraceTarget target;
    private final CaptureOptions options;
    private final CallSites sites;
    private final OutputOptions output;
    private final OtlpOptions otlp;
    private final PrintStream err = System.err;
    /** The signal that asked for the end; 0: none. */
    private final AtomicInteger asked = new AtomicInteger();
    /** Whether SIGINT came before there was a program. */
    private final AtomicBoolean interrupted = new AtomicBoolean();

    LocalTrace(TraceTarget target, CaptureOptions options, CallSites sites, OutputOptions output, OtlpOptions otlp) {
        this.target = target;
        this.options = options;
        this.sites = sites;
        this.output = output;
        this.otlp = otlp;
    }

    /** Traces to the end. @return the exit code */
    int run() {
        Optional<SpanExport> export = otlp.open(System.getenv(), err::println);
        try (ReportStream out = output.open(err::println)) {
            return trace(out, export);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILURE;
        } finally {
            export.flatMap(SpanExport::close).ifPresent(err::println);
        }
    }

    private int trace(ReportStream out, Optional<SpanExport> export) throws InterruptedException {
        if (target instanceof TraceTarget.Program) {
            // Not the JVM's own answer, which would end this process while it goes on to launch.
            Signals.INT.handleUnlessIgnored(_ -> interrupted.set(true));
        }
        boolean several = options.followChildren() || target.isSeveral();
        List<TraceListener> listeners = new ArrayList<>(output.listeners(out, several));
        export.map(SpanExport::listener).ifPresent(listeners::add);
        listeners.add(new LossReport(err::println));
        try (Tracing tracing = Tracing.open("local", options, listeners, sites)) {
            handleSignals(tracing);
            if (interrupted.get()) { // nothing is traced yet
                return ExitCode.ofSignal(Signals.INT.number());
            }
            List<Integer> attached = target.begin(tracing, err::println);
            if (target instanceof TraceTarget.Program) {
                leaveInterruptsToTheProgram(tracing);
            }
            remark(attached);
            awaitEnd(tracing);
            tellCost(tracing.stats());
            tellRests(tracing.stats());
            SourceOptions.loss(tracing.sourceCounts()).ifPresent(err::println);
            return exitCode(tracing);
        } catch (CaptureException e) {
            return ExitCodes.ofEarlyEnd(e, asked.get()).orElseThrow(() -> ExitCodes.of(e));
        }
    }

    private void awaitEnd(Tracing tracing) throws InterruptedException {
        while (target instanceof TraceTarget.Program && !options.followChildren()) {
            if (tracing.awaitEnd(LOOK)) {
                return;
            }
            if (tracing.launchedExit().isPresent()) {
                // Only processes with its filter keep a trace without -f going.
                if (output.allowsRemarks()) {
                    err.println("renacer: the program has ended; waiting for processes it left behind, which its filter"
                            + " (-e) ties to this tracer");
                }
                break;
            }
        }
        tracing.awaitEnd();
    }

    private void remark(List<Integer> attached) {
        if (output.allowsRemarks()) {
            attached.forEach(pid -> err.println("[renacer: Attached to process " + pid + "]"));
        }
    }

    /** What the trace cost the target belongs to a summary of times. */
    private void tellCost(CaptureStats stats) {
        if (output.summary && output.allowsRemarks() && stats.stops() > 0) {
            err.println("slowdown: the busiest thread took " + stats.worstSlowdownPercent()
                    + " % longer than untraced; of its stops half took at most " + stats.stopMicrosP50()
                    + " us, 99 % at most " + stats.stopMicrosP99() + " us");
        }
    }

    /** Calls that were not seen are told of whatever the output. */
    private void tellRests(CaptureStats stats) {
        if (stats.rests() > 0) {
            err.printf(
                    "renacer: to keep to --max-slowdown threads went unwatched %d times, for %.1f s in all; their calls then are"
                            + " not in the trace%n",
                    stats.rests(), stats.unwatchedMillis() / 1e3);
        }
    }

    /**
     * From now on the terminal sends it to the program too, which decides what it means; the trace goes on to its end, as strace's
     * does. One that came before the program was there is passed on.
     */
    private void leaveInterruptsToTheProgram(Tracing tracing) {
        Signals.INT.ignore();
        if (interrupted.get()) {
            tracing.signalLaunched(Signals.INT.number());
        }
    }

    private void handleSignals(Tracing tracing) {
        if (target instanceof TraceTarget.Processes) {
            Signals.INT.handle(signal -> end(tracing, signal));
        }
        Signals.TERM.handle(signal -> end(tracing, signal));
        Signals.HUP.handleUnlessIgnored(signal -> end(tracing, signal));
    }

    /** Lets the target go, or has it end where it cannot be let go; what was captured is still written. Runs on a thread of the JVM's. */
    private void end(Tracing tracing, int signal) {
        if (!asked.compareAndSet(0, signal)) {
            return;
        }
        if (tracing.bindsLaunched()) {
            tracing.signalLaunched(signal); // it cannot be let go, so it is asked to end
        } else {
            tracing.stop();
        }
        Thread.ofVirtual().start(() -> leaveWithoutReaders(tracing, signal));
    }

    /** An output nobody reads must not keep this process: the kernel lets go of what it still traces. */
    private void leaveWithoutReaders(Tracing tracing, int signal) {
        try {
            if (!tracing.awaitEnd(END_GRACE)) {
                err.println(
                        tracing.bindsLaunched()
                                ? "renacer: the program has not ended in " + END_GRACE.toSeconds()
                                        + " s and is killed: its filter (-e) needs its tracer"
                                : "renacer: the rest of the trace could not be written in " + END_GRACE.toSeconds()
                                        + " s; it is incomplete");
                Runtime.getRuntime().halt(ExitCode.ofSignal(signal));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private int exitCode(Tracing tracing) {
        tracing.listenerFailures()
                .forEach(failure -> err.println("renacer: an output failed and is incomplete: " + failure.cause()));
        OptionalInt code =
                tracing.launchedExit().map(ExitCodes::of).map(OptionalInt::of).orElseGet(OptionalInt::empty);
        if (code.isPresent()) {
            return code.getAsInt();
        }
        int signal = asked.get();
        boolean attached = target instanceof TraceTarget.Processes;
        if (signal == 0) {
            return attached ? ExitCode.SUCCESS : ExitCode.FAILURE;
        }
        // Ctrl-C is how a person ends an attach.
        return attached && signal == Signals.INT.number() ? ExitCode.SUCCESS : ExitCode.ofSignal(signal);
    }
}
