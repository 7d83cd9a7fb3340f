// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExecGateTest {
    private static final String COPY = "/memfd:runc_cloned:/proc/self/exe (deleted)";

    private final List<String> passed = new ArrayList<>();
    private final ExecGate gate = new ExecGate(new TraceListener() {
        @Override
        public void onCall(SyscallCall call) {
            passed.add("call " + call.process().pid() + " " + call.process().name());
        }

        @Override
        public void onUnaskedCall(SyscallCall call) {
            passed.add("unasked " + call.process().pid());
        }

        @Override
        public void onEvent(TraceEvent event) {
            passed.add(event.getClass().getSimpleName() + " " + event.process().pid() + " "
                    + event.process().name() + " " + event.epochNanos());
        }

        @Override
        public void onEnd() {
            passed.add("end");
        }
    });

    @Test
    void aContainersFirstProcessIsToldOfFromItsExecOn() {
        gate.expect(7);
        start(7, 1, COPY, Origin.ATTACHED);
        call(7, COPY);
        gate.onEvent(new TraceEvent.ThreadExited(process(7, 1, COPY), 4, 8));
        exec(7, 5, "/bin/cat");
        call(7, "/bin/cat");
        exit(7, "/bin/cat");
        assertThat(passed).containsExactly("ProcessStarted 7 cat 5", "call 7 cat", "ProcessExited 7 cat 9");
    }

    @Test
    void theRuntimeExecutesItselfAndMakesProcessesOfItself() {
        gate.expect(7);
        start(7, 1, "/usr/sbin/runc", Origin.ATTACHED);
        exec(7, 2, COPY);
        start(8, 7, COPY, Origin.FORKED);
        start(9, 1, COPY, Origin.FORKED); // by 8, with CLONE_PARENT
        call(8, COPY);
        call(9, COPY);
        exit(8, COPY);
        exit(7, COPY);
        exec(9, 6, "/bin/sh");
        call(9, "/bin/sh");
        start(10, 9, "/bin/sh", Origin.FORKED);
        assertThat(passed).containsExactly("ProcessStarted 9 sh 6", "call 9 sh", "ProcessStarted 10 sh 1");
    }

    @Test
    void whatExecutesNothingIsNeverToldOf() {
        gate.expect(7);
        start(7, 1, COPY, Origin.ATTACHED);
        call(7, COPY);
        exit(7, COPY);
        gate.onEnd();
        assertThat(passed).containsExactly("end");

        start(7, 1, "/bin/sh", Origin.ATTACHED); // a later one of that number
        assertThat(passed).last().isEqualTo("ProcessStarted 7 sh 1");
    }

    @Test
    void oneThatHasExecutedTheProgramBeforeTheAttachPasses() {
        gate.expect(7);
        start(7, 1, "/bin/cat", Origin.ATTACHED);
        call(7, "/bin/cat");
        assertThat(passed).containsExactly("ProcessStarted 7 cat 1", "call 7 cat");
    }

    @Test
    void otherProcessesOfTheContainerPassMeanwhile() {
        start(5, 1, "/bin/sh", Origin.ATTACHED);
        gate.expect(7);
        start(7, 1, COPY, Origin.ATTACHED);
        start(6, 5, "/bin/sh", Origin.FORKED);
        exec(6, 3, "/usr/bin/runc"); // a container engine of its own
        call(6, "/usr/bin/runc");
        start(8, 6, "/usr/bin/runc", Origin.FORKED);
        assertThat(passed)
                .containsExactly(
                        "ProcessStarted 5 sh 1",
                        "ProcessStarted 6 sh 1",
                        "ProgramExecuted 6 runc 3",
                        "call 6 runc",
                        "ProcessStarted 8 runc 1");
    }

    @Test
    void callsThatNobodyAskedForPassWhereOthersDo() {
        gate.expect(7);
        start(7, 1, COPY, Origin.ATTACHED);
        gate.onUnaskedCall(made(7, COPY));
        exec(7, 5, "/bin/cat");
        gate.onUnaskedCall(made(7, "/bin/cat"));
        assertThat(passed).containsExactly("ProcessStarted 7 cat 5", "unasked 7");
    }

    @Test
    void oneThatWasNotAttachedToIsExpectedNoLonger() {
        gate.expect(7);
        gate.forget(7);
        start(7, 1, COPY, Origin.ATTACHED);
        assertThat(passed).hasSize(1);
    }

    private void start(int pid, int parent, String executable, Origin origin) {
        gate.onEvent(new TraceEvent.ProcessStarted(process(pid, parent, executable), 1, origin));
    }

    private void exec(int pid, long nanos, String executable) {
        gate.onEvent(new TraceEvent.ProgramExecuted(process(pid, 1, executable), nanos));
    }

    private void exit(int pid, String executable) {
        gate.onEvent(
                new TraceEvent.ProcessExited(process(pid, 1, executable), 9, Optional.of(0), Optional.empty(), false));
    }

    private void call(int pid, String executable) {
        gate.onCall(made(pid, executable));
    }

    private static SyscallCall made(int pid, String executable) {
        return new SyscallCall(
                process(pid, 1, executable),
                pid,
                SyscallTable.instance().lookup(Abi.X86_64, 59),
                3,
                4,
                SyscallCall.Outcome.RETURNED,
                0,
                new long[6],
                List.of(),
                false,
                Optional.empty());
    }

    private static TracedProcess process(int pid, int parent, String executable) {
        String name = executable.substring(executable.lastIndexOf('/') + 1);
        return new TracedProcess(pid, pid, parent, name, Optional.of(executable));
    }
}
