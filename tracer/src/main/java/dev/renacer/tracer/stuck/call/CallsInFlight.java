// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.call;

import dev.renacer.capture.CaptureException;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.DescriptorSource;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.stuck.proc.ProcFiles;
import dev.renacer.tracer.stuck.proc.ThreadCall;
import dev.renacer.tracer.stuck.proc.ThreadSample;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which calls of processes are in flight longest. All is read in /proc, as by {@link dev.renacer.tracer.stuck.ProcessLook},
 * and no thread is stopped. Threads that are in a call of the same name are one entry, as of most programs the longest
 * calls are the waits of idle workers. A call is as old as its thread's sleep: one that was woken in it and slept again
 * seems younger, and where the kernel does not show when threads ran (CONFIG_SCHED_DEBUG) nothing is told. Not thread-safe.
 */
public final class CallsInFlight implements AutoCloseable {
    /** Each takes some reads of /proc. */
    private static final int MOST_THREADS = 2_048;
    /** A program chooses the length of paths. */
    private static final int LONGEST_TEXT = 256;

    private static final Path PROC = Path.of("/proc");

    private final Predicate<Syscall> told;
    private final ArgumentDetail detail;
    private final CallReader reader;
    private final ProcFiles files;
    private final DescriptorSource source;
    private final Ages ages;

    /**
     * Calls of one name.
     *
     * @param pid      the process of the thread that has been in it for longest
     * @param call     that thread's call as a trace writes it, at most 256 characters; only its name if arguments are
     *     not to be told
     * @param threads  how many threads are in one, for at least as long as was asked for
     * @param tid      that thread, as its program numbers it
     * @param name     its name ({@link dev.renacer.capture.ByteText}); empty if arguments are not to be told
     * @param nanos    how long it has been in it
     */
    public record InFlight(int pid, String call, int threads, int tid, String name, long nanos) {}

    /** A thread in a call. */
    private record Candidate(int pid, Abi abi, ThreadSample sample, ThreadCall.Sleeping call, long nanos) {
        Syscall syscall() {
            return SyscallTable.instance().lookup(abi, call.number());
        }

        String name() {
            return syscall().name();
        }
    }

    /**
     * @param told      whether such calls are told
     * @param redactor  takes the secrets out of arguments and names
     * @param detail    of arguments
     * @throws CaptureException if the capture core cannot be loaded
     */
    public CallsInFlight(Predicate<Syscall> told, Redactor redactor, ArgumentDetail detail) throws CaptureException {
        this.told = told;
        this.detail = detail;
        reader = new CallReader(redactor, detail);
        files = new ProcFiles(PROC, redactor);
        source = DescriptorSource.ofProc(redactor);
        ages = new Ages(reader.look());
    }

    /**
     * The longest first. Of very many threads only some are looked at.
     *
     * @param least  how long they have to be in flight
     * @param most   how many entries there are at most
     */
    public List<InFlight> longest(Collection<Integer> pids, Duration least, int most) {
        Map<String, List<Candidate>> byName = new LinkedHashMap<>();
        pids.stream()
                .flatMap(this::threads)
                .limit(MOST_THREADS)
                .flatMap(thread -> candidate(thread).stream())
                .filter(candidate -> candidate.nanos() >= least.toNanos() && told.test(candidate.syscall()))
                .forEach(candidate -> byName.computeIfAbsent(candidate.name(), _ -> new ArrayList<>())
                        .add(candidate));
        byName.values().forEach(calls -> calls.sort(Comparator.comparingLong(call -> -call.nanos())));
        return byName.values().stream()
                .sorted(Comparator.comparingLong(calls -> -calls.getFirst().nanos()))
                .flatMap(calls -> told(calls.getFirst(), calls.size()).stream())
                .limit(most)
                .toList();
    }

    /** A thread of a process whose calls can be read. */
    private record ThreadOf(int pid, int tid, Abi abi) {}

    private Stream<ThreadOf> threads(int pid) {
        Optional<Abi> abi = CallReader.abi(files, pid);
        return abi.isEmpty()
                ? Stream.empty()
                : files.threads(pid).stream().map(tid -> new ThreadOf(pid, tid, abi.get()));
    }

    private Optional<Candidate> candidate(ThreadOf thread) {
        Optional<ThreadSample> sample = ThreadSample.take(files, thread.pid(), thread.tid());
        if (sample.isEmpty() || !(sample.get().call() instanceof ThreadCall.Sleeping call)) {
            return Optional.empty();
        }
        Age age = ages.of(sample.get(), sample.get());
        return age.kind() == Age.Kind.SINCE_LAST_RUN
                ? Optional.of(new Candidate(thread.pid(), thread.abi(), sample.get(), call, age.nanos()))
                : Optional.empty();
    }

    /** Empty if the thread has run meanwhile: then what was read of it may be of two calls. */
    private Optional<InFlight> told(Candidate oldest, int threads) {
        int tid = oldest.sample().tid();
        Optional<String> text = text(oldest);
        Optional<ThreadSample> again = ThreadSample.take(files, oldest.pid(), tid);
        boolean sleepsOn = again.isPresent()
                && again.get().status().switches() == oldest.sample().status().switches()
                && again.get().call().equals(oldest.call());
        return sleepsOn && text.isPresent()
                ? Optional.of(new InFlight(
                        oldest.pid(),
                        text.get(),
                        threads,
                        oldest.sample().status().innerTid(),
                        detail == ArgumentDetail.NONE
                                ? ""
                                : oldest.sample().status().name(),
                        oldest.nanos()))
                : Optional.empty();
    }

    private Optional<String> text(Candidate in) {
        if (detail == ArgumentDetail.NONE) {
            return Optional.of(in.name());
        }
        return reader.read(in.pid(), in.sample().tid(), in.abi(), in.call())
                .map(read -> CallReader.text(read.call(), descriptors(in.pid(), read.call()), source.folder(in.pid())))
                .map(text -> text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 3) + "...");
    }

    private Map<Integer, Descriptor> descriptors(int pid, SyscallCall call) {
        Map<Integer, Descriptor> found = new HashMap<>();
        for (int index = 0; index < call.syscall().parameters().size(); index++) {
            int number = (int) call.args()[index];
            if (number >= 0 && CallReader.isDescriptor(call, index)) {
                source.descriptor(pid, number).ifPresent(what -> found.put(number, named(pid, what)));
            }
        }
        return found;
    }

    private Descriptor named(int pid, Descriptor what) {
        return what instanceof Descriptor.Socket socket
                ? source.sockets(pid, Set.of(socket.inode())).getOrDefault(socket.inode(), socket)
                : what;
    }

    @Override
    public void close() {
        reader.close();
    }
}
