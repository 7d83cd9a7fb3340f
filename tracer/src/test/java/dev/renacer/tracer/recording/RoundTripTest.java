// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SignalInfo;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.ThreadTime;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Syscall;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was recorded is what is replayed, to the last bit. */
class RoundTripTest {
    private static final TracedProcess OTHER = new TracedProcess(8, 2, 7, "caf\u00e9 \\377", Optional.empty())
            .createdAt(Optional.of(Instant.ofEpochMilli(1_700_000_000_120L)));
    private static final SourceLocation SOURCE =
            new SourceLocation(Optional.of("main"), Optional.of("/src/main.c"), 42);
    private static final CallStack STACK = new CallStack(
            List.of(
                    new CallStack.Frame(Optional.of("/lib/libc.so.6"), 0xf5a84, Optional.of("write"), 0x14),
                    new CallStack.Frame(Optional.empty(), -1, Optional.empty(), 0)),
            CallStack.End.LOST);

    static Stream<SyscallCall> calls() {
        return Stream.of(
                        CallFixture.call("getpid").returns(7),
                        CallFixture.call("openat")
                                .args(-100, 0x7ffd_1234_5678L, 0)
                                .string(1, "/etc/passwd")
                                .fails(2),
                        CallFixture.call("read")
                                .args(3, Long.MIN_VALUE, Long.MAX_VALUE, -1, 0, 1)
                                .written(1, new byte[] {0, -1, 127, -128}, true)
                                .returns(Long.MIN_VALUE),
                        CallFixture.call(Abi.I386, "open").thread(9).unreadable(0),
                        CallFixture.call(Abi.AARCH64, "close").process(OTHER).thread(8),
                        CallFixture.unknown(0x4000_0123),
                        CallFixture.call("exit_group").unfinished(),
                        CallFixture.call("pause").left(),
                        CallFixture.call("write").source(SOURCE).stack(STACK),
                        CallFixture.call("write").source(SOURCE).stack(new CallStack(List.of(), CallStack.End.NARROW)),
                        CallFixture.call("write")
                                .source(new SourceLocation(Optional.empty(), Optional.empty(), 0))
                                .at(5),
                        CallFixture.call("write").context(new ThreadContext(0, -1, Long.MIN_VALUE, 0xff)),
                        CallFixture.call("poll").nanos(Long.MAX_VALUE / 2),
                        CallFixture.call("socket").link(4, "socket:[77]").returns(4))
                .map(CallFixture::build);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aCallIsWhatItWas(SyscallCall call) throws IOException {
        var seen = Recordings.replay(Recordings.of(trace -> {
            trace.onCall(call);
            trace.onUnaskedCall(call);
            trace.onCall(call);
        }));

        assertThat(seen.calls()).usingRecursiveComparison().isEqualTo(List.of(call, call));
        assertThat(seen.trace.unasked()).usingRecursiveComparison().isEqualTo(List.of(call));
    }

    @ParameterizedTest
    @MethodSource("times")
    void whereTimeWentIsWhatItWas(ThreadTime time) throws IOException {
        var seen = Recordings.replay(Recordings.of(trace -> {
            trace.onThreadTime(time);
            trace.onThreadTime(time);
        }));

        assertThat(seen.trace.times()).isEqualTo(List.of(time, time));
    }

    static Stream<ThreadTime> times() {
        Syscall read = CallFixture.call("read").build().syscall();
        long most = Long.MAX_VALUE / 2;
        return Stream.of(
                new ThreadTime(PROCESS, 7, 5, 5, 0, 0, 0, 0, 0, 0, Optional.empty(), 0, 0, 0, 0, true, false),
                new ThreadTime(OTHER, -1, 1, most, 1, 2, 3, 4, 5, 6, Optional.of(read), 77, 7, 8, 9, true, true),
                new ThreadTime(
                        PROCESS,
                        9,
                        1,
                        2,
                        most,
                        most,
                        most,
                        most,
                        most,
                        0,
                        Optional.empty(),
                        0,
                        most,
                        most,
                        most,
                        false,
                        false));
    }

    @Test
    void allPartsOfDataAreKept() throws IOException {
        CallFixture fixture = CallFixture.call("recvmsg");
        for (Part part : Part.values()) {
            fixture.data(new CapturedData(5, part, 300, true, new byte[] {1, 2}, true, 0));
            fixture.data(new CapturedData(0, part, 0, false, new byte[0], false, 14));
        }
        SyscallCall call = fixture.build();

        var seen = Recordings.replay(Recordings.of(trace -> trace.onCall(call)));

        assertThat(seen.calls()).usingRecursiveComparison().isEqualTo(List.of(call));
    }

    static Stream<TraceEvent> events() {
        return Stream.of(
                new TraceEvent.ProcessStarted(PROCESS, 1, Origin.LAUNCHED),
                new TraceEvent.ProcessStarted(OTHER, 2, Origin.FORKED, 7, 9),
                new TraceEvent.ProgramExecuted(PROCESS, 3),
                new TraceEvent.SignalDelivered(PROCESS, 4, 9, SignalInfo.of(15, 0, 0, 77, 0, 0, 0)),
                new TraceEvent.SignalDelivered(
                        PROCESS,
                        4,
                        9,
                        SignalInfo.of(11, 1, 0, 0xdead, 0, 0, 0),
                        Optional.of(SOURCE),
                        Optional.of(STACK)),
                new TraceEvent.Stopped(PROCESS, 5, 7, 19),
                new TraceEvent.RestBegan(PROCESS, 6, 7),
                new TraceEvent.RestEnded(PROCESS, 9, 7, 6),
                new TraceEvent.ThreadExited(PROCESS, 10, 9),
                new TraceEvent.ThreadExited(PROCESS, 10, 9, OptionalInt.of(0x0100)),
                new TraceEvent.ProcessExited(PROCESS, 11, Optional.of(3), Optional.empty(), false),
                new TraceEvent.ProcessExited(PROCESS, 11, Optional.empty(), Optional.of(11), true),
                new TraceEvent.ProcessDetached(PROCESS, 12, DetachReason.SLOWDOWN_EXCEEDED),
                new TraceEvent.EventsLost(PROCESS, 13, Integer.toUnsignedLong(-1)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void anEventIsWhatItWas(TraceEvent event) throws IOException {
        var seen = Recordings.replay(Recordings.of(trace -> trace.onEvent(event)));

        assertThat(seen.events()).containsExactly(event);
    }

    @Test
    void eachCauseOfASignalIsKept() throws IOException {
        List<TraceEvent> signals = new ArrayList<>();
        for (int signal : new int[] {1, 4, 5, 7, 8, 11, 17, 29, 31, 40}) {
            for (int code = -8; code <= 8; code++) {
                signals.add(new TraceEvent.SignalDelivered(
                        PROCESS, code, 7, SignalInfo.of(signal, code, 1, -1, 1L << 40, 3, -4)));
            }
            signals.add(new TraceEvent.SignalDelivered(PROCESS, 9, 7, SignalInfo.of(signal, 0x80, 0, 5, 6, 7, 8)));
        }

        var seen = Recordings.replay(Recordings.of(trace -> signals.forEach(trace::onEvent)));

        assertThat(seen.events()).isEqualTo(signals);
    }

    @Test
    void aRecordingOfManyBlocksIsWhole() throws IOException {
        List<SyscallCall> calls = many(50_000);

        byte[] file = Recordings.of(trace -> calls.forEach(trace::onCall));
        var seen = Recordings.replay(file);

        assertThat(seen.calls()).hasSize(calls.size());
        for (int index = 0; index < calls.size(); index += 97) {
            assertThat(seen.calls().get(index)).usingRecursiveComparison().isEqualTo(calls.get(index));
        }
        assertThat(seen.trace.epochOffsetNanos()).isEqualTo(Recordings.EPOCH_OFFSET);
        assertThat(seen.trace.hasEnded()).isTrue();
        assertThat(seen.ending.isWhole()).isTrue();
        assertThat(seen.ending.counts()).contains(new RecordingCounts(calls.size(), 0, 0, 0, 0, 0));
    }

    @Test
    void theBeginningSaysWhatWasCaptured() throws IOException {
        byte[] file = Recordings.of(_ -> {});

        assertThat(RecordedTrace.open(new ByteArrayInputStream(file)).facts()).isEqualTo(Recordings.FACTS);
    }

    /** Calls of several threads and processes, with some data. */
    static List<SyscallCall> many(int count) {
        Random random = new Random(1);
        String[] names = {"read", "write", "openat", "close", "futex", "epoll_wait"};
        List<SyscallCall> calls = new ArrayList<>();
        long nanos = Recordings.EPOCH_OFFSET;
        for (int index = 0; index < count; index++) {
            byte[] data = new byte[random.nextInt(40)];
            random.nextBytes(data);
            nanos += random.nextInt(100_000);
            int pid = 7 + random.nextInt(3);
            calls.add(CallFixture.call(names[random.nextInt(names.length)])
                    .process(new TracedProcess(pid, pid, 1, "demo" + pid, Optional.of("/usr/bin/demo")))
                    .thread(pid + 100 * random.nextInt(3))
                    .at(nanos)
                    .nanos(random.nextInt(1_000_000))
                    .args(random.nextInt(10), random.nextLong(), 32)
                    .bytes(1, data, random.nextBoolean())
                    .returns(data.length)
                    .build());
        }
        return calls;
    }
}
