// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.DetachReason;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TracedProcess;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextOutputTest {
    private static final TracedProcess CHILD = new TracedProcess(12345, 8, 7, "child", Optional.empty());

    private final OutputFixture out = new OutputFixture();

    @Test
    void writesALineACall() {
        TextOutput text = new TextOutput(out.stream, false, PidPrefix.WHEN_SEVERAL);
        text.onCall(call("openat")
                .args(-100, 1, 0x80000)
                .string(1, "/etc/hosts")
                .returns(3)
                .build());
        text.onCall(call("exit_group").args(2).unfinished().build());
        text.onEvent(new TraceEvent.ProcessExited(PROCESS, 0, Optional.of(2), Optional.empty(), false));
        text.onEnd();

        assertThat(out.lines())
                .containsExactly(
                        "openat(AT_FDCWD, \"/etc/hosts\", O_RDONLY|O_CLOEXEC) = 3",
                        "exit_group(2) = ?",
                        "+++ exited with 2 +++");
    }

    @Test
    void writesTheTimeACallTookIfAsked() {
        TextOutput text = new TextOutput(out.stream, true, PidPrefix.NEVER);
        text.onCall(call("getpid").returns(7).nanos(12_999).build());
        text.onCall(call("getpid").returns(7).nanos(1_234_567_890).build());
        text.onCall(call("exit_group").unfinished().build());
        text.onEnd();

        assertThat(out.lines())
                .containsExactly("getpid() = 7 <0.000012>", "getpid() = 7 <1.234567>", "exit_group(0) = ?");
    }

    @Test
    void namesTheThreadWhileThereAreSeveral() {
        TextOutput text = new TextOutput(out.stream, false, PidPrefix.WHEN_SEVERAL);
        text.onCall(call("getpid").returns(7).build());
        text.onEvent(new TraceEvent.ProcessStarted(CHILD, 0, TraceEvent.Origin.FORKED));
        text.onCall(call("getpid").returns(7).build());
        text.onCall(call("getpid").process(CHILD).thread(12345).returns(8).build());
        text.onCall(call("getpid").thread(9).returns(7).build());
        text.onEvent(new TraceEvent.ThreadExited(PROCESS, 0, 9));
        text.onEvent(new TraceEvent.ProcessExited(CHILD, 0, Optional.empty(), Optional.of(9), false));
        text.onCall(call("getpid").returns(7).build());
        text.onEnd();

        assertThat(out.lines())
                .containsExactly(
                        "getpid() = 7",
                        "[pid     7] getpid() = 7",
                        "[pid 12345] getpid() = 8",
                        "[pid     9] getpid() = 7",
                        "[pid 12345] +++ killed by SIGKILL +++",
                        "getpid() = 7");
    }

    @Test
    void everyLineOfAFileCarriesItsThread() {
        TextOutput text = new TextOutput(out.stream, false, PidPrefix.ALWAYS);
        text.onCall(call("getpid").returns(7).build());
        text.onCall(call("getpid").thread(1234567).returns(7).build());
        text.onEnd();

        assertThat(out.lines()).containsExactly("7     getpid() = 7", "1234567 getpid() = 7");
    }

    @Test
    void writesSignalsWithTheirSenderWhereThereIsOne() {
        TextOutput text = new TextOutput(out.stream, false, PidPrefix.NEVER);
        text.onEvent(new TraceEvent.SignalDelivered(PROCESS, 0, 7, 15, 0, 1, 0));
        text.onEvent(new TraceEvent.SignalDelivered(PROCESS, 0, 7, 17, 1, 42, 1000));
        text.onEvent(new TraceEvent.SignalDelivered(PROCESS, 0, 7, 11, 1, 0xdead, 0));
        text.onEvent(new TraceEvent.SignalDelivered(PROCESS, 0, 7, 34, -2, 3, 4));
        text.onEvent(new TraceEvent.Stopped(PROCESS, 0, 7, 19));
        text.onEvent(new TraceEvent.ProcessExited(PROCESS, 0, Optional.empty(), Optional.of(11), true));
        text.onEnd();

        assertThat(out.lines())
                .containsExactly(
                        "--- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=1, si_uid=0} ---",
                        "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=42, si_uid=1000} ---",
                        "--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR} ---",
                        "--- SIGRT_2 {si_signo=SIGRT_2, si_code=SI_TIMER} ---",
                        "--- stopped by SIGSTOP ---",
                        "+++ killed by SIGSEGV (core dumped) +++");
    }

    @Test
    void tellsLossWhereItHappenedAndADetachNobodyAskedFor() {
        TextOutput text = new TextOutput(out.stream, false, PidPrefix.NEVER);
        text.onEvent(new TraceEvent.EventsLost(PROCESS, 0, 3));
        text.onEvent(new TraceEvent.ProcessDetached(PROCESS, 0, DetachReason.REQUESTED));
        text.onEvent(new TraceEvent.ProcessDetached(PROCESS, 0, DetachReason.HEARTBEAT_LOST));
        text.onEnd();

        assertThat(out.lines()).containsExactly("--- lost 3 events ---", "+++ detached: the tracer did not answer +++");
    }

    @Test
    void whatWasWrittenIsThereWhenTheRingIsDrained() {
        TextOutput text = new TextOutput(out.stream, false, PidPrefix.NEVER);
        text.onCall(call("getpid").returns(7).build());
        assertThat(out.text()).isEmpty();
        text.onIdle();

        assertThat(out.lines()).containsExactly("getpid() = 7");
    }

    @Test
    void aLongTraceIsNotKept() {
        TextOutput text = new TextOutput(out.stream, false, PidPrefix.NEVER);
        for (int line = 0; line < 10_000; line++) {
            text.onCall(call("getpid").returns(7).build());
        }
        assertThat(out.stream.buffer().length()).isLessThan(1 << 16);
        assertThat(out.bytes.size()).isGreaterThan(60_000);
        text.onEnd();
        assertThat(out.lines()).hasSize(10_000).containsOnly("getpid() = 7");
    }
}
