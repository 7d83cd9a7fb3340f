// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.descriptor.LookupJournal.Asked;
import dev.renacer.tracer.descriptor.path.PathFollower;
import dev.renacer.tracer.descriptor.path.RealPaths;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.syscall.DescriptorCalls;
import dev.renacer.tracer.syscall.DescriptorCalls.Change;
import dev.renacer.tracer.syscall.DescriptorCalls.Effect;
import dev.renacer.tracer.syscall.Syscall;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the descriptors of the traced processes are. It is a listener in front of those that ask it: it follows the calls
 * in their order, and says of the call that is being delivered what its descriptors and paths are. What it cannot know,
 * it does not say ({@link DescriptorTable} has the rules). It needs every call of descriptors.tsv, asked for or not. For
 * the consumer thread.
 *
 * <p>While a thread rests (duty cycle), its calls are not seen. Of the tables that it uses only what a call itself says is
 * said then; once none of their threads rests any more, they begin again as at an attach. A process that a resting thread
 * has made may use the same tables, until it executes a program or ends.
 */
public final class Descriptors implements TraceListener {
    /** Of calls that made a process whose start is not reported yet, no more than this are kept. */
    private static final int MOST_UNBORN = 256;

    /** A child, reported before the call that made it. */
    private record Birth(ProcessFiles files, long nanos) {}

    /**
     * A child that is not reported yet, by the thread that made it and the number that this got.
     *
     * @param isPid  whether the thread is in the PID namespace of this process: then the number is the child's pid, wherever
     *     the child is
     */
    private record Unborn(int creator, int number, boolean isPid) {}

    /**
     * What is known of all calls of one name.
     *
     * @param change  what they do to descriptors; empty: nothing
     */
    private record Known(Optional<Change> change, CallNames.Shape shape) {}

    private final DescriptorSource source;
    private final Executor executor;
    private final LongSupplier monotonicNanos;
    private Inheritance inheritance;
    private final boolean complete;
    private final Map<Integer, ProcessFiles> processes = new HashMap<>();
    /** What was asked for last, since most calls are of the same process as the one before; null: look it up. */
    private @Nullable ProcessFiles recent;

    private final IdentityHashMap<Syscall, Known> calls = new IdentityHashMap<>();
    /** By the thread that made them. */
    private final Map<Integer, Birth> births = new HashMap<>();

    /** What they will have, oldest first. */
    private final Map<Unborn, ProcessFiles> unborn = new LinkedHashMap<>();

    /** Those that may be changed by calls that are not seen. */
    private Set<DescriptorTable> unwatched = new HashSet<>();

    private boolean exact;
    private Optional<PathFollower> realPaths = Optional.empty();
    private Optional<LookupJournal> journal = Optional.empty();
    private Optional<ReplayedLookups> replay = Optional.empty();
    private volatile @Nullable Lookups lookups;
    private @Nullable SyscallCall current;
    private @Nullable CallNames names;
    private boolean applied = true;
    private boolean lost;
    private long reportedNanos;

    /**
     * Looks at /proc on a virtual thread.
     *
     * @param inheritance  what a launched program has from the start
     */
    public Descriptors(Inheritance inheritance) {
        this(inheritance, Redactor.NONE);
    }

    /**
     * As {@link #Descriptors(Inheritance)}.
     *
     * @param redactor  takes the secrets out of names that /proc shows
     */
    public Descriptors(Inheritance inheritance, Redactor redactor) {
        this(
                new RedactedSource(new ProcDescriptors(Path.of("/proc")), redactor),
                task -> Thread.ofVirtual().name("renacer-descriptors").start(task),
                System::nanoTime,
                inheritance,
                true);
    }

    /**
     * For a trace in which calls that change descriptors may be missing: says only what a call itself says, nothing of
     * calls before it.
     */
    public static Descriptors incomplete() {
        return new Descriptors(
                new ProcDescriptors(Path.of("/proc")), Runnable::run, System::nanoTime, Inheritance.NONE, false);
    }

