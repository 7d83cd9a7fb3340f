// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.ThreadTime;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.http.RequestGap;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets through only events of the container's processes. Between a look at /proc and an attach a process may end and
 * its pid may be given to another one. An attached process keeps its pid, so a check made then is reliable. The events
 * of a stranger and of its children are dropped, and the trace ends at once; the next look traces the container's own
 * processes again.
 *
 * <p>Used by the trace's consumer thread.
 */
final class MembershipGate implements TraceListener {
    private static final Logger LOG = LoggerFactory.getLogger(MembershipGate.class);

    private final String container;
    private final IntFunction<Optional<Boolean>> isMember;
    private final Runnable onStranger;
    private final TraceListener behind;
    private final Set<Integer> strangers = new HashSet<>();

    /**
     * @param container   for logs
     * @param isMember    whether a process currently belongs to the container; empty if it is gone
     * @param onStranger  ends the trace; returns at once
     * @param behind      receives what is let through
     */
    MembershipGate(
            String container, IntFunction<Optional<Boolean>> isMember, Runnable onStranger, TraceListener behind) {
        this.container = container;
        this.isMember = isMember;
        this.onStranger = onStranger;
        this.behind = behind;
    }

    @Override
    public void onCall(SyscallCall call) {
        if (strangers.isEmpty() || !strangers.contains(call.process().pid())) {
            behind.onCall(call);
        }
    }

    @Override
    public void onUnaskedCall(SyscallCall call) {
        if (!strangers.contains(call.process().pid())) {
            behind.onUnaskedCall(call);
        }
    }

    @Override
    public void onThreadTime(ThreadTime time) {
        if (!strangers.contains(time.process().pid())) {
            behind.onThreadTime(time);
        }
    }

    @Override
    public void onRequestGap(TracedProcess process, RequestGap gap, long count) {
        if (!strangers.contains(process.pid())) {
            behind.onRequestGap(process, gap, count);
        }
    }

    @Override
    public void onEvent(TraceEvent event) {
        if (event instanceof TraceEvent.ProcessStarted started) {
            admit(started);
        }
        if (!strangers.contains(event.process().pid())) {
            behind.onEvent(event);
        }
    }

    private void admit(TraceEvent.ProcessStarted started) {
        int pid = started.process().pid();
        strangers.remove(pid);
        if (started.origin() == TraceEvent.Origin.FORKED) {
            if (strangers.contains(started.process().parentPid())) {
                strangers.add(pid);
            }
        } else if (!isMember.apply(pid).orElse(true)) { // one that is gone was the container's a moment ago
            LOG.warn("container={} process {} is not the one that was looked at: it is detached", container, pid);
            strangers.add(pid);
            onStranger.run();
        }
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
