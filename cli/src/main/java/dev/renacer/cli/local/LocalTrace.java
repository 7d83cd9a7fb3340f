// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.CaptureStats;
import dev.renacer.capture.PrintableText;
import dev.renacer.capture.WaitStatus;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.Signals;
import dev.renacer.cli.local.launch.LaunchedJob;
import dev.renacer.cli.local.output.OutputPlan;
import dev.renacer.cli.local.output.Outputs;
import dev.renacer.cli.local.recording.OpenRecording;
import dev.renacer.cli.local.recording.RecordingFile;
import dev.renacer.cli.local.statistics.AnomalyOptions;
import dev.renacer.cli.local.statistics.SlowdownLine;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.Tracing;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.output.CallSelection;
import dev.renacer.tracer.output.LossReport;
import dev.renacer.tracer.output.SelectedCalls;
import dev.renacer.tracer.report.ReportFacts;
import dev.renacer.tracer.source.CallSites;
import dev.renacer.tracer.statistics.report.SelfProfile;
import dev.renacer.tracer.subject.Subjects;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One trace on this machine, from the first call to the exit code. */
final class LocalTrace {
    /**
     * The longest wait, once asked to end, for tasks that do not stop at once (vfork, disk sleep) and for readers of
     * the output.
     */
    private static final Duration END_GRACE = Duration.ofSeconds(5);

    /** How long processes that the program left behind may take to end before they are reported. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /**
     * How long after a launch a SIGINT that came before there was a program may still be handled: a JVM runs the
     * handler on a thread that it starts for it.
     */
    private static final Duration LATEST_INTERRUPT = Duration.ofSeconds(2);

    /** How long the program's own SIGINT may take to be reported. */
    private static final Duration OWN_INTERRUPT = Duration.ofMillis(300);

    /**
     * One of the values for the signal that asked for the end: the output accepts no more (a full disk, for example).
     */
    private static final int UNWRITTEN = -1;

    private final TraceTarget target;
    private final CaptureOptions options;
    private final CallSites sites;
    private final CallSelection selection;
    private final Subjects subjects;
    private final OutputPlan output;
    private final AnomalyOptions anomalies;
    private final OtlpOptions otlp;
    private final Supplier<ReportFacts> facts;
    private final boolean followsSockets;
    private final boolean complete;
    private final Optional<RecordingFile> recording;
    private final PrintStream err = System.err;
    private final long begunNanos = System.nanoTime();
    /** The signal that asked for the end; 0: none. */
    private final AtomicInteger asked = new AtomicInteger();
    /** The exit code of a program that was detached, or of a signal that came meanwhile. */
    private final CompletableFuture<Integer> afterwards = new CompletableFuture<>();
    /** Whether the trace ends although some threads could not be detached. */
    private final AtomicBoolean abandoned = new AtomicBoolean();
    /** Whether SIGINT came before there was a program. */
    private final AtomicBoolean interrupted = new AtomicBoolean();
    /**
     * What SIGINT currently means, with a program. One handler for all of it: a JVM accepts no handler for a SIGINT
     * that is ignored.
     */
    private volatile IntConsumer onInterrupt = _ -> interrupted.set(true);

    private volatile Optional<Tracing> opened = Optional.empty();

    /**
     * @param subjects  calls that are not about one of them are not shown
     * @param facts     what a report says of the trace beside the calls
     * @param followsSockets  whether it is followed what sockets are, so that messages are written by their fields
     * @param complete  whether every call that changes descriptors is seen, but for those of resting threads
     * @param recording where the trace is also recorded
     */
    LocalTrace(
            TraceTarget target,
            CaptureOptions options,
            CallSites sites,
            CallSelection selection,
            Subjects subjects,
            OutputPlan output,
            AnomalyOptions anomalies,
            OtlpOptions otlp,
            Supplier<ReportFacts> facts,
            boolean followsSockets,
            boolean complete,
            Optional<RecordingFile> recording) {
        this.recording = recording;
        this.followsSockets = followsSockets;
        this.complete = complete;
        this.target = target;
        this.options = options;
        this.sites = sites;
        this.selection = selection;
        this.subjects = subjects;
        this.output = output;
        this.anomalies = anomalies;
        this.otlp = otlp;
        this.facts = facts;
    }

