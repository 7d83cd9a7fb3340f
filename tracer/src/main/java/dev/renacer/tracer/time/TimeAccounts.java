// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.time;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.ThreadTime;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.Descriptors;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Where the time of each process goes. For the consumer thread; stands behind {@link Descriptors}. */
public final class TimeAccounts implements TraceListener {
    /** Calls that are shorter are not worth to say which file or peer they were about. */
    private static final long NAMED_NANOS = 50_000;

    private static final class ThreadOf {
        private final int pid;
        private final ThreadAccount account = new ThreadAccount();

        ThreadOf(int pid) {
            this.pid = pid;
        }
    }

    private final CallWaits waits;
    private final boolean named;
    private final Map<Integer, ThreadOf> threads = new HashMap<>();
    private final Map<Integer, TimeSums> sums = new HashMap<>();
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
        int pid = call.process().pid();
        latest = thread(pid, call.tid())
                .account
                .called(sums(pid), waits.of(call, withTarget), call.durationNanos(), call.endNanos());
        latestCall = latest.isPresent() ? call : null;
    }

    /** Where the time of the call went that was given last, if it was long. */
    @SuppressWarnings("ReferenceEquality") // this very call, not one like it
    public Optional<CallTime> of(SyscallCall call) {
        return call == latestCall ? latest : Optional.empty();
    }

    /** A wait of a process for another thread was ended by this one. */
    public void woken(int pid, String thread, long nanos) {
        sums(pid).addWoken(thread, nanos);
    }

    @Override
    public void onThreadTime(ThreadTime time) {
        int pid = time.process().pid();
        thread(pid, time.tid()).account.told(sums(pid), time);
    }

    @Override
    public void onEvent(TraceEvent event) {
        switch (event) {
            case TraceEvent.ThreadExited exited -> {
                ThreadOf thread = threads.remove(exited.tid());
                if (thread != null) {
                    thread.account.settle(sums(thread.pid));
                }
            }
            case TraceEvent.ProcessExited exited -> ended(exited.process().pid());
            case TraceEvent.ProcessDetached detached -> ended(detached.process().pid());
            default -> {
                // Nobody's time ends with it.
            }
        }
    }

    private void ended(int pid) {
        Iterator<ThreadOf> each = threads.values().iterator();
        while (each.hasNext()) {
            ThreadOf thread = each.next();
            if (thread.pid == pid) {
                thread.account.settle(sums(pid));
                each.remove();
            }
        }
    }

    /** When the stretches began that {@link #take} would tell of a process; empty: there are none. */
    public OptionalLong since(int pid) {
        TimeSums known = sums.get(pid);
        return known == null || known.wallNanos() == 0 ? OptionalLong.empty() : OptionalLong.of(known.sinceNanos());
    }

    /** What is known of a process since this was last called for it; empty: nothing. */
    public Optional<TimeSums> take(int pid) {
        return Optional.ofNullable(sums.remove(pid)).filter(known -> known.wallNanos() > 0);
    }

    private TimeSums sums(int pid) {
        return sums.computeIfAbsent(pid, _ -> new TimeSums());
    }

    private ThreadOf thread(int pid, int tid) {
        ThreadOf known = threads.get(tid);
        if (known == null || known.pid != pid) {
            known = new ThreadOf(pid);
            threads.put(tid, known);
        }
        return known;
    }
}
