// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.recording.block.BlockOutput;
import dev.renacer.tracer.syscall.Syscall;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes calls: times as what has passed since the record before, arguments as what differs from the call of the same kind before.
 * {@link CallReader} reads them. Not thread-safe.
 */
final class CallWriter {
    private static final int ARGUMENTS = 6;
    private static final int THREADS = 256;
    private static final int NUMBERS = 512;

    /** A thread that this block has named; {@code next}: another one in the same place of the table. */
    private record Caller(
            TracedProcess process,
            int tid,
            int index,
            @Nullable Caller next) {}

    /** A call that this block has named, and how it was made last; {@code next}: likewise. */
    private static final class Known {
        final Syscall syscall;
        final int index;
        final @Nullable Known next;
        final long[] args = new long[ARGUMENTS];
        long instructionPointer;

        Known(Syscall syscall, int index, @Nullable Known next) {
            this.syscall = syscall;
            this.index = index;
            this.next = next;
        }
    }

    private final BlockOutput out;
    private final WrittenNames names;
    private final @Nullable Caller[] callers = new Caller[THREADS];
    private final @Nullable Known[] known = new Known[NUMBERS];
    private int callerCount;
    private int knownCount;
    private @Nullable Caller last;
    private long nanos;

    CallWriter(BlockOutput out, WrittenNames names) {
        this.out = out;
        this.names = names;
    }

    void clear() {
        Arrays.fill(callers, null);
        Arrays.fill(known, null);
        callerCount = 0;
        knownCount = 0;
        last = null;
        nanos = 0;
    }

    /** Writes when a record was, as what has passed since the one before. */
    void time(long epochNanos) {
        out.signed(epochNanos - nanos);
        nanos = epochNanos;
    }

    /** Writes a call, asked for or not. */
    void write(SyscallCall call, boolean asked) {
        boolean sameThread = isOfLast(call);
        int more = more(call);
        List<CapturedData> data = call.data();
        out.one((asked ? Tag.CALL : Tag.UNASKED)
                | (sameThread ? Tag.SAME_THREAD : 0)
                | (data.isEmpty() ? 0 : Tag.HAS_DATA)
                | (more == 0 ? 0 : Tag.HAS_MORE)
                | (call.outcome() == Outcome.FAILED ? Tag.FAILED : 0));
        if (more != 0) {
            out.one(more);
        }
        if (!sameThread) {
            thread(call);
        }
        Known before = known(call.syscall());
        time(call.startNanos());
        out.number(call.endNanos() - call.startNanos());
        out.signed(call.result());
        out.signed(call.instructionPointer() - before.instructionPointer);
        before.instructionPointer = call.instructionPointer();
        arguments(call.args(), before.args);
        if (!data.isEmpty()) {
            out.number(data.size());
            for (int piece = 0; piece < data.size(); piece++) {
                data(data.get(piece));
            }
        }
        if ((more & Tag.HAS_SOURCE) != 0) {
            names.source(call.source().orElseThrow());
        }
        if ((more & Tag.HAS_STACK) != 0) {
            names.stack(call.stack().orElseThrow());
        }
        if ((more & Tag.HAS_CONTEXT) != 0) {
            names.context(call.context().orElseThrow());
        }
    }

    private static int more(SyscallCall call) {
        return (call.inProgressAtAttach() ? Tag.IN_PROGRESS : 0)
                | (call.left() ? Tag.LEFT : 0)
                | (call.outcome() == Outcome.UNFINISHED ? Tag.UNFINISHED : 0)
                | (call.source().isPresent() ? Tag.HAS_SOURCE : 0)
                | (call.stack().isPresent() ? Tag.HAS_STACK : 0)
                | (call.context().isPresent() ? context(call.context().get()) : 0);
    }

    private static int context(ThreadContext context) {
        return switch (context.source()) {
            case THREAD -> Tag.HAS_CONTEXT;
            case HTTP_HEADER -> Tag.HAS_CONTEXT | Tag.OF_HEADER;
        };
    }

    @SuppressWarnings("ReferenceEquality") // an equal process is found all the same, only later
    private boolean isOfLast(SyscallCall call) {
        return last != null && last.tid() == call.tid() && last.process() == call.process();
    }

    private void thread(SyscallCall call) {
        int place = call.tid() & (THREADS - 1);
        Caller caller = callers[place];
        while (caller != null
                && (caller.tid() != call.tid() || !caller.process().equals(call.process()))) {
            caller = caller.next();
        }
        if (caller == null) {
            caller = new Caller(call.process(), call.tid(), callerCount++, callers[place]);
            callers[place] = caller;
            out.number(caller.index());
            names.process(call.process());
            out.signed(call.tid());
        } else {
            out.number(caller.index());
        }
        last = caller;
    }

    @SuppressWarnings("ReferenceEquality") // there is one of each number, see Syscall
    private Known known(Syscall syscall) {
        int place = syscall.number() & (NUMBERS - 1);
        Known found = known[place];
        while (found != null && found.syscall != syscall) {
            found = found.next;
        }
        if (found == null) {
            found = new Known(syscall, knownCount++, known[place]);
            known[place] = found;
            out.number(found.index);
            out.one(Numbered.ABIS.of(syscall.abi()));
            out.signed(syscall.number());
        } else {
            out.number(found.index);
        }
        return found;
    }

    /** Which of them differ, and by how much. */
    private void arguments(long[] args, long[] before) {
        int differing = 0;
        for (int index = 0; index < ARGUMENTS; index++) {
            differing |= args[index] == before[index] ? 0 : 1 << index;
        }
        out.one(differing);
        for (int index = 0; index < ARGUMENTS; index++) {
            if (((differing >> index) & 1) != 0) {
                out.signed(args[index] - before[index]);
                before[index] = args[index];
            }
        }
    }

    private void data(CapturedData data) {
        byte[] bytes = data.bytes();
        int index = data.index() == 0 ? 0 : 1;
        int error = data.error() == 0 ? 0 : 2;
        out.one(data.argument()
                | (Numbered.PARTS.of(data.part()) << 3)
                | (data.atExit() ? 0x40 : 0)
                | (data.cut() ? 0x80 : 0));
        out.number(((long) bytes.length << 2) | error | index);
        if (index != 0) {
            out.signed(data.index());
        }
        if (error != 0) {
            out.signed(data.error());
        }
        out.raw(bytes);
    }
}