    /** Traces to the end. @return the exit code */
    int run() {
        Descriptors descriptors =
                complete ? new Descriptors(inheritance(), output.redactor()) : Descriptors.incomplete();
        if (output.needsDescriptors() || recording.isPresent()) {
            descriptors.beExact();
        }
        Optional<SpanExport> export = otlp.open(System.getenv(), this::tell, descriptors, output.redactor());
        try (Outputs out = output.open(this::tell)) {
            return recorded(out, export, descriptors);
        } catch (CaptureException e) {
            throw ExitCodes.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILURE;
        } finally {
            export.flatMap(SpanExport::withoutLockHolders).ifPresent(this::tell);
            export.flatMap(SpanExport::unsampled).ifPresent(this::tell);
            export.flatMap(SpanExport::close).ifPresent(this::tell);
            export.filter(_ -> output.allowsRemarks())
                    .flatMap(SpanExport::fates)
                    .ifPresent(this::tell);
        }
    }

    private int recorded(Outputs out, Optional<SpanExport> export, Descriptors descriptors)
            throws InterruptedException {
        if (recording.isEmpty()) { // without a lambda: its classes would be loaded for nothing
            return trace(out, export, descriptors, Optional.empty());
        }
        try (OpenRecording opened = opened(recording.get(), descriptors)) {
            return trace(out, export, descriptors, Optional.of(opened));
        }
    }

    private OpenRecording opened(RecordingFile file, Descriptors descriptors) {
        try {
            return file.open(descriptors, output.redactor(), this::tell);
        } catch (CaptureException e) {
            throw ExitCodes.of(e);
        }
    }

    /** Whether anything goes by what descriptors are: their names in lines, the choice of calls, spans, a recording. */
    private boolean asksForDescriptors() {
        return recording.isPresent() || output.needsDescriptors() || !subjects.isAny() || otlp.isAsked(System.getenv());
    }

    /** Finding it takes time before the program starts. */
    private Inheritance inheritance() {
        if (!asksForDescriptors()) {
            return Inheritance.NONE;
        }
        return target instanceof TraceTarget.Program program
                ? Inheritance.ofThisProcess(program.spec().inherited(), output.redactor())
                : Inheritance.NONE;
    }

    /** Writes one line for the user, whatever names are in it. */
    private void tell(String line) {
        err.println(PrintableText.of(line));
    }

    private int trace(
            Outputs out, Optional<SpanExport> export, Descriptors descriptors, Optional<OpenRecording> recorded)
            throws InterruptedException {
        // Even with `stty tostop` a trace may be written from the background: a stopped tracer would hold up its
        // target.
        Signals.TTOU.ignore();
        Signals.TTIN.ignore();
        // It would end this process on the spot, with output that is not written; the JVM takes no harm of SIGUSR2.
        Signals.USR1.ignore();
        if (target instanceof TraceTarget.Program) {
            // Replaces the JVM's own handler, which would end this process while it continues to launch.
            Signals.INT.handle(signal -> onInterrupt.accept(signal));
            Signals.TSTP.ignore(); // the program stops for it, or does not, and then so does this process (LaunchedJob)
        }
        if (target instanceof TraceTarget.Processes && export.isEmpty()) {
            out.whenBroken(this::endUnwritten);
            if (output.writesNothing() && recorded.isPresent()) {
                recorded.get().recorder().whenBroken(this::endUnwritten);
            }
        }
        boolean several = options.followChildren() || target.isSeveral();
        List<TraceListener> listeners = new ArrayList<>();
        if (asksForDescriptors() || followsSockets) {
            listeners.add(descriptors); // in front of those that ask it
        }
        if (recorded.isPresent()) {
            listeners.add(recorded.get().recorder()); // what the descriptors look up is recorded at its place
        }
        Stream.of(
                        out.listeners(several, descriptors, facts).stream(),
                        anomalies.listener(this::tell).stream(),
                        export.stream().flatMap(spans -> spans.listeners().stream()))
                .flatMap(asked -> asked)
                .map(listener -> selected(listener, descriptors))
                .forEach(listeners::add);
        listeners.add(new LossReport(
                this::tell,
                subjects.isAny() ? descriptors::failedLookups : descriptors::unknownLookups,
                !subjects.isAny()));
        LaunchedJob job = new LaunchedJob(
                () -> opened.ifPresent(Tracing::sleepWithLaunched), () -> opened.ifPresent(this::takeInterruptsBack));
        listeners.add(job);
        try {
            Tracing tracing = Tracing.open("local", options, listeners, sites, output.redactor());
            opened = Optional.of(tracing);
            return trace(tracing, job, () -> {
                out.begin();
                recorded.ifPresent(OpenRecording::begin);
            });
        } catch (CaptureException e) {
            return ExitCodes.ofEarlyEnd(e, asked.get()).orElseThrow(() -> ExitCodes.of(e));
        } finally {
            if (!abandoned.get()) { // else it would wait once more for what cannot be detached
                opened.ifPresent(Tracing::close);
            }
        }
    }

    /** An attached process must not pay for a trace that nobody gets. */
    private void endUnwritten(IOException why) {
        opened.ifPresent(tracing -> end(tracing, Outputs.isUnread(why) ? Signals.PIPE.number() : UNWRITTEN));
    }

