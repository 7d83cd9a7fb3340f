// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.SyscallTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Puts a decoded call together for a test: a returned call of process 7 unless said otherwise. */
public final class CallFixture {
    public static final TracedProcess PROCESS = new TracedProcess(7, 7, 1, "demo", Optional.of("/usr/bin/demo"));

    private static final int EFAULT = 14;

    private final Abi abi;
    private final String name;
    private final List<CapturedData> data = new ArrayList<>();
    private long[] args = new long[6];
    private TracedProcess process = PROCESS;
    private int tid = 7;
    private long start = 1_700_000_000_000_000_000L;
    private long duration = 12_345;
    private Outcome outcome = Outcome.RETURNED;
    private long result;
    private int number = -1;
    private Optional<SourceLocation> source = Optional.empty();
    private Optional<CallStack> stack = Optional.empty();
    private Optional<ThreadContext> context = Optional.empty();
    private boolean left;

    private CallFixture(Abi abi, String name) {
        this.abi = abi;
        this.name = name;
    }

    public static CallFixture call(String name) {
        return new CallFixture(Abi.X86_64, name);
    }

    public static CallFixture call(Abi abi, String name) {
        return new CallFixture(abi, name);
    }

    /** A call that has no name. */
    public static CallFixture unknown(int number) {
        CallFixture call = new CallFixture(Abi.X86_64, "");
        call.number = number;
        return call;
    }

    public CallFixture args(long... values) {
        args = Arrays.copyOf(values, 6);
        return this;
    }

    public CallFixture string(int argument, String text) {
        return bytes(argument, text.getBytes(StandardCharsets.UTF_8), false);
    }

    public CallFixture bytes(int argument, byte[] bytes, boolean truncated) {
        return data(new CapturedData(argument, Part.DATA, 0, false, bytes, truncated, 0));
    }

    /** What the call wrote, as it was when it had returned. */
    public CallFixture written(int argument, byte[] bytes, boolean truncated) {
        return data(new CapturedData(argument, Part.DATA, 0, true, bytes, truncated, 0));
    }

    public CallFixture unreadable(int argument) {
        return data(new CapturedData(argument, Part.DATA, 0, false, new byte[0], false, EFAULT));
    }

    public CallFixture data(CapturedData piece) {
        data.add(piece);
        return this;
    }

    /** What an argument points to, read at entry or at exit. */
    public CallFixture data(int argument, boolean atExit, byte[] bytes) {
        return data(new CapturedData(argument, Part.DATA, 0, atExit, bytes, false, 0));
    }

    /** What a descriptor was when it had returned; by its number. */
    public CallFixture link(int number, String text) {
        byte[] name = text.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES + name.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .put(name)
                .array();
        return data(new CapturedData(0, Part.LINK, 0, true, bytes, false, 0));
    }

    /** When it began and when it had returned. */
    public CallFixture times(long startNanos, long endNanos) {
        start = startNanos;
        duration = endNanos - startNanos;
        return this;
    }

    public CallFixture returns(long value) {
        result = value;
        return this;
    }

    public CallFixture fails(int errno) {
        result = -errno;
        outcome = Outcome.FAILED;
        return this;
    }

    public CallFixture unfinished() {
        outcome = Outcome.UNFINISHED;
        return this;
    }

    /** Unfinished because its thread was detached. */
    public CallFixture left() {
        outcome = Outcome.UNFINISHED;
        left = true;
        return this;
    }

    public CallFixture stack(CallStack value) {
        stack = Optional.of(value);
        return this;
    }

    public CallFixture context(ThreadContext value) {
        context = Optional.of(value);
        return this;
    }

    public CallFixture thread(int value) {
        tid = value;
        return this;
    }

    public CallFixture process(TracedProcess value) {
        process = value;
        return this;
    }

    /** When it began, in nanoseconds since the epoch. */
    public CallFixture at(long value) {
        start = value;
        return this;
    }

    public CallFixture nanos(long value) {
        duration = value;
        return this;
    }

    public CallFixture source(SourceLocation value) {
        source = Optional.of(value);
        return this;
    }

    public SyscallCall build() {
        SyscallTable table = SyscallTable.instance();
        return new SyscallCall(
                process,
                tid,
                number >= 0
                        ? table.lookup(abi, number)
                        : table.lookup(abi, name).orElseThrow(),
                start,
                start + duration,
                outcome,
                result,
                args,
                List.copyOf(data),
                false,
                source,
                0,
                stack,
                left,
                context);
    }
}