    /**
     * For a trace that was recorded: nothing is looked up here, {@link #replay()} is told what was found then.
     *
     * @param redactor  takes the secrets out of names, if the recording has any
     */
    public static Descriptors replayed(Redactor redactor) {
        Descriptors descriptors = new Descriptors(DescriptorSource.NOTHING, _ -> {}, () -> 0, Inheritance.NONE, true);
        descriptors.exact = true;
        descriptors.replay = Optional.of(new ReplayedLookups(descriptors, redactor));
        return descriptors;
    }

    /**
     * @param executor        runs one task at a time
     * @param monotonicNanos  CLOCK_MONOTONIC, the clock of the events
     * @param complete        whether every call that changes descriptors is reported
     */
    Descriptors(
            DescriptorSource source,
            Executor executor,
            LongSupplier monotonicNanos,
            Inheritance inheritance,
            boolean complete) {
        this.source = source;
        this.executor = executor;
        this.monotonicNanos = monotonicNanos;
        this.inheritance = inheritance;
        this.complete = complete;
    }

    /**
     * Names are to be as the kernel has them: paths of launched programs with links followed, inode numbers of pipes and sockets.
     * Costs work, off the path of the target. To be called before the trace begins.
     */
    public void beExact() {
        exact = true;
    }

    /** Tells what is learned otherwise than from calls and events. To be called before the trace begins. */
    public void keep(LookupJournal told) {
        journal = Optional.of(told);
    }

    /**
     * Takes over what a journal was told when the trace was recorded, each thing at its place.
     *
     * @throws java.util.NoSuchElementException if these are not {@link #replayed}
     */
    public LookupJournal replay() {
        return replay.orElseThrow();
    }

    @Override
    public void onBegin(long epochOffsetNanos) {
        if (replay.isPresent()) {
            lookups = replay.get().lookups();
            ReplayedLookups paths = replay.get();
            realPaths = Optional.of((_, _, _, _) -> paths.nextPath());
        } else if (complete) {
            LongSupplier now = () -> monotonicNanos.getAsLong() + epochOffsetNanos;
            Lookups asked = new Lookups(source, executor, now, exact);
            if (journal.isPresent()) {
                asked.tell(this, journal.get());
            }
            lookups = asked;
            if (exact) {
                realPaths = Optional.of(told(new RealPaths(now)));
            }
        }
        if (journal.isPresent()) {
            journal.get().inherited(inheritance);
        }
    }

    private PathFollower told(PathFollower paths) {
        if (journal.isEmpty()) {
            return paths;
        }
        LookupJournal told = journal.get();
        return (path, pid, began, end) -> {
            Optional<RealPaths.Real> led = paths.find(path, pid, began, end);
            told.followed(led);
            return led;
        };
    }

    /** What a launched program gets. */
    void inherit(Inheritance what) {
        inheritance = what;
    }

    /** The call that is being delivered; null: none. */
    @Nullable
    SyscallCall current() {
        return current;
    }

    /** Whether what it does is carried out. */
    boolean isApplied() {
        return applied;
    }

    /** Puts a question again that was put when the trace was recorded, on behalf of the call that is being delivered. */
    void ask(Asked question, Lookups asked) {
        SyscallCall call = current;
        if (call == null) {
            return;
        }
        if (question.applied()) {
            names(call); // what the call replaces must be looked at before it is carried out
        }
        ProcessFiles own = files(call.process().pid(), call.startNanos()).of(call.tid());
        switch (question.kind()) {
            case NUMBER -> asked.ask(own.pid(), own.files(), question.number());
            case REST -> {
                long nanos = question.atEnd() ? call.endNanos() : call.startNanos();
                OpenFile file = own.files().find(question.number(), nanos);
                if (file != null) {
                    asked.askRest(own.pid(), own.files(), question.number(), file);
                }
            }
            case FOLDER -> asked.askFolder(own.pid(), own.folders());
        }
    }

    @Override
    public void onCall(SyscallCall call) {
        advance(call.endNanos());
        current = call;
        applied = false;
        if (replay.isPresent()) {
            replay.get().delivered();
        }
    }

