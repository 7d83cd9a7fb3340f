// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.DescriptorSource;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SleepingStacks;
import dev.renacer.tracer.source.SleepingStacks.Followed;
import dev.renacer.tracer.stuck.call.Age;
import dev.renacer.tracer.stuck.call.Ages;
import dev.renacer.tracer.stuck.call.CallReader;
import dev.renacer.tracer.stuck.proc.ProcFiles;
import dev.renacer.tracer.stuck.proc.ProcessList;
import dev.renacer.tracer.stuck.proc.ThreadCall;
import dev.renacer.tracer.stuck.proc.ThreadSample;
import dev.renacer.tracer.stuck.proc.ThreadStatus;
import dev.renacer.tracer.subject.PolledDescriptor;
import dev.renacer.tracer.syscall.Abi;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A process between the first look at it and what is told of it. */
final class SeenProcess {
    private static final int MOST_POLLED = 16;
    /** Calls whose first argument is the address at which they wait. */
    private static final Set<String> FUTEX = Set.of("futex", "futex_time64", "futex_wait");

    /** What tracer_thread.c calls the threads that trace. */
    private static final String TRACER_THREAD = "renacer-tracer";

    private final int pid;
    private final ProcFiles files;
    private final CallReader reader;
    private final DescriptorSource source;
    private final Neighbours neighbours;
    private final LookOptions options;
    private final DescriptorWaits waits;
    private final FamilyWaits family;
    private final Map<Integer, Seen> threads = new LinkedHashMap<>();
    private final Map<Integer, Descriptor> descriptors = new HashMap<>();
    private boolean unreadable;
    private int stacksLeftOut;
    private long lookedNanos;

    /** What the first look at a thread has shown. */
    private record Seen(ThreadSample sample, CallReader.@Nullable Read read, Optional<Followed> stack) {
        Optional<SyscallCall> call() {
            return Optional.ofNullable(read).map(CallReader.Read::call);
        }
    }

    SeenProcess(
            int pid,
            ProcFiles files,
            CallReader reader,
            DescriptorSource source,
            Neighbours neighbours,
            LookOptions options) {
        this.pid = pid;
        this.files = files;
        this.reader = reader;
        this.source = source;
        this.neighbours = neighbours;
        this.options = options;
        this.waits = new DescriptorWaits(files, neighbours, reader.look());
        this.family = new FamilyWaits(files, neighbours, reader.look());
    }

    /**
     * Looks at all threads, their calls and stacks.
     *
     * @param stacksUntilNanos  later no stack is followed, in the time of {@link System#nanoTime}
     */
    void lookFirst(Optional<SleepingStacks> stacks, long stacksUntilNanos) {
        Optional<Abi> abi = CallReader.abi(files, pid);
        files.read(pid, "maps").ifPresent(maps -> stacks.ifPresent(to -> to.mapped(pid, maps)));
        for (int tid : files.threads(pid)) {
            ThreadSample.take(files, pid, tid)
                    .ifPresent(sample -> threads.put(tid, seen(sample, abi, stacks, stacksUntilNanos)));
        }
        if (tellsArguments()) {
            name(source.descriptors(pid));
        }
        lookedNanos = System.nanoTime();
    }

    private boolean tellsArguments() {
        return options.detail() != ArgumentDetail.NONE;
    }

    /** Gives descriptors their names, and sockets their peers. */
    private void name(Map<Integer, Descriptor> found) {
        descriptors.putAll(found);
        Set<Long> sockets = new LinkedHashSet<>();
        for (Seen thread : threads.values()) {
            thread.call()
                    .ifPresent(call -> numbers(call).forEach(number -> {
                        if (descriptors.get(number) instanceof Descriptor.Socket socket) {
                            sockets.add(socket.inode());
                        }
                    }));
        }
        Map<Long, Descriptor.Socket> named = source.sockets(pid, sockets);
        descriptors.replaceAll((_, what) ->
                what instanceof Descriptor.Socket socket ? named.getOrDefault(socket.inode(), socket) : what);
    }

    /** When the first look was over, in the time of {@link System#nanoTime}. */
    long lookedNanos() {
        return lookedNanos;
    }

    private Seen seen(ThreadSample sample, Optional<Abi> abi, Optional<SleepingStacks> stacks, long stacksUntilNanos) {
        if (abi.isEmpty() || !(sample.call() instanceof ThreadCall.Sleeping call)) {
            return new Seen(sample, null, Optional.empty());
        }
        Optional<CallReader.Read> read = reader.read(pid, sample.tid(), abi.get(), call);
        boolean inTime = System.nanoTime() - stacksUntilNanos < 0;
        stacksLeftOut += inTime ? 0 : 1;
        return new Seen(
                sample,
                read.orElse(null),
                inTime ? stacks.flatMap(by -> read.flatMap(found -> by.follow(found.event()))) : Optional.empty());
    }

