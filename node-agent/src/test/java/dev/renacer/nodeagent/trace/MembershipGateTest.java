// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.SignalInfo;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.TracedProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MembershipGateTest {
    private static final int MINE = 7;
    private static final int STRANGER = 8;
    private static final SignalInfo HANGUP = SignalInfo.of(1, 0, 0, 0, 0, 0, 0);
    private static final int GONE = 9;

    private final List<Integer> passed = new ArrayList<>();
    private final AtomicInteger stops = new AtomicInteger();
    private final MembershipGate gate = new MembershipGate(
            "p/c",
            pid -> pid == GONE ? Optional.empty() : Optional.of(pid == MINE),
            stops::incrementAndGet,
            new TraceListener() {
                @Override
                public void onCall(SyscallCall call) {}

                @Override
                public void onEvent(TraceEvent event) {
                    passed.add(event.process().pid());
                }
            });

    @Test
    void theContainersOwnProcessesPass() {
        start(MINE, 1, Origin.ATTACHED);
        start(20, MINE, Origin.FORKED);
        start(GONE, 1, Origin.ATTACHED);
        assertThat(passed).containsExactly(MINE, 20, GONE);
        assertThat(stops).hasValue(0);
    }

    @Test
    void aStrangerAndItsChildrenAreHiddenAndEndTheTrace() {
        start(MINE, 1, Origin.ATTACHED);
        start(STRANGER, 1, Origin.ATTACHED);
        start(30, STRANGER, Origin.FORKED);
        gate.onEvent(new TraceEvent.SignalDelivered(process(STRANGER, 1), 0, STRANGER, HANGUP));
        gate.onEvent(new TraceEvent.SignalDelivered(process(30, STRANGER), 0, 30, HANGUP));
        assertThat(passed).containsExactly(MINE);
        assertThat(stops).hasValue(1);
    }

    private void start(int pid, int parent, Origin origin) {
        gate.onEvent(new TraceEvent.ProcessStarted(process(pid, parent), 0, origin));
    }

    private static TracedProcess process(int pid, int parent) {
        return new TracedProcess(pid, pid, parent, "x", Optional.empty());
    }
}
