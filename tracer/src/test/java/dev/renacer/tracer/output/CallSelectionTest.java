// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.SignalInfo;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.output.CallSelection.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallSelectionTest {
    private static final int EAGAIN = 11;
    private static final int ENOENT = 2;
    private static final int SIGTERM = 15;
    private static final int SIGCHLD = 17;
    private static final Set<Ending> ANY = Set.of(Ending.values());

    private final SyscallCall returned =
            call("read").args(3, 0, 1).returns(1).nanos(5_000).build();
    private final SyscallCall blocked =
            call("read").args(4, 0, 1).fails(EAGAIN).nanos(2_000).build();
    private final SyscallCall failed =
            call("openat").args(5).fails(ENOENT).nanos(9_000).build();
    private final SyscallCall unfinished =
            call("exit_group").args(3).unfinished().nanos(0).build();

    @Test
    void selectsByHowACallEnded() {
        assertThat(selected(CallSelection.ALL)).containsExactly(returned, blocked, failed, unfinished);
        assertThat(selected(new CallSelection(Set.of(Ending.SUCCESSFUL), false, Duration.ZERO, Set.of())))
                .containsExactly(returned);
        assertThat(selected(new CallSelection(Set.of(Ending.FAILED), false, Duration.ZERO, Set.of())))
                .containsExactly(blocked, failed);
    }

    @Test
    void aCallThatGoesOnUntracedIsDetachedAndNotUnfinished() {
        SyscallCall left = call("read").args(0, 0, 1).left().build();

        assertThat(with(Ending.DETACHED).selects(left)).isTrue();
        assertThat(with(Ending.DETACHED).selects(unfinished)).isFalse();
        assertThat(with(Ending.UNFINISHED).selects(left)).isFalse();
        assertThat(with(Ending.UNFINISHED).selects(unfinished)).isTrue();
        assertThat(selected(with(Ending.UNAVAILABLE))).isEmpty();
    }

    private static CallSelection with(Ending ending) {
        return new CallSelection(Set.of(ending), false, Duration.ZERO, Set.of());
    }

    @Test
    void selectsSignalsAndPassesAllOtherEvents() {
        CallSelection children = new CallSelection(ANY, false, Duration.ZERO, Set.of(), Set.of(SIGCHLD));

        assertThat(children.selects(signal(SIGCHLD))).isTrue();
        assertThat(children.selects(signal(SIGTERM))).isFalse();
        assertThat(children.selects(new TraceEvent.Stopped(PROCESS, 0, 1, SIGTERM)))
                .isFalse();
        assertThat(children.selects(new TraceEvent.ThreadExited(PROCESS, 0, 1))).isTrue();
        assertThat(CallSelection.ALL.selects(signal(SIGTERM))).isTrue();
        assertThat(CallSelection.ALL.selects(signal(64))).isTrue();
    }

    private static TraceEvent signal(int number) {
        return new TraceEvent.SignalDelivered(PROCESS, 0, 1, SignalInfo.of(number, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void whatNobodyCallsAnErrorIsNone() {
        assertThat(selected(new CallSelection(ANY, true, Duration.ZERO, Set.of())))
                .containsExactly(failed);
    }

    @Test
    void selectsByHowLongACallTook() {
        assertThat(selected(new CallSelection(ANY, false, Duration.ofNanos(5_000), Set.of())))
                .containsExactly(returned, failed);
    }

    @Test
    void selectsByDescriptorAndTakesNoOtherNumberForOne() {
        assertThat(selected(new CallSelection(ANY, false, Duration.ZERO, Set.of(3))))
                .containsExactly(returned);
        assertThat(selected(new CallSelection(ANY, false, Duration.ZERO, Set.of(4, 5))))
                .containsExactly(blocked, failed);
    }

    @Test
    void theOthersBecomeCallsNobodyAskedForAndEventsPass() {
        List<String> seen = new ArrayList<>();
        TraceListener next = new TraceListener() {
            @Override
            public void onCall(SyscallCall call) {
                seen.add("call " + call.syscall().name());
            }

            @Override
            public void onUnaskedCall(SyscallCall call) {
                seen.add("unasked " + call.syscall().name());
            }

            @Override
            public void onEvent(TraceEvent event) {
                seen.add("event");
            }
        };
        SelectedCalls calls =
                new SelectedCalls(new CallSelection(Set.of(Ending.FAILED), false, Duration.ZERO, Set.of()), next);

        calls.onCall(returned);
        calls.onCall(failed);
        calls.onEvent(new TraceEvent.ProcessExited(PROCESS, 0, Optional.of(0), Optional.empty(), false));

        assertThat(seen).containsExactly("unasked read", "call openat", "event");
    }

    private List<SyscallCall> selected(CallSelection selection) {
        return List.of(returned, blocked, failed, unfinished).stream()
                .filter(selection::selects)
                .toList();
    }
}