    @Override
    public void onUnaskedCall(SyscallCall call) {
        onCall(call);
    }

    @Override
    public void onEvent(TraceEvent event) {
        advance(event.epochNanos());
        int pid = event.process().pid();
        long nanos = event.epochNanos();
        switch (event) {
            case TraceEvent.ProcessStarted started -> started(started);
            case TraceEvent.ProgramExecuted _ -> files(pid, nanos).executed(nanos);
            case TraceEvent.RestBegan rest -> files(pid, nanos).rests(rest.tid());
            case TraceEvent.RestEnded rest -> restEnded(files(pid, nanos), rest.tid());
            case TraceEvent.ThreadExited exited -> threadEnded(pid, exited.tid());
            case TraceEvent.ProcessExited _ -> ended(pid);
            case TraceEvent.ProcessDetached _ -> ended(pid);
            case TraceEvent.EventsLost _ -> lost = true;
            case TraceEvent.SignalDelivered _, TraceEvent.Stopped _ -> {
                // Descriptors stay what they are.
            }
        }
        if (!unwatched.isEmpty() || event instanceof TraceEvent.RestBegan) {
            reviewRests();
        }
    }

    /**
     * How many times /proc was asked in vain: the process or its descriptor was gone by then, or may not be looked at. What
     * was asked for has no name until a call gives it one. For any thread.
     */
    public long failedLookups() {
        Lookups asked = lookups;
        return asked == null ? 0 : asked.failed();
    }

    /**
     * Those of {@link #failedLookups} after which nothing is known: no path, no peer. Of the others the calls have said that, and
     * only a socket's own address or a number is missing. For any thread.
     */
    public long unknownLookups() {
        Lookups asked = lookups;
        return asked == null ? 0 : asked.unknown();
    }

    /**
     * The names in this call.
     *
     * @param call  the one that is being delivered; of any other nothing is known
     */
    @SuppressWarnings("ReferenceEquality") // this very call, not one like it
    public CallNames names(SyscallCall call) {
        if (call != current) {
            return CallNames.NONE;
        }
        CallNames known = names;
        if (known == null) {
            ProcessFiles process = files(call.process().pid(), call.startNanos());
            ProcessFiles own = process.of(call.tid());
            Lookups asked = asked(own);
            Known kind = known(call.syscall());
            CallNames before = CallNames.before(call, kind.shape(), own, asked);
            apply();
            known = before.after(call, process.of(call.tid()), kind.change(), asked);
            names = known;
        }
        return known;
    }

    /**
     * What a descriptor was when this call began, whose number is not one of its arguments.
     *
     * @param call  the one that is being delivered, and changes no descriptor
     */
    @SuppressWarnings("ReferenceEquality") // this very call, not one like it
    public Optional<Descriptor> descriptor(SyscallCall call, int number) {
        if (call != current) {
            return Optional.empty();
        }
        ProcessFiles own = files(call.process().pid(), call.startNanos()).of(call.tid());
        return Optional.ofNullable(CallNames.descriptor(call, own, number, call.startNanos(), asked(own)));
    }

    /**
     * What a descriptor is whose number stands in the data of the call that is being delivered: one that the call has made,
     * since then; any other, when the call began.
     */
    public Optional<Descriptor> inData(int number) {
        SyscallCall call = current;
        if (call == null || number < 0) {
            return Optional.empty();
        }
        names(call); // what the call replaces must be looked at before it is carried out
        ProcessFiles own = files(call.process().pid(), call.startNanos()).of(call.tid());
        boolean made = call.outcome() == Outcome.RETURNED && writesDescriptors(call.syscall());
        long nanos = made ? call.endNanos() : call.startNanos();
        return Optional.ofNullable(CallNames.descriptor(call, own, number, nanos, asked(own)));
    }

    private boolean writesDescriptors(Syscall syscall) {
        return change(syscall)
                .filter(change -> switch (change.effect()) {
                    case PIPE, PAIR, RECEIVE -> true;
                    default -> false;
                })
                .isPresent();
    }

