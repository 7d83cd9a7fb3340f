// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.SignalInfo;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.source.CallStack;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TextOutputTest {
    private static final TracedProcess CHILD = new TracedProcess(12345, 8, 7, "child", Optional.empty());

    private final OutputFixture out = new OutputFixture();

    @Test
    void writesALineACall() {
        TextOutput text = new TextOutput(out.stream, LineStyle.of(PidPrefix.WHEN_SEVERAL));
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
        TextOutput text =
                new TextOutput(out.stream, LineStyle.of(PidPrefix.NEVER).withDurations());
        text.onCall(call("getpid").returns(7).nanos(12_999).build());
        text.onCall(call("getpid").returns(7).nanos(1_234_567_890).build());
        text.onCall(call("exit_group").unfinished().build());
        text.onEnd();

        assertThat(out.lines())
                .containsExactly("getpid() = 7 <0.000012>", "getpid() = 7 <1.234567>", "exit_group(0) = ?");
    }

    @Test
    void namesTheThreadWhileThereAreSeveral() {
        TextOutput text = new TextOutput(out.stream, LineStyle.of(PidPrefix.WHEN_SEVERAL));
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
    void theEndOfEachThreadHasALine() {
        TextOutput text = new TextOutput(out.stream, LineStyle.of(PidPrefix.ALWAYS));
        text.onEvent(new TraceEvent.ThreadExited(PROCESS, 0, 8, OptionalInt.of(3 << 8)));
        text.onEvent(new TraceEvent.ThreadExited(PROCESS, 0, 9, OptionalInt.of(0x8b)));
        text.onEvent(new TraceEvent.ThreadExited(PROCESS, 0, 10));
        text.onEnd();

        assertThat(out.lines())
                .containsExactly("8     +++ exited with 3 +++", "9     +++ killed by SIGSEGV (core dumped) +++");
    }

    @Test
    void everyLineOfAFileCarriesItsThread() {
        TextOutput text = new TextOutput(out.stream, LineStyle.of(PidPrefix.ALWAYS));
        text.onCall(call("getpid").returns(7).build());
        text.onCall(call("getpid").thread(1234567).returns(7).build());
        text.onEnd();

        assertThat(out.lines()).containsExactly("7     getpid() = 7", "1234567 getpid() = 7");
    }

    @Test
    void writesSignalsWithTheFieldsTheyHave() {
        TextOutput text = new TextOutput(out.stream, LineStyle.of(PidPrefix.NEVER));
        signal(text, SignalInfo.of(15, 0, 0, 1, 0xffff, 0, 0));
        signal(text, SignalInfo.of(17, 1, 0, 42 | 1000L << 32, 3, 0, 12));
        signal(text, SignalInfo.of(17, 5, 0, 42, 19, 0, 0));
        signal(text, SignalInfo.of(11, 1, 0, 0xdead, 0, 0, 0));
        signal(text, SignalInfo.of(11, 3, 0, 0xdead, 0, 0x1000, 0x2000));
        signal(text, SignalInfo.of(11, 4, 0, 0xdead, 0, 5, 0));
        signal(text, SignalInfo.of(11, 10, 0, 0, 0, 0, 0));
        signal(text, SignalInfo.of(11, 128, 0, 0, 0, 0, 0));
        signal(text, SignalInfo.of(7, 5, 0, 0xdead000, 12, 0, 0));
        signal(text, SignalInfo.of(5, 6, 0, 0xdead, 7, 1 | 1L << 32, 0));
        signal(text, SignalInfo.of(34, -2, 0, 3 | 4L << 32, 5, 0, 0));
        signal(text, SignalInfo.of(34, -1, 0, 42 | 0xffffffffL << 32, -1, 0, 0));
        signal(text, SignalInfo.of(29, 1, 0, 65, 5, 0, 0));
        signal(text, SignalInfo.of(64, 1, 0, 65, 5, 0, 0));
        signal(text, SignalInfo.of(29, -5, 0, 65, 5, 0, 0));
        signal(text, SignalInfo.of(14, 128, 0, 0, 0, 0, 0));
        signal(text, SignalInfo.of(31, 1, 5, 0x7000, 110 | 0xc000003eL << 32, 0, 0));
        signal(text, SignalInfo.of(31, 1, 0, 0x7000, 9000 | 0x40000028L << 32, 0, 0));
        signal(text, SignalInfo.of(10, -70, 0, 42, 0, 0, 0));
        text.onEvent(new TraceEvent.Stopped(PROCESS, 0, 7, 19));
        text.onEvent(new TraceEvent.ProcessExited(PROCESS, 0, Optional.empty(), Optional.of(11), true));
        text.onEnd();

        assertThat(out.lines())
                .containsExactly(
                        "--- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=1, si_uid=0} ---",
                        "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=42, si_uid=1000, si_status=3, si_utime=0,"
                                + " si_stime=12 /* 0.12 s */} ---",
                        "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_STOPPED, si_pid=42, si_uid=0, si_status=SIGSTOP,"
                                + " si_utime=0, si_stime=0} ---",
                        "--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0xdead} ---",
                        "--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_BNDERR, si_addr=0xdead, si_lower=0x1000,"
                                + " si_upper=0x2000} ---",
                        "--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_PKUERR, si_addr=0xdead, si_pkey=5} ---",
                        "--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_CPERR, si_addr=NULL} ---",
                        "--- SIGSEGV {si_signo=SIGSEGV, si_code=SI_KERNEL, si_addr=NULL} ---",
                        "--- SIGBUS {si_signo=SIGBUS, si_code=BUS_MCEERR_AO, si_addr=0xdead000, si_addr_lsb=0xc} ---",
                        "--- SIGTRAP {si_signo=SIGTRAP, si_code=TRAP_PERF, si_addr=0xdead, si_perf_data=0x7,"
                                + " si_perf_type=1, si_perf_flags=1} ---",
                        "--- SIGRT_2 {si_signo=SIGRT_2, si_code=SI_TIMER, si_timerid=0x3, si_overrun=4, si_int=5,"
                                + " si_ptr=0x5} ---",
                        "--- SIGRT_2 {si_signo=SIGRT_2, si_code=SI_QUEUE, si_pid=42, si_uid=-1, si_int=-1,"
                                + " si_ptr=0xffffffffffffffff} ---",
                        "--- SIGIO {si_signo=SIGIO, si_code=POLL_IN, si_band=65, si_fd=5} ---",
                        "--- SIGRT_32 {si_signo=SIGRT_32, si_code=POLL_IN, si_band=65, si_fd=5} ---",
                        "--- SIGIO {si_signo=SIGIO, si_code=SI_SIGIO, si_band=65, si_fd=5} ---",
                        "--- SIGALRM {si_signo=SIGALRM, si_code=SI_KERNEL} ---",
                        "--- SIGSYS {si_signo=SIGSYS, si_code=SYS_SECCOMP, si_errno=EIO, si_call_addr=0x7000,"
                                + " si_syscall=__NR_getppid, si_arch=AUDIT_ARCH_X86_64} ---",
                        "--- SIGSYS {si_signo=SIGSYS, si_code=SYS_SECCOMP, si_call_addr=0x7000, si_syscall=9000,"
                                + " si_arch=0x40000028} ---",
                        "--- SIGUSR1 {si_signo=SIGUSR1, si_code=0xffffffba, si_pid=42, si_uid=0} ---",
                        "--- stopped by SIGSTOP ---",
                        "+++ killed by SIGSEGV (core dumped) +++");
    }

    private static void signal(TextOutput text, SignalInfo info) {
        text.onEvent(new TraceEvent.SignalDelivered(PROCESS, 0, 7, info));
    }

    @Test
    void tellsLossWhereItHappenedAndADetachNobodyAskedFor() {
        TextOutput text = new TextOutput(out.stream, LineStyle.of(PidPrefix.NEVER));
        text.onEvent(new TraceEvent.EventsLost(PROCESS, 0, 3));
        text.onEvent(new TraceEvent.ProcessDetached(PROCESS, 0, DetachReason.REQUESTED));
        text.onEvent(new TraceEvent.ProcessDetached(PROCESS, 0, DetachReason.HEARTBEAT_LOST));
        text.onEnd();

        assertThat(out.lines()).containsExactly("--- lost 3 events ---", "+++ detached: the tracer did not answer +++");
    }

    @Test
    void tellsWhereCallsOfAThreadAreMissing() {
        TextOutput text = new TextOutput(out.stream, LineStyle.of(PidPrefix.WHEN_SEVERAL));
        text.onCall(call("getpid").returns(7).build());
        text.onEvent(new TraceEvent.RestBegan(PROCESS, 1_000_000, 9));
        text.onCall(call("getpid").returns(7).build());
        text.onEvent(new TraceEvent.RestEnded(PROCESS, 1_235_000_000, 9, 1_000_000));
        text.onEnd();

        assertThat(out.lines())
                .containsExactly(
                        "getpid() = 7",
                        "[pid     9] --- not traced from here on: slowed down too much ---",
                        "[pid     7] getpid() = 7",
                        "[pid     9] --- traced again after <1.234000> ---");
    }

    @Test
    void whatWasWrittenIsThereWhenTheRingIsDrained() {
        TextOutput text = new TextOutput(out.stream, LineStyle.of(PidPrefix.NEVER));
        text.onCall(call("getpid").returns(7).build());
        assertThat(out.text()).isEmpty();
        text.onIdle();

        assertThat(out.lines()).containsExactly("getpid() = 7");
    }

    @Test
    void aLongTraceIsNotKept() {
        TextOutput text = new TextOutput(out.stream, LineStyle.of(PidPrefix.NEVER));
        for (int line = 0; line < 10_000; line++) {
            text.onCall(call("getpid").returns(7).build());
        }
        assertThat(out.stream.buffer().length()).isLessThan(1 << 16);
        assertThat(out.bytes.size()).isGreaterThan(60_000);
        text.onEnd();
        assertThat(out.lines()).hasSize(10_000).containsOnly("getpid() = 7");
    }

    @Test
    void aLineMayBeginWithTimesAsStraceWritesThem() {
        assertThat(lines(new LineStyle(PidPrefix.NEVER, LineStyle.Clock.SECONDS, false, false, 0)))
                .containsExactly("01:00:01 getpid() = 7", "01:00:03 getpid() = 7");
        assertThat(lines(new LineStyle(PidPrefix.NEVER, LineStyle.Clock.MICROSECONDS, false, false, 0)))
                .containsExactly("01:00:01.000002 getpid() = 7", "01:00:03.500000 getpid() = 7");
        assertThat(lines(new LineStyle(PidPrefix.NEVER, LineStyle.Clock.EPOCH, false, false, 0)))
                .containsExactly("1.000002 getpid() = 7", "3.500000 getpid() = 7");
        assertThat(lines(new LineStyle(PidPrefix.NEVER, LineStyle.Clock.NONE, true, false, 0)))
                .containsExactly("     0.000000 getpid() = 7", "     2.499997 getpid() = 7");
        assertThat(lines(new LineStyle(PidPrefix.NEVER, LineStyle.Clock.SECONDS, true, false, 0)))
                .containsExactly("01:00:01 (+     0.000000) getpid() = 7", "01:00:03 (+     2.499997) getpid() = 7");
    }

    @Test
    void resultsMayBeAligned() {
        assertThat(lines(new LineStyle(PidPrefix.NEVER, LineStyle.Clock.NONE, false, false, 20)))
                .containsExactly("getpid()            = 7", "getpid()            = 7");
        assertThat(lines(new LineStyle(PidPrefix.NEVER, LineStyle.Clock.NONE, false, false, 4)))
                .containsExactly("getpid() = 7", "getpid() = 7");
    }

    @Test
    void aCallThatDidNotReturnHasWhatWasKnownBefore() {
        OutputFixture out = new OutputFixture();
        TextOutput text = new TextOutput(out.stream, LineStyle.of(PidPrefix.NEVER));
        text.onCall(call("read").args(3, 0x1000, 1).unfinished().build());
        text.onCall(call("nanosleep").args(0, 0x1000).unfinished().build());
        text.onCall(call("poll").args(0, 0, -1).unfinished().build());
        text.onCall(call("wait4").args(-1, 0, 0, 0).unfinished().build());
        text.onCall(call("futex").args(0x1000, 1, 1).unfinished().build());
        text.onCall(call("accept").args(7, 0, 0).unfinished().build());
        text.onCall(call("accept4").args(7, 0x1000, 0x2000, 0).unfinished().build());
        text.onCall(call("splice").args(3, 0, 1, 0, 10, 0).unfinished().build());
        text.onCall(call("exit_group").args(3).unfinished().build());
        text.onEnd();
        assertThat(out.lines())
                .containsExactly(
                        "read(3,  <unfinished ...>) = ?",
                        "nanosleep(NULL,  <unfinished ...>) = ?",
                        "poll(NULL, 0, -1 <unfinished ...>) = ?",
                        "wait4(-1,  <unfinished ...>) = ?",
                        "futex(0x1000, FUTEX_WAKE, 1) = ?",
                        "accept(7, NULL, NULL) = ?",
                        "accept4(7,  <unfinished ...>) = ?",
                        "splice(3, NULL, 1, NULL, 10, 0) = ?",
                        "exit_group(3) = ?");
    }

    @Test
    void aCallThatGoesOnUntracedHasNoEnd() {
        assertThat(written(
                        TextForm.of(TextDetail.DEFAULT),
                        call("read").args(3, 0x1000, 1).left().build()))
                .containsExactly("read(3,  <detached ...>");
    }

    @Test
    void aStackFollowsItsCall() {
        CallStack.Frame frame = new CallStack.Frame(Optional.of("/bin/ls"), 0x10, Optional.of("main"), 4);
        SyscallCall call = call("getpid")
                .returns(7)
                .stack(new CallStack(List.of(frame), CallStack.End.OUTERMOST))
                .build();

        assertThat(written(TextForm.of(TextDetail.DEFAULT), call))
                .containsExactly("getpid() = 7", " > /bin/ls(main+0x4) [0x10]");
    }

    @Test
    void callsMayBeWrittenAsTheirRegistersAre() {
        TextForm raw = new TextForm(
                TextDetail.DEFAULT,
                syscall -> !syscall.name().equals("getpid"),
                _ -> true,
                Optional.empty(),
                Optional.empty());

        assertThat(written(
                        raw,
                        call("openat")
                                .args(0xffff_ff9cL, 0x55d0, 0, 0)
                                .string(1, "/a")
                                .returns(31)
                                .build(),
                        call("openat")
                                .args(3, 0x55d0, 0x80000, 0)
                                .string(1, "/a")
                                .fails(2)
                                .build(),
                        call("getpid").returns(7).build()))
                .containsExactly(
                        "openat(0xffffff9c, 0x55d0, 0, 0) = 0x1f",
                        "openat(0x3, 0x55d0, 0x80000, 0) = -1 ENOENT (No such file or directory)",
                        "getpid() = 7");
    }

    @Test
    void aDumpSaysThatASecretHasMovedWhatFollowsIt() {
        TextForm dumped =
                new TextForm(TextDetail.DEFAULT, _ -> false, _ -> true, Optional.empty(), Optional.of(_ -> true));
        String moved =
                " | <[redacted] stands for a secret of another length: offsets and number of bytes are not the program's";

        assertThat(written(dumped, redacted(9, false))).last().isEqualTo(moved + ">");
        assertThat(written(dumped, redacted(9000, true)))
                .last()
                .isEqualTo(moved + ", and not all of 9000 bytes were captured>");
        assertThat(written(dumped, redacted(14, false)))
                .as("as long as the secret, or the program's own word")
                .noneMatch(line -> line.startsWith(" | <"));
    }

    private static SyscallCall redacted(int length, boolean cut) {
        return call("write")
                .args(1, 0x1000, length)
                .bytes(1, "pw=[redacted]\n".getBytes(StandardCharsets.US_ASCII), cut)
                .returns(length)
                .build();
    }

    @Test
    void transfersOfSomeDescriptorsAreDumped() {
        TextForm dumped = new TextForm(
                TextDetail.DEFAULT, _ -> false, _ -> true, Optional.of(fd -> fd == 3), Optional.of(fd -> fd == 1));
        byte[] text = "hi\n".getBytes(StandardCharsets.US_ASCII);
        String dump = " | 00000  68 69 0a                                          hi.              |";

        assertThat(written(
                        dumped,
                        call("write")
                                .args(1, 0x1000, 3)
                                .bytes(1, text, false)
                                .returns(3)
                                .build(),
                        call("write")
                                .args(2, 0x1000, 3)
                                .bytes(1, text, false)
                                .returns(3)
                                .build(),
                        call("read")
                                .args(3, 0x1000, 512)
                                .written(1, text, false)
                                .returns(3)
                                .build(),
                        call("read").args(3, 0x1000, 512).fails(11).build(),
                        call("pwrite64")
                                .args(1, 0x1000, 9000, 0)
                                .bytes(1, text, true)
                                .returns(9000)
                                .build(),
                        call("close").args(1).returns(0).build()))
                .containsExactly(
                        "write(1, \"hi\\n\", 3) = 3",
                        dump,
                        "write(2, \"hi\\n\", 3) = 3",
                        "read(3, \"hi\\n\", 512) = 3",
                        dump,
                        "read(3, 0x1000, 512) = -1 EAGAIN (Resource temporarily unavailable)",
                        "pwrite64(1, \"hi\\n\"..., 9000, 0) = 9000",
                        dump,
                        " | <3 of 9000 bytes were captured>",
                        "close(1) = 0");
    }

    private static List<String> written(TextForm form, SyscallCall... calls) {
        OutputFixture out = new OutputFixture();
        TextOutput text = new TextOutput(out.stream, LineStyle.of(PidPrefix.NEVER), NameWriter.NONE, form);
        List.of(calls).forEach(text::onCall);
        text.onEnd();
        return out.lines();
    }

    @Test
    void linesMayHaveTheInstructionPointerOfTheirCall() {
        assertThat(lines(new LineStyle(PidPrefix.NEVER, LineStyle.Clock.NONE, false, false, true, 0)))
                .containsExactly("[0000000000000000] getpid() = 7", "[0000000000000000] getpid() = 7");
    }

    private static List<String> lines(LineStyle style) {
        OutputFixture out = new OutputFixture();
        TextOutput text = new TextOutput(
                out.stream,
                style,
                NameWriter.NONE,
                TextForm.of(TextDetail.DEFAULT),
                () -> ZoneOffset.ofHours(1).getRules());
        text.onCall(call("getpid").at(1_000_002_999L).returns(7).build());
        text.onCall(call("getpid").at(3_500_000_000L).returns(7).build());
        text.onEnd();
        return out.lines();
    }
}
