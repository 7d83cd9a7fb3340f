// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TracedProcess;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;

/** Calls put together by hand, at times counted in microseconds. */
abstract class DescriptorsFixture {
    static final long EPOCH = 1_700_000_000_000_000_000L;
    static final TracedProcess SHELL = process(7, 1);
    static final TracedProcess CHILD = process(8, 7);
    static final int AT_FDCWD = -100;
    static final int O_CLOEXEC = 0x80000;
    static final int EBADF = 9;
    static final int EINTR = 4;

    final MadeUpSource proc = new MadeUpSource();
    final Queue<Runnable> lookups = new ArrayDeque<>();
    long nowMicros;
    final Descriptors descriptors =
            new Descriptors(proc, lookups::add, () -> nowMicros * 1_000, Inheritance.NONE, true);

    @BeforeEach
    void begin() {
        descriptors.onBegin(EPOCH);
    }

    static TracedProcess process(int pid, int parent) {
        return new TracedProcess(pid, pid, parent, "demo", Optional.empty());
    }

    static CallFixture open(String path, int result) {
        return CallFixture.call("openat")
                .args(AT_FDCWD, 0x1000, 0)
                .string(1, path)
                .returns(result);
    }

    static byte[] ints(int first, int second) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(first)
                .putInt(second)
                .array();
    }

    static byte[] inet(int port, int... host) {
        byte[] bytes = new byte[16];
        bytes[0] = 2;
        bytes[2] = (byte) (port >> 8);
        bytes[3] = (byte) port;
        for (int index = 0; index < host.length; index++) {
            bytes[4 + index] = (byte) host[index];
        }
        return bytes;
    }

    static long at(long micros) {
        return EPOCH + micros * 1_000;
    }

    void start(TracedProcess process, long micros, Origin origin) {
        nowMicros = micros;
        descriptors.onEvent(new TraceEvent.ProcessStarted(process, at(micros), origin));
    }

    void rest(TracedProcess process, int tid, long micros) {
        descriptors.onEvent(new TraceEvent.RestBegan(process, at(micros), tid));
    }

    void watch(TracedProcess process, int tid, long micros) {
        descriptors.onEvent(new TraceEvent.RestEnded(process, at(micros), tid, at(micros - 1)));
    }

    void fork(long micros) {
        descriptors.onEvent(new TraceEvent.ProcessStarted(CHILD, at(micros), Origin.FORKED, 7, 7));
    }

    /** Reads /proc at this time. */
    void look(long micros) {
        nowMicros = micros;
        List.copyOf(lookups).forEach(Runnable::run);
        lookups.clear();
    }

    SyscallCall told = CallFixture.call("getpid").build();

    void tell(CallFixture call, long fromMicros, long toMicros) {
        told = call.times(at(fromMicros), at(toMicros)).build();
        descriptors.onCall(told);
    }

    CallNames names() {
        return descriptors.names(told);
    }

    String name(int argument) {
        return names().argument(argument).map(DescriptorsTest::text).orElse("");
    }

    String result() {
        return names().result().map(DescriptorsTest::text).orElse("");
    }

    String path() {
        return names().path().orElse("");
    }

    static String text(Descriptor what) {
        StringBuilder out = new StringBuilder();
        NameWriter.write(out, what, NameWriter.Style.ALL);
        return out.toString();
    }
}
