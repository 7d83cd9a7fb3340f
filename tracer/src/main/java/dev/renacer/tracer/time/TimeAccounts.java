// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.time;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.ThreadTime;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.Descriptors;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Where the time of each process goes. For the consumer thread; stands behind {@link Descriptors}. */
public final class TimeAccounts implements TraceListener {
    /** Calls that are shorter are not worth to say which file or peer they were about. */
    private static final long NAMED_NANOS = 50_000;

    private static final class ProcessOf {
        private final Map<Integer, ThreadOf> threads = new HashMap<>();
        private TimeSums sums = new TimeSums();
        private boolean ended;
    }

    private static final class ThreadOf {
        private final int pid;
        private final int tid;
        private final ProcessOf process;
        private final ThreadAccount account = new ThreadAccount();
        /** What is not handed over yet, if it is asked for by {@link #handOver}; null: it never was. */
        private @Nullable TimeSums own;

        ThreadOf(int pid, int tid, ProcessOf process) {
            this.pid = pid;
            this.tid = tid;
            this.process = process;
        }

        /** Where its times are added. */
        TimeSums sums() {
            return own == null ? process.sums : own;
        }

        void settle() {
            account.settle(sums());
            handOver();
        }

        /** What it has spent since it was last asked, which its process has from now on. */
        TimeSums handOver() {
            TimeSums spent = own == null ? new TimeSums() : own;
            process.sums.add(spent);
            own = own == null ? null : new TimeSums();
            return spent;
        }
    }

    private final CallWaits waits;
    private final boolean named;
    private final Map<Integer, ProcessOf> processes = new HashMap<>();
    private @Nullable ThreadOf last;
    /** Whether the time of a thread is asked for. */
    private boolean divides;

    private Optional<CallTime> latest = Optional.empty();
    private @Nullable SyscallCall latestCall;

    /**
     * @param descriptors  knows what descriptors are
     * @param named        whether files, peers and locks are to be told
     */
    public TimeAccounts(Descriptors descriptors, boolean named) {
        this.waits = new CallWaits(descriptors);
        this.named = named;
    }

    @Override
    public void onCall(SyscallCall call) {
        account(call, named && call.durationNanos() >= NAMED_NANOS);
    }

    @Override
    public void onUnaskedCall(SyscallCall call) {
        account(call, false);
    }

    private void account(SyscallCall call, boolean withTarget) {
        ThreadOf thread = thread(call.process().pid(), call.tid());
        latest =
                thread.account.called(thread.sums(), waits.of(call, withTarget), call.durationNanos(), call.endNanos());
        latestCall = latest.isPresent() ? call : null;
    }

    /** Where the time of the call went that was given last, if it was long. */
    @SuppressWarnings("ReferenceEquality") // this very call, not one like it
    public Optional<CallTime> of(SyscallCall call) {
        return call == latestCall ? latest : Optional.empty();
    }

    /**
     * What a thread has spent since this was last called for it: where a thread works for one request after the other,
     * its time is divided among them. Empty the first time, but
     * for threads that are new since.
     */
    public TimeSums spent(int pid, int tid) {
        ThreadOf thread = thread(pid, tid);
        TimeSums spent = thread.handOver();
        if (thread.own == null) {
            divides = true;
            thread.own = new TimeSums();
        }
        return spent;
    }

    /** What a thread has spent since then was for no request. */
    public void passOn(int pid, int tid) {
        if (divides) {
            thread(pid, tid).handOver();
        }
    }

    /** A wait of a process for another thread was ended by this one. */
    public void woken(int pid, String thread, long nanos) {
        ProcessOf known = processes.get(pid);
        if (known != null) {
            known.sums.addWoken(thread, nanos);
        }
    }

    @Override
    public void onThreadTime(ThreadTime time) {
        ThreadOf thread = thread(time.process().pid(), time.tid());
        thread.account.told(thread.sums(), time);
    }

    @Override
    public void onEvent(TraceEvent event) {
        switch (event) {
            case TraceEvent.ThreadExited exited -> threadEnded(exited.process().pid(), exited.tid());
            case TraceEvent.ProcessExited exited -> ended(exited.process().pid());
            case TraceEvent.ProcessDetached detached -> ended(detached.process().pid());
            default -> {
                // Nobody's time ends with it.
            }
        }
    }

    private void threadEnded(int pid, int tid) {
        last = null;
        ProcessOf known = processes.get(pid);
        ThreadOf thread = known == null ? null : known.threads.remove(tid);
        if (thread != null) {
            thread.settle();
        }
    }

    private void ended(int pid) {
        last = null;
        ProcessOf known = processes.get(pid);
        if (known == null) {
            return;
        }
        known.threads.values().forEach(ThreadOf::settle);
        known.threads.clear();
        known.ended = true;
        if (known.sums.wallNanos() == 0) {
            processes.remove(pid); // there is nothing to take
        }
    }

    /** When the stretches began that {@link #take} would tell of a process; empty: there are none. */
    public OptionalLong since(int pid) {
        ProcessOf known = processes.get(pid);
        return known == null || known.sums.wallNanos() == 0
                ? OptionalLong.empty()
                : OptionalLong.of(known.sums.sinceNanos());
    }

    /** What is known of a process since this was last called for it; empty: nothing. */
    public Optional<TimeSums> take(int pid) {
        ProcessOf known = processes.get(pid);
        if (known != null) {
            known.threads.values().forEach(ThreadOf::handOver);
        }
        if (known == null || known.sums.wallNanos() == 0) {
            return Optional.empty();
        }
        TimeSums taken = known.sums;
        known.sums = new TimeSums();
        if (known.ended) {
            processes.remove(pid);
        }
        return Optional.of(taken);
    }

    private ProcessOf process(int pid) {
        return processes.computeIfAbsent(pid, _ -> new ProcessOf());
    }

    private ThreadOf thread(int pid, int tid) {
        ThreadOf known = last;
        if (known != null && known.tid == tid && known.pid == pid) {
            return known;
        }
        ProcessOf process = process(pid);
        known = process.threads.get(tid);
        if (known == null) {
            known = new ThreadOf(pid, tid, process);
            known.own = divides ? new TimeSums() : null;
            process.threads.put(tid, known);
        }
        last = known;
        return known;
    }
}