    /** The descriptors that a call is about. */
    private static List<Integer> numbers(SyscallCall call) {
        Set<Integer> numbers = new LinkedHashSet<>();
        for (int index = 0; index < call.syscall().parameters().size(); index++) {
            int number = (int) call.args()[index];
            if (number >= 0 && CallReader.isDescriptor(call, index)) {
                numbers.add(number);
            }
        }
        PolledDescriptor.all(call).limit(MOST_POLLED).forEach(numbers::add);
        return List.copyOf(numbers);
    }

    /** The links of ends that others hold. */
    Set<String> sought() {
        Set<String> links = new LinkedHashSet<>();
        for (Seen thread : threads.values()) {
            thread.call()
                    .ifPresent(call -> numbers(call).forEach(number -> {
                        Descriptor what = descriptors.get(number);
                        if (what != null) {
                            waits.sought(pid, what).ifPresent(links::add);
                        }
                    }));
        }
        return links;
    }

    /** Looks at all threads once more, and says what is known. */
    StuckProcess told(Ages ages) {
        Map<Integer, Party> byInnerTid = new HashMap<>();
        threads.forEach((tid, seen) -> byInnerTid.put(
                seen.sample().status().innerTid(),
                new Party(
                        pid,
                        tid,
                        seen.sample().status().name(),
                        Activity.of(seen.sample().status().state()).text()
                                + seen.call()
                                        .map(call -> " in " + call.syscall().name())
                                        .orElse(""),
                        "owner",
                        options.viewpoint().number(pid, tid))));
        List<StuckThread> told = new ArrayList<>();
        Optional<Descriptor> folder = source.folder(pid);
        threads.forEach((tid, seen) -> ThreadSample.take(files, pid, tid)
                .ifPresent(again -> told.add(told(seen, again, byInnerTid, folder, ages))));
        Optional<ProcessList.Entry> entry = neighbours.processes().find(pid);
        return new StuckProcess(
                pid,
                entry.map(ProcessList.Entry::name).orElse("?"),
                neighbours.process(entry.map(ProcessList.Entry::parent).orElse(0), "parent"),
                told,
                Stream.concat(family.facts(pid).stream(), tracer().stream()).toList(),
                missing());
    }

    /** Who traces its first traced thread; mostly it is the same for all. */
    private Optional<WaitFor> tracer() {
        return threads.values().stream()
                .map(seen -> seen.sample().status().tracer())
                .filter(tracer -> tracer != 0)
                .findFirst()
                .map(tracer -> {
                    Party by = neighbours.process(processOf(tracer), "tracer");
                    return new WaitFor(
                            WaitFor.Kind.TRACER, "is traced by " + tracer(tracer, by), List.of(by), WaitFor.WAITING);
                });
    }

    private String tracer(int thread, Party by) {
        if (processOf(thread) == ProcessHandle.current().pid()) {
            return "Renacer's agent, for another request";
        }
        boolean renacer = files.read(thread, "comm").orElse("").strip().equals(TRACER_THREAD);
        return renacer && !by.shown().isEmpty() ? "renacer (pid " + by.shown() + ")" : Words.process(by);
    }

    /** The kernel names the tracing thread. */
    private int processOf(int tid) {
        return files.read(tid, "status")
                .map(text -> ThreadStatus.parse(text).pid())
                .filter(known -> known != 0)
                .orElse(tid);
    }

    private StuckThread told(
            Seen seen, ThreadSample again, Map<Integer, Party> owners, Optional<Descriptor> folder, Ages ages) {
        ThreadSample first = seen.sample();
        boolean ran = first.status().switches() != again.status().switches()
                || !first.call().equals(again.call());
        boolean slept = !(again.call() instanceof ThreadCall.Running);
        Optional<SyscallCall> call = ran ? Optional.empty() : seen.call();
        return new StuckThread(
                pid,
                again.tid(),
                again.status().innerTid(),
                again.status().name(),
                Activity.of(again.status().state()),
                ran,
                load(first, again),
                slept && !ran ? ages.of(first, again) : Age.UNKNOWN,
                again.kernelFunction(),
                again.kernelStack(),
                seen.call().map(found -> found.syscall().name()),
                seen.call()
                        .map(found -> tellsArguments()
                                ? CallReader.text(found, descriptors, folder)
                                : found.syscall().name() + "(...)")
                        .orElse(""),
                tellsArguments() ? call.map(SeenProcess::futex).orElse(0L) : 0,
                call.map(found -> waits(first, found, seen.stack().map(Followed::stack), owners))
                        .orElseGet(List::of),
                ran ? Optional.empty() : seen.stack().map(Followed::stack),
                ran ? Optional.empty() : seen.stack().flatMap(Followed::location));
    }

