// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import static dev.renacer.capture.ring.EventKind.CALL;
import static dev.renacer.capture.ring.EventKind.CALL_UNFINISHED;
import static dev.renacer.capture.ring.EventKind.DETACHED;
import static dev.renacer.capture.ring.EventKind.EXEC;
import static dev.renacer.capture.ring.EventKind.PROCESS_EXITED;
import static dev.renacer.capture.ring.EventKind.PROCESS_STARTED;
import static dev.renacer.capture.ring.EventKind.THREAD_TIME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.ring.CapturedEvent;
import dev.renacer.capture.ring.DetachReason;
import dev.renacer.capture.ring.EventFlags;
import dev.renacer.capture.ring.EventKind;
import dev.renacer.capture.ring.SyntheticRing;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.source.CallSites;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.SyscallTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SyscallDecoderTest {
    private static final long OFFSET = 1_000_000;
    /** Above every possible pid (2^22), so that no real process answers in /proc. */
    private static final int PID = 5_000_007;

    private static final int ENOENT = 2;

    private final SyntheticRing ring = new SyntheticRing();
    private final RecordingListener seen = new RecordingListener();
    private final SyscallDecoder decoder = new SyscallDecoder(OFFSET, seen, CallSites.NONE);

    @Test
    void decodesACall() {
        start(PID, "/usr/bin/cat");
        event(CALL)
                .number(257)
                .args(-100, 0x1000, 0x80000)
                .string(1, "/etc/hosts")
                .times(10, 35)
                .result(3)
                .tid(8)
                .publish();

        SyscallCall call = onlyCall();
        assertThat(call.syscall().name()).isEqualTo("openat");
        assertThat(call.process().name()).isEqualTo("cat");
        assertThat(call.tid()).isEqualTo(8);
        assertThat(call.startNanos()).isEqualTo(OFFSET + 10);
        assertThat(call.endNanos()).isEqualTo(OFFSET + 35);
        assertThat(call.outcome()).isEqualTo(Outcome.RETURNED);
        assertThat(call.result()).isEqualTo(3);
        assertThat(call.args()).containsExactly(-100, 0x1000, 0x80000, 0, 0, 0);
        assertThat(call.data()).singleElement().satisfies(string -> {
            assertThat(string.argument()).isEqualTo(1);
            assertThat(string.bytes()).asString().isEqualTo("/etc/hosts");
            assertThat(string.cut()).isFalse();
            assertThat(string.readable()).isTrue();
        });
    }

    @Test
    void whereNobodyReadsDataCallsHaveNone() {
        List<SyscallCall> calls = new ArrayList<>();
        TraceListener listener = new TraceListener() {
            @Override
            public boolean readsData() {
                return false;
            }

            @Override
            public void onCall(SyscallCall call) {
                calls.add(call);
            }

            @Override
            public void onEvent(TraceEvent event) {}
        };
        SyscallDecoder blind = new SyscallDecoder(
                OFFSET, new RedactedCalls(Redactor.NONE, new Listeners(List.of(listener))), CallSites.NONE);
        SyscallDecoder seeing = new SyscallDecoder(
                OFFSET, new RedactedCalls(Redactor.NONE, new Listeners(List.of(listener, seen))), CallSites.NONE);
        event(CALL).number(257).args(-100, 0x1000, 0).string(1, "/etc/hosts").publish();
        ring.again().drain(blind::decode, 1);
        ring.again().drain(seeing::decode, 1);

        assertThat(calls).extracting(call -> call.data().size()).containsExactly(0, 1);
    }

    @Test
    void whatACallWroteComesBehindItsStack() {
        start(PID, "/usr/bin/curl");
        event(CALL)
                .number(55)
                .args(5, 1, 4, 0x1000, 0x1004)
                .piece(CapturedEvent.STACK, new byte[16], false)
                .written(3, new byte[] {111, 0, 0, 0})
                .publish();
        event(CALL).number(39).piece(CapturedEvent.STACK, new byte[16], false).publish();

        drain();
        assertThat(seen.calls().getFirst().written(3))
                .hasValueSatisfying(bytes -> assertThat(bytes).containsExactly(111, 0, 0, 0));
        assertThat(seen.calls().getFirst().written(4)).isEmpty();
        assertThat(seen.calls().getLast().data()).isEmpty();
    }

    @Test
    void theContextOfTheThreadComesWithItsCall() {
        byte[] record = new byte[28];
        record[15] = 7;
        record[23] = 9;
        record[24] = 1;
        record[25] = (byte) 0x83;
        start(PID, "/usr/bin/curl");
        event(CALL)
                .number(39)
                .string(1, "x")
                .piece(CapturedEvent.CONTEXT, record, false)
                .piece(CapturedEvent.STACK, new byte[16], false)
                .publish();
        event(CALL).number(39).publish();

        drain();
        assertThat(seen.calls().getFirst().context()).contains(new ThreadContext(0, 7, 9, 0x83));
        assertThat(seen.calls().getFirst().data()).hasSize(1);
        assertThat(seen.calls().getLast().context()).isEmpty();
    }

    @Test
    void thePartsOfAnArgumentKeepTheirPlaces() {
        start(PID, "/bin/sh");
        event(CALL)
                .number(59)
                .string(0, "/bin/ls")
                .part(1, 1, 2, new byte[] {'x'})
                .part(2, 4, 0, new byte[16])
                .publish();

        SyscallCall call = onlyCall();
        assertThat(call.data()).extracting(CapturedData::part).containsExactly(Part.DATA, Part.ELEMENT, Part.VECTOR);
        assertThat(call.data().get(1).index()).isEqualTo(2);
        assertThat(call.data(0))
                .hasValueSatisfying(path -> assertThat(path.bytes()).hasSize(7));
        assertThat(call.data(1)).isEmpty();
    }

    @Test
    void aCallNobodyAskedForIsToldApart() {
        start(PID, "/usr/bin/curl");
        event(CALL).number(3).args(5).flags(EventFlags.UNASKED).publish();

        drain();
        assertThat(seen.calls()).isEmpty();
        assertThat(seen.unasked())
                .singleElement()
                .satisfies(call -> assertThat(call.syscall().name()).isEqualTo("close"));
    }

    @Test
    void keepsEveryStringOfACallAndTellsTheCutAndTheUnreadable() {
        start(PID, "/bin/ln");
        event(CALL).number(86).piece(0, new byte[] {1, -1}, true).unreadable(1).publish();

        assertThat(onlyCall().data())
                .hasSize(2)
                .satisfiesExactly(
                        first -> {
                            assertThat(first.cut()).isTrue();
                            assertThat(first.bytes()).containsExactly(1, -1);
                        },
                        second -> {
                            assertThat(second.argument()).isEqualTo(1);
                            assertThat(second.readable()).isFalse();
                            assertThat(second.error()).isEqualTo(14);
                        });
    }

    @Test
    void aNegativeResultIsAnErrorOnlyWhereTheKernelSaysSo() {
        start(PID, "/bin/x");
        event(CALL).number(2).error(ENOENT).publish();
        event(CALL).number(140).result(-5).publish();
        drain();

        assertThat(seen.calls().get(0).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(seen.calls().get(0).errno()).isEqualTo(ENOENT);
        assertThat(seen.calls().get(1).outcome()).isEqualTo(Outcome.RETURNED);
        assertThat(seen.calls().get(1).errno()).isZero();
    }

    @Test
    void aCallThatDidNotReturnHasNoResult() {
        start(PID, "/bin/x");
        event(CALL_UNFINISHED).number(231).result(99).times(5, 6).publish();

        assertThat(onlyCall().outcome()).isEqualTo(Outcome.UNFINISHED);
        assertThat(seen.calls().getFirst().result()).isZero();
    }

    @Test
    void aCallThatWasLeftIsToldFromOneThatNeverReturned() {
        start(PID, "/bin/x");
        event(CALL_UNFINISHED).number(0).flags(EventFlags.LEFT).publish();
        event(CALL_UNFINISHED).number(231).publish();
        drain();

        assertThat(seen.calls()).extracting(SyscallCall::left).containsExactly(true, false);
    }

    @Test
    void namesACallByItsOwnAbiEvenWithinOneProcess() {
        start(PID, "/bin/x");
        event(CALL).number(20).arch(Abi.X86_64.auditArch()).publish();
        event(CALL).number(20).arch(Abi.I386.auditArch()).publish();
        event(CALL).number(172).arch(Abi.AARCH64.auditArch()).publish();
        drain();

        assertThat(seen.calls())
                .extracting(call -> call.syscall().name())
                .containsExactly("writev", "getpid", "getpid");
    }

    @Test
    void noCallEndsBeforeItStarts() {
        start(PID, "/bin/x");
        event(CALL).number(0).times(50, 40).publish();

        assertThat(onlyCall().durationNanos()).isZero();
    }

    @Test
    void tellsACallThatRanAlreadyAtAttach() {
        start(PID, "/bin/x");
        event(CALL).number(0).flags(EventFlags.IN_PROGRESS_AT_ATTACH).publish();

        assertThat(onlyCall().inProgressAtAttach()).isTrue();
    }

    @Test
    void tellsHowAProcessCame() {
        event(PROCESS_STARTED)
                .args(1)
                .string(0, "sh")
                .string(1, "/bin/dash")
                .aux(3)
                .flags(EventFlags.LAUNCHED)
                .publish();
        ring.event(PROCESS_STARTED)
                .tgid(PID + 1)
                .flags(EventFlags.FORKED)
                .string(0, "sub")
                .publish();
        ring.event(PROCESS_STARTED).tgid(PID + 2).flags(EventFlags.ATTACHED).publish();
        drain();

        assertThat(seen.events(TraceEvent.ProcessStarted.class))
                .extracting(TraceEvent.ProcessStarted::origin)
                .containsExactly(Origin.LAUNCHED, Origin.FORKED, Origin.ATTACHED);
        assertThat(seen.events().get(0).process())
                .isEqualTo(new TracedProcess(PID, 1, 3, "dash", Optional.of("/bin/dash")));
        assertThat(seen.events().get(1).process().name()).isEqualTo("sub");
        assertThat(seen.events().get(1).process().created()).isEmpty();
        assertThat(seen.events().get(2).process().name()).isEqualTo("unknown");
    }

    /** As anybody else on this machine computes it: the second of boot, and clock ticks since. */
    @Test
    void aProcessKeepsTheTimeOfItsCreationWhenItExecutesAProgram() throws IOException {
        Instant boot = Files.readAllLines(Path.of("/proc/stat")).stream()
                .filter(line -> line.startsWith("btime "))
                .map(line -> Instant.ofEpochSecond(Long.parseLong(line.substring(6))))
                .findFirst()
                .orElseThrow();
        ring.event(PROCESS_STARTED)
                .tgid(PID)
                .args(0, 0, 0, 12_340_000_000L)
                .string(0, "sh")
                .publish();
        event(EXEC).string(0, "ls").publish();
        drain();

        assertThat(seen.events())
                .extracting(event -> event.process().created())
                .containsExactly(Optional.of(boot.plusMillis(12_340)), Optional.of(boot.plusMillis(12_340)));
    }

    @Test
    void anExecutedProgramGivesTheSamePidANewName() {
        start(PID, "/bin/sh");
        event(EXEC).string(0, "ls").string(1, "/bin/ls (deleted)").publish();
        event(CALL).number(0).publish();

        assertThat(onlyCall().process().name()).isEqualTo("ls");
        assertThat(seen.calls().getFirst().process().pid()).isEqualTo(PID);
        assertThat(seen.events(TraceEvent.ProgramExecuted.class)).hasSize(1);
    }

    @Test
    void tellsExitCodeOrSignal() {
        start(PID, "/bin/x");
        event(PROCESS_EXITED).aux(3 << 8).publish();
        start(PID + 1, "/bin/y");
        ring.event(PROCESS_EXITED).tgid(PID + 1).aux(11 | 0x80).publish();
        drain();

        assertThat(seen.events(TraceEvent.ProcessExited.class))
                .satisfiesExactly(
                        exited -> {
                            assertThat(exited.exitCode()).contains(3);
                            assertThat(exited.termSignal()).isEmpty();
                        },
                        killed -> {
                            assertThat(killed.exitCode()).isEmpty();
                            assertThat(killed.termSignal()).contains(11);
                            assertThat(killed.coreDumped()).isTrue();
                        });
    }

    @Test
    void tellsSignalsStopsThreadsAndDetaching() {
        start(PID, "/bin/x");
        event(EventKind.SIGNAL).tid(9).aux(15).args(-1, 0, 42 | 1000L << 32, 7).publish();
        event(EventKind.GROUP_STOP).tid(9).aux(19).publish();
        event(EventKind.THREAD_STARTED).tid(9).publish();
        event(EventKind.THREAD_EXITED).tid(9).publish();
        event(DETACHED).aux(DetachReason.DEADLINE.number()).publish();
        drain();

        TracedProcess process = seen.events().getFirst().process();
        assertThat(seen.events())
                .containsExactly(
                        new TraceEvent.ProcessStarted(process, OFFSET, Origin.ATTACHED),
                        new TraceEvent.SignalDelivered(
                                process, OFFSET, 9, new SignalInfo(15, -1, 0, new SignalInfo.Sender(42, 1000, 7))),
                        new TraceEvent.Stopped(process, OFFSET, 9, 19),
                        new TraceEvent.ThreadExited(process, OFFSET, 9, OptionalInt.of(0)),
                        new TraceEvent.ProcessDetached(process, OFFSET, DetachReason.DEADLINE));
    }

    @Test
    void tellsWhenAThreadBeginsToRestAndWhenItIsTracedAgain() {
        start(PID, "/bin/x");
        event(EventKind.REST_BEGAN).tid(9).times(10, 10).args(10).publish();
        event(EventKind.REST_ENDED).tid(9).times(70, 70).args(10).publish();
        drain();

        TracedProcess process = seen.events().getFirst().process();
        assertThat(seen.events().subList(1, seen.events().size()))
                .containsExactly(
                        new TraceEvent.RestBegan(process, OFFSET + 10, 9),
                        new TraceEvent.RestEnded(process, OFFSET + 70, 9, OFFSET + 10));
    }

    @Test
    void tellsLossBeforeWhatFollowsIt() {
        start(PID, "/bin/x");
        ring.drop(5);
        event(CALL).number(0).times(7, 8).publish();
        drain();

        assertThat(seen.events(TraceEvent.EventsLost.class))
                .singleElement()
                .satisfies(lost -> assertThat(lost.count()).isEqualTo(5));
    }

    @Test
    void aCallOfAProcessWhoseStartWasLostStartsIt() {
        event(CALL).number(0).publish();
        event(CALL).number(1).publish();
        drain();

        assertThat(seen.events(TraceEvent.ProcessStarted.class))
                .singleElement()
                .satisfies(started -> assertThat(started.origin()).isEqualTo(Origin.ATTACHED));
        assertThat(seen.calls()).extracting(call -> call.process().name()).containsExactly("unknown", "unknown");
    }

    @Test
    void readsFromProcWhatARealProcessIs() {
        int self = (int) ProcessHandle.current().pid();
        ring.event(CALL).tgid(self).tid(self).number(0).publish();

        assertThat(onlyCall().process().name()).isEqualTo("java");
        assertThat(seen.calls().getFirst().process().parentPid())
                .isEqualTo((int) ProcessHandle.current().parent().orElseThrow().pid());
    }

    @Test
    void aCallAfterTheExitIsOfAnotherProcessWithThatPidWhoseStartWasLost() {
        start(PID, "/bin/x");
        event(PROCESS_EXITED).publish();
        event(CALL).number(0).publish();

        assertThat(onlyCall().process().name()).isEqualTo("unknown");
        assertThat(seen.events(TraceEvent.ProcessStarted.class)).hasSize(2);
    }

    private void start(int pid, String executable) {
        ring.event(PROCESS_STARTED)
                .tgid(pid)
                .tid(pid)
                .string(0, "comm")
                .string(1, executable)
                .publish();
    }

    @Test
    void decodesWhereTimeWent() {
        start(PID, "/usr/bin/cat");
        event(THREAD_TIME)
                .tid(8)
                .number(202)
                .times(10, 60)
                .args(1, 2, 3, 4, 5, 6)
                .result(7)
                .pointers(8, 9)
                .aux(11)
                .publish();
        event(THREAD_TIME)
                .number(-1)
                .times(60, 70)
                .flags(EventFlags.UNREAD | EventFlags.UNASKED)
                .publish();
        drain();

        assertThat(seen.times().getFirst())
                .isEqualTo(new ThreadTime(
                        seen.times().getFirst().process(),
                        8,
                        OFFSET + 10,
                        OFFSET + 60,
                        1,
                        2,
                        3,
                        4,
                        5,
                        6,
                        Optional.of(SyscallTable.instance().lookup(Abi.X86_64, 202)),
                        11,
                        7,
                        8,
                        9,
                        true,
                        false));
        assertThat(seen.times().getLast())
                .returns(false, ThreadTime::read)
                .returns(true, ThreadTime::unseenCalls)
                .returns(Optional.empty(), ThreadTime::lastCall);
    }

    private SyntheticRing.Event event(EventKind kind) {
        return ring.event(kind).tgid(PID).tid(PID);
    }

    private SyscallCall onlyCall() {
        drain();
        assertThat(seen.calls()).hasSize(1);
        return seen.calls().getFirst();
    }

    private void drain() {
        ring.ring().drain(decoder::decode, 1000);
    }
}