    private TraceListener selected(TraceListener listener, Descriptors descriptors) {
        if (subjects.isAny()) {
            return selection.equals(CallSelection.ALL) ? listener : new SelectedCalls(selection, listener);
        }
        return new SelectedCalls(selection, subjects.in(descriptors), listener);
    }

    /**
     * @param begun  to be run when it is certain that there is a trace
     */
    private int trace(Tracing tracing, LaunchedJob job, Runnable begun) throws CaptureException, InterruptedException {
        handleSignals(tracing);
        if (interrupted.get()) { // nothing is traced yet
            return ExitCode.ofSignal(Signals.INT.number());
        }
        List<Integer> attached = target.begin(tracing, this::tell);
        begun.run();
        if (target instanceof TraceTarget.Program program) {
            leaveInterruptsToTheProgram(tracing, job);
            program.spec()
                    .inherited()
                    .ifPresent(state -> tracing.giveUpInherited(state, output.writesStandardOutput()));
        }
        remark(attached);
        awaitEnd(tracing, job);
        tellCost(tracing.stats());
        tellRests(tracing.stats());
        tellProfile(tracing.stats());
        SourceOptions.loss(tracing.sourceCounts()).ifPresent(this::tell);
        if (otlp.isAsked(System.getenv())) {
            CaptureStats.Contexts contexts = tracing.stats().contexts();
            SpanExport.lostContexts(contexts).forEach(this::tell);
            SpanExport.withoutRequests(tracing::missing, contexts).ifPresent(this::tell);
        }
        return exitCode(tracing);
    }

    private void awaitEnd(Tracing tracing, LaunchedJob job) throws InterruptedException {
        boolean hadEnded = false;
        while (!tracing.awaitEnd(LOOK)) {
            Optional<String> left = hadEnded ? job.leftBehind() : Optional.empty();
            if (left.isPresent()) {
                if (output.allowsRemarks() && asked.get() == 0) {
                    tell("renacer: the program has ended; the trace continues with what it left behind: " + left.get()
                            + "; Ctrl-C "
                            + (tracing.bindsLaunched()
                                    ? "ends it, as it has the filter of --seccomp-bpf"
                                    : "detaches from it"));
                }
                break;
            }
            hadEnded = job.hasEnded();
        }
        tracing.awaitEnd();
    }

    private void remark(List<Integer> attached) {
        if (output.allowsRemarks()) {
            attached.forEach(pid -> tell("[renacer: Attached to process " + pid + "]"));
        }
    }

    /** A summary of times includes what the trace cost the target. */
    private void tellCost(CaptureStats stats) {
        if (output.summarizes() && output.allowsRemarks() && stats.stops() > 0) {
            tell(SlowdownLine.of(stats, options.maxSlowdownPercent().isPresent()));
        }
    }

    /** --profile-self. */
    private void tellProfile(CaptureStats stats) {
        if (!output.profilesItself()) {
            return;
        }
        try {
            SelfProfile.now().lines(stats, System.nanoTime() - begunNanos).forEach(this::tell);
        } catch (IOException e) {
            tell("renacer: --profile-self: /proc/self does not tell: " + e.getMessage());
        }
    }

    /** Calls that were not seen are reported whatever the output is. */
    private void tellRests(CaptureStats stats) {
        if (stats.rests() > 0) {
            err.printf(
                    "renacer: to keep to --max-slowdown threads went unwatched %d times, for %.1f s in all; their"
                            + " calls then are not in the trace%n",
                    stats.rests(), stats.unwatchedMillis() / 1e3);
        }
    }

    /**
     * From now on the terminal also sends it to the program, which decides what it means; the trace continues to the
     * program's end, as with strace. One that came before the program existed is passed on.
     */
    private void leaveInterruptsToTheProgram(Tracing tracing, LaunchedJob job) {
        long launched = System.nanoTime();
        onInterrupt = _ -> {
            if (System.nanoTime() - launched < LATEST_INTERRUPT.toNanos()) {
                Thread.ofVirtual().start(() -> passOnInterrupt(tracing, job));
            }
        };
        if (interrupted.get()) {
            tracing.signalLaunched(Signals.INT.number());
        }
        if (job.hasEnded()) {
            takeInterruptsBack(tracing); // which was done in vain before
        }
    }