    private static long futex(SyscallCall call) {
        return FUTEX.contains(call.syscall().name()) ? call.args()[0] : 0;
    }

    private AbsentThreads absent(ThreadSample sample) {
        boolean sameNumbers = sample.status().innerPid() == sample.status().pid();
        return new AbsentThreads(files, pid, Set.copyOf(threads.keySet()), sameNumbers);
    }

    private List<WaitFor> waits(
            ThreadSample sample, SyscallCall call, Optional<CallStack> stack, Map<Integer, Party> owners) {
        List<WaitFor> found = new ArrayList<>();
        String name = call.syscall().name();
        try {
            if (name.equals("futex") && call.syscall().abi() != Abi.I386) {
                List<Long> arguments = ((ThreadCall.Sleeping) sample.call()).arguments();
                new LockOwners(reader.look(), absent(sample))
                        .find(sample.tid(), arguments, owners)
                        .ifPresent(found::add);
            }
            family.of(pid, call).ifPresent(found::add);
        } catch (SecurityException _) {
            unreadable = true;
        }
        javaMonitor(stack).ifPresent(found::add);
        fileLock(name).ifPresent(found::add);
        for (int number : numbers(call)) {
            Descriptor what = descriptors.get(number);
            if (what != null) {
                waits.of(pid, number, what, name.contains("write") || name.startsWith("send"))
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    /** Who owns a monitor only the JVM knows: what the stack shows is that one is waited for. */
    private Optional<WaitFor> javaMonitor(Optional<CallStack> stack) {
        boolean enters = stack.stream()
                .flatMap(known -> known.frames().stream())
                .anyMatch(frame -> frame.function()
                        .filter(name -> name.startsWith("_ZN13ObjectMonitor5enter"))
                        .isPresent());
        return enters
                ? Optional.of(new WaitFor(
                        WaitFor.Kind.LOCK,
                        "waits to enter a Java monitor (synchronized); 'jcmd " + pid + " Thread.print' names its owner",
                        List.of(),
                        WaitFor.WAITING))
                : Optional.empty();
    }

    private Optional<WaitFor> fileLock(String call) {
        if (!call.equals("flock") && !call.startsWith("fcntl")) {
            return Optional.empty();
        }
        return neighbours
                .lock(pid)
                .map(wait -> {
                    Party holder = neighbours.process(wait.holder(), "owner");
                    return new WaitFor(
                            WaitFor.Kind.FILE_LOCK,
                            "waits for a lock on a file" + (tellsArguments() ? " (" + wait.file() + ")" : "") + " that "
                                    + Words.process(holder) + ", holds",
                            List.of(holder),
                            WaitFor.WAITING + 10);
                })
                .or(() -> call.equals("flock")
                        ? Optional.of(new WaitFor(
                                WaitFor.Kind.FILE_LOCK,
                                "waits for a lock on a file; /proc/locks names no holder that is visible from here",
                                List.of(),
                                WaitFor.WAITING))
                        : Optional.empty());
    }

    /** How much of the time between the looks a busy thread was on a CPU. */
    private static String load(ThreadSample first, ThreadSample again) {
        long ran = again.ranNanos() - first.ranNanos();
        long delayed = again.delayedNanos() - first.delayedNanos();
        double all = again.takenNanos() - first.takenNanos();
        if (ran <= 0 && delayed <= 0) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "on a CPU %.0f %% of the last %.0f ms, waiting for one %.0f %%",
                Math.min(100, 100 * ran / all),
                all / 1e6,
                Math.min(100, 100 * delayed / all));
    }

    private List<String> missing() {
        List<String> told = new ArrayList<>();
        Set<String> denied = files.denied();
        if (denied.contains("syscall")) {
            told.add(
                    "its calls and its memory may not be looked at, so that only states are shown; that takes the rights of"
                            + " an attach: CAP_SYS_PTRACE, or the same user where Yama's ptrace_scope is 0");
        } else if (unreadable) {
            told.add("its memory may not be read, so that owners of locks are not known");
        }
        if (stacksLeftOut > 0) {
            told.add("the stacks of " + Words.count(stacksLeftOut, "thread")
                    + ": following those of the others took all the" + " time there is for it");
        }
        return told;
    }
}