    /**
     * The absolute path of any path among the arguments, where {@link CallNames#path} has that of the first.
     *
     * @param call      the one that is being delivered, and changes no working directory
     * @param argument  its index
     */
    @SuppressWarnings("ReferenceEquality") // this very call, not one like it
    public Optional<String> path(SyscallCall call, int argument) {
        if (call != current) {
            return Optional.empty();
        }
        CallNames known = names(call);
        ProcessFiles own = files(call.process().pid(), call.startNanos()).of(call.tid());
        return Optional.ofNullable(known.path(call, own, argument, asked(own)));
    }

    /** Everything that was reported before is taken into account before the next is looked at. */
    private void advance(long nanos) {
        apply();
        current = null;
        names = null;
        if (!complete) {
            processes.clear();
            recent = null;
        }
        if (!unwatched.isEmpty()) {
            unwatched.forEach(table -> table.lose(nanos));
        }
        reportedNanos = Math.max(reportedNanos, nanos);
        Lookups asked = lookups;
        if (asked != null) {
            asked.settle(reportedNanos);
        }
        if (lost) { // what is missing had returned before this
            lost = false;
            births.clear();
            unborn.clear();
            processes.values().forEach(process -> process.lose(nanos));
        }
    }

    private void apply() {
        SyscallCall call = current;
        if (applied || call == null) {
            return;
        }
        applied = true;
        Optional<Change> change = change(call.syscall());
        if (change.isEmpty()) {
            return;
        }
        ProcessFiles process = files(call.process().pid(), call.startNanos());
        if (change.get().effect() == Effect.CLONE) {
            cloned(call, process);
        } else {
            TableChanges.apply(call, change.get(), process);
        }
    }

    private Optional<Change> change(Syscall syscall) {
        return known(syscall).change();
    }

    private Known known(Syscall syscall) {
        Known known = calls.get(syscall);
        if (known == null) {
            known = new Known(
                    syscall.known() ? DescriptorCalls.change(syscall.name()) : Optional.empty(),
                    CallNames.Shape.of(syscall));
            if (syscall.known()) { // a program may use any number
                calls.put(syscall, known);
            }
        }
        return known;
    }

    private void started(TraceEvent.ProcessStarted started) {
        TracedProcess process = started.process();
        long nanos = started.epochNanos();
        ProcessFiles files =
                started.origin() == Origin.FORKED ? born(started) : ProcessFiles.unknown(process.pid(), nanos);
        processes.put(process.pid(), files);
        recent = null;
        ProcessFiles parent = processes.get(started.creatorPid());
        if (parent != null && isUnwatched(parent.of(started.creator()))) {
            askEverything(files); // nothing could be copied
        }
        if (started.origin() == Origin.LAUNCHED) {
            inheritance.give(files);
            files.seeSameFiles(realPaths);
        } else if (started.origin() == Origin.ATTACHED) {
            askEverything(files);
        }
    }

    private void askEverything(ProcessFiles files) {
        Lookups asked = lookups;
        if (asked != null) {
            asked.askAll(files.pid(), files.files());
            asked.askFolder(files.pid(), files.folders());
        }
    }

    private void restEnded(ProcessFiles process, int tid) {
        if (!process.restEnds(tid)) {
            process.lose(reportedNanos); // that it began was lost
        }
    }

    /** Whom a call asks what it does not say; null: nobody. Of a recorded trace the questions were put already. */
    private @Nullable Lookups asked(ProcessFiles own) {
        return replay.isPresent() || isUnwatched(own) ? null : lookups;
    }

    private boolean isUnwatched(ProcessFiles files) {
        return unwatched.contains(files.files()) || unwatched.contains(files.folders());
    }

    /**
     * Forgets what calls may have changed which are not seen, or were not. What was reported of other threads meanwhile
     * is forgotten too, so the table begins with the latest of that.
     */
    private void reviewRests() {
        Set<DescriptorTable> before = unwatched;
        unwatched = new HashSet<>();
        processes.values().forEach(process -> process.addUnwatched(unwatched));
        before.stream().filter(table -> !unwatched.contains(table)).forEach(table -> table.lose(reportedNanos));
        unwatched.forEach(table -> table.lose(reportedNanos));
        processes.values().stream()
                .filter(process -> before.contains(process.files()) && !isUnwatched(process))
                .forEach(this::askEverything);
    }

