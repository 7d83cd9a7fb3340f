// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.nodeagent.process.RuntimePrograms;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.ThreadTime;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.http.RequestGap;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reports a container's process from its call of execve on. Before that it belongs to its runtime: it prepares the
 * container's environment, and its calls are not reported. The runtime executes its own program again on the way, and
 * creates processes from it whose parent is another one (CLONE_PARENT); one that ends without having executed another
 * program is never reported.
 *
 * <p>Used by the trace's consumer thread, except {@link #expect} and {@link #forget}, which any thread may call.
 */
final class ExecGate implements TraceListener {
    private final TraceListener behind;
    private final Set<Integer> expected = ConcurrentHashMap.newKeySet();
    /** Processes that currently belong to the runtime. */
    private final Set<Integer> runtimes = new HashSet<>();
    /** Processes that are reported. */
    private final Set<Integer> reported = new HashSet<>();

    /**
     * @param behind  receives what is let through
     */
    ExecGate(TraceListener behind) {
        this.behind = behind;
    }

    /** A process that is about to be attached to belongs to the runtime. */
    void expect(int pid) {
        expected.add(pid);
    }

    /** It was not attached to. */
    void forget(int pid) {
        expected.remove(pid);
    }

    @Override
    public void onCall(SyscallCall call) {
        if (isReported(call)) {
            behind.onCall(call);
        }
    }

    @Override
    public void onUnaskedCall(SyscallCall call) {
        if (isReported(call)) {
            behind.onUnaskedCall(call);
        }
    }

    private boolean isReported(SyscallCall call) {
        return runtimes.isEmpty() || !runtimes.contains(call.process().pid());
    }

    @Override
    public void onThreadTime(ThreadTime time) {
        if (runtimes.isEmpty() || !runtimes.contains(time.process().pid())) {
            behind.onThreadTime(time);
        }
    }

    @Override
    public void onRequestGap(TracedProcess process, RequestGap gap, long count) {
        if (runtimes.isEmpty() || !runtimes.contains(process.pid())) {
            behind.onRequestGap(process, gap, count);
        }
    }

    @Override
    public void onEvent(TraceEvent event) {
        int pid = event.process().pid();
        if (event instanceof TraceEvent.ProcessStarted started && isRuntimes(started)) {
            runtimes.add(pid);
        } else if (!runtimes.contains(pid)) {
            note(event);
            behind.onEvent(event);
        } else if (event instanceof TraceEvent.ProgramExecuted executed && !isRuntime(executed.process())) {
            runtimes.remove(pid);
            reported.add(pid);
            behind.onEvent(new TraceEvent.ProcessStarted(
                    executed.process(), executed.epochNanos(), TraceEvent.Origin.ATTACHED));
        } else if (isEnd(event)) {
            runtimes.remove(pid);
        }
    }

    private boolean isRuntimes(TraceEvent.ProcessStarted started) {
        int pid = started.process().pid();
        if (expected.remove(pid)) {
            // It may have executed the container's program just before the attach.
            return started.process().executable().isEmpty() || isRuntime(started.process());
        }
        int parent = started.process().parentPid();
        return started.origin() == TraceEvent.Origin.FORKED
                && !runtimes.isEmpty()
                && !reported.contains(parent)
                && (runtimes.contains(parent) || isRuntime(started.process()));
    }

    private void note(TraceEvent event) {
        if (event instanceof TraceEvent.ProcessStarted) {
            reported.add(event.process().pid());
        } else if (isEnd(event)) {
            reported.remove(event.process().pid());
        }
    }

    private static boolean isEnd(TraceEvent event) {
        return event instanceof TraceEvent.ProcessExited || event instanceof TraceEvent.ProcessDetached;
    }

    private static boolean isRuntime(TracedProcess process) {
        return process.executable().filter(RuntimePrograms::include).isPresent();
    }

    @Override
    public void onIdle() {
        behind.onIdle();
    }

    @Override
    public void onEnd() {
        behind.onEnd();
    }
}