    /** Unless the program already existed when it came, and got one of its own from the terminal. */
    private static void passOnInterrupt(Tracing tracing, LaunchedJob job) {
        try {
            if (!job.awaitInterrupt(OWN_INTERRUPT)) {
                tracing.signalLaunched(Signals.INT.number());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The program has ended: now SIGINT concerns what is left to trace. */
    private void takeInterruptsBack(Tracing tracing) {
        onInterrupt = signal -> end(tracing, signal);
    }

    private void handleSignals(Tracing tracing) {
        if (target instanceof TraceTarget.Processes) {
            Signals.INT.handle(signal -> end(tracing, signal));
            Signals.TSTP.handleUnlessIgnored(_ -> {
                if (output.allowsRemarks()) {
                    tell("renacer: Ctrl-Z is ignored, since it would stop the traced processes; Ctrl-C detaches"
                            + " from them");
                }
            });
        }
        Signals.TERM.handle(signal -> end(tracing, signal));
        Signals.HUP.handleUnlessIgnored(signal -> end(tracing, signal));
    }

    /**
     * Detaches from the target, or ends it if it cannot be detached or was launched; what was captured is still written. Runs on a
     * thread of the JVM's.
     */
    private void end(Tracing tracing, int signal) {
        if (!asked.compareAndSet(0, signal)) {
            return;
        }
        try {
            if (!tracing.bindsLaunched()) {
                if (target instanceof TraceTarget.Program && signal != UNWRITTEN) {
                    tracing.signalLaunched(signal); // who ends the tracer ends what it was started for, as with strace
                }
                tracing.stop();
            } else if (tracing.launchedExit().isPresent()) {
                tracing.abandon(); // what it left behind has its filter, and ends with this trace
            } else {
                tracing.signalLaunched(signal); // it cannot be detached, so it is asked to end
            }
        } finally {
            afterwards.complete(ExitCode.ofSignal(signal)); // last: who waits for that closes the trace
        }
        Thread.ofVirtual().start(() -> leave(tracing));
    }

    /**
     * Neither threads that cannot stop nor an output that nobody reads may keep this process alive: the kernel detaches
     * what is still traced.
     */
    private void leave(Tracing tracing) {
        try {
            if (tracing.awaitEnd(END_GRACE)) {
                return;
            }
            if (tracing.bindsLaunched()) {
                tell("renacer: the program has not ended in " + END_GRACE.toSeconds()
                        + " s and is killed: its filter (--seccomp-bpf) needs its tracer");
            } else if (!tracing.letGo()) {
                int threads = tracing.stats().tasks();
                tell("renacer: " + threads + (threads == 1 ? " thread" : " threads")
                        + " could not be stopped to be detached in "
                        + END_GRACE.toSeconds()
                        + " s (a vfork, a frozen cgroup, an uninterruptible call); the kernel lets"
                        + " go now that renacer ends");
                abandoned.set(true);
                tracing.abandon();
                if (tracing.awaitEnd(END_GRACE)) {
                    return;
                }
            }
            if (!tracing.bindsLaunched() && !tracing.isEnded()) {
                tell("renacer: the rest of the trace could not be written in " + END_GRACE.toSeconds()
                        + " s; it is incomplete");
            }
            Runtime.getRuntime().halt(exitCodeWhenAsked());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private int exitCode(Tracing tracing) throws InterruptedException {
        tracing.listenerFailures()
                .forEach(failure -> tell("renacer: an output failed and is incomplete: " + failure.cause()));
        OptionalInt code =
                tracing.launchedExit().map(ExitCodes::of).map(OptionalInt::of).orElseGet(OptionalInt::empty);
        if (code.isPresent()) {
            return code.getAsInt();
        }
        if (asked.get() != 0) {
            return exitCodeWhenAsked();
        }
        return target instanceof TraceTarget.Processes ? ExitCode.SUCCESS : exitCodeOfOneLetGo(tracing);
    }

    private int exitCodeWhenAsked() {
        int signal = asked.get();
        if (signal == UNWRITTEN) {
            return ExitCode.FAILURE;
        }
        // Ctrl-C is how a user ends an attach.
        return target instanceof TraceTarget.Processes && signal == Signals.INT.number()
                ? ExitCode.SUCCESS
                : ExitCode.ofSignal(signal);
    }

    /**
     * The engine has detached from the program (because of its slowdown, for example). The program is still this
     * process's child, and may have asked to die with its parent (PR_SET_PDEATHSIG). The parent of this process waits
     * for the program, so this process waits, too.
     */
    private int exitCodeOfOneLetGo(Tracing tracing) throws InterruptedException {
        Thread.ofPlatform().daemon().name("renacer-await").start(() -> {
            Optional<WaitStatus> status = tracing.awaitLaunched();
            while (status.filter(WaitStatus::stopped).isPresent()) {
                tracing.sleepWithLaunched();
                status = tracing.awaitLaunched();
            }
            afterwards.complete(status.map(ExitCodes::of).orElse(ExitCode.FAILURE));
        });
        try {
            return afterwards.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