    /** A child has what its creator had; which is only known if that is. */
    private ProcessFiles born(TraceEvent.ProcessStarted started) {
        int pid = started.process().pid();
        long nanos = started.epochNanos();
        int creator = started.creator();
        ProcessFiles kept = unborn.remove(new Unborn(creator, pid, true));
        if (kept == null) {
            kept = unborn.remove(new Unborn(creator, started.process().vpid(), false));
        }
        if (kept != null) {
            return kept.forked(pid, 0, nanos);
        }
        ProcessFiles parent = processes.get(started.creatorPid());
        if (parent != null && parent.isResting(creator)) {
            return parent.madeUnseen(pid, creator, nanos);
        }
        // In another PID namespace its number is not the one that its creator got: it may be one of the unborn.
        if (parent == null
                || (parent.makesNamespaces()
                        && unborn.keySet().stream().anyMatch(child -> child.creator() == creator))) {
            return ProcessFiles.unknown(pid, nanos);
        }
        ProcessFiles files = parent.forked(pid, creator, nanos);
        births.put(creator, new Birth(files, nanos));
        return files;
    }

    /** A call has returned that makes a thread or a process, whose first event may have come already. */
    private void cloned(SyscallCall call, ProcessFiles process) {
        Birth born = births.remove(call.tid());
        Optional<Long> flags = TableChanges.cloneFlags(call);
        boolean thread = flags.isPresent() && TableChanges.isThread(flags.get());
        if (call.outcome() != Outcome.FAILED && (thread || flags.isEmpty())) {
            process.makesThread();
        }
        if (call.outcome() != Outcome.RETURNED || call.result() <= 0 || thread) {
            return;
        }
        if (flags.isEmpty() || TableChanges.makesNamespace(flags.get())) {
            process.makeNamespaces();
        }
        if (born == null) {
            if (flags.isPresent()) { // else it may be a thread
                expect(call, process, flags.get());
            }
            return;
        }
        if (flags.isEmpty() || TableChanges.makesMounts(flags.get())) {
            born.files().leaveMounts();
        }
        born.files().doubt(call.startNanos(), born.nanos());
        ProcessFiles own = process.of(call.tid());
        if (flags.isPresent() && TableChanges.sharesFiles(flags.get())) {
            own.shareFiles(born.files(), call.endNanos());
        }
        if (flags.isPresent() && TableChanges.sharesFolder(flags.get())) {
            own.shareFolder(born.files(), call.endNanos());
        }
    }

    private void expect(SyscallCall call, ProcessFiles process, long flags) {
        ProcessFiles copy = process.forked(process.pid(), call.tid(), call.endNanos());
        copy.doubt(call.startNanos(), call.endNanos());
        if (TableChanges.makesMounts(flags)) {
            copy.leaveMounts();
        }
        boolean isPid = call.process().vpid() == call.process().pid();
        unborn.put(new Unborn(call.tid(), (int) call.result(), isPid), copy);
        if (unborn.size() > MOST_UNBORN) {
            unborn.remove(unborn.keySet().iterator().next());
        }
    }

    private void threadEnded(int pid, int tid) {
        births.remove(tid);
        ProcessFiles process = processes.get(pid);
        if (process != null) {
            process.threadEnded(tid);
        }
    }

    private void ended(int pid) {
        births.remove(pid);
        processes.remove(pid);
        recent = null;
    }

    /** What a process has; of one whose start was not reported nothing is known. */
    private ProcessFiles files(int pid, long nanos) {
        ProcessFiles known = recent;
        if (known != null && known.pid() == pid) {
            return known;
        }
        known = processes.get(pid);
        if (known == null) {
            known = ProcessFiles.unknown(pid, nanos);
            processes.put(pid, known);
        }
        recent = known;
        return known;
    }
}
