// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.recording.block.BlockInput;
import dev.renacer.tracer.recording.block.RecordingException;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the calls of one block as {@link CallWriter} has written them. Not thread-safe. */
final class CallReader {
    private static final int ARGUMENTS = 6;
    /** The most threads, and the most calls of different numbers, that a block has; one as long as they are written has less. */
    private static final int MOST = 1 << 17;
    /** Of a call: the index of a piece has 16 bits in the ring. */
    private static final int MOST_PIECES = 1 << 17;

    private static final SyscallTable TABLE = SyscallTable.instance();

    private record Caller(TracedProcess process, int tid) {}

    private static final class Known {
        final Syscall syscall;
        final long[] args = new long[ARGUMENTS];
        long instructionPointer;

        Known(Syscall syscall) {
            this.syscall = syscall;
        }
    }

    private final BlockInput in;
    private final ReadNames names;
    private final boolean sources;
    private final boolean stacks;
    private final List<Caller> callers = new ArrayList<>();
    private final List<Known> known = new ArrayList<>();
    private Optional<Caller> last = Optional.empty();
    private long nanos;

    /**
     * @param sources  whether calls are to have their source
     * @param stacks   likewise for stacks
     */
    CallReader(BlockInput in, ReadNames names, boolean sources, boolean stacks) {
        this.in = in;
        this.names = names;
        this.sources = sources;
        this.stacks = stacks;
    }

    /** When a record was. */
    long time() throws RecordingException {
        nanos += in.signed();
        return nanos;
    }

    /** Reads a call whose tag was read. */
    SyscallCall read(int tag) throws RecordingException {
        int more = (tag & Tag.HAS_MORE) == 0 ? 0 : in.one();
        Caller caller = (tag & Tag.SAME_THREAD) == 0 ? thread() : last();
        Known before = known();
        long start = time();
        long duration = in.number();
        if (duration < 0 || start + duration < start) {
            throw new RecordingException("a call ends before it starts");
        }
        long result = in.signed();
        long pointer = before.instructionPointer + in.signed();
        before.instructionPointer = pointer;
        long[] args = arguments(before.args);
        List<CapturedData> data = (tag & Tag.HAS_DATA) == 0 ? List.of() : data();
        Optional<SourceLocation> source = (more & Tag.HAS_SOURCE) == 0 ? Optional.empty() : names.source();
        Optional<CallStack> stack = (more & Tag.HAS_STACK) == 0 ? Optional.empty() : names.stack();
        Optional<ThreadContext> context =
                (more & Tag.HAS_CONTEXT) == 0 ? Optional.empty() : names.context(source(more));
        return new SyscallCall(
                caller.process(),
                caller.tid(),
                before.syscall,
                start,
                start + duration,
                outcome(tag, more),
                result,
                args,
                data,
                (more & Tag.IN_PROGRESS) != 0,
                sources ? source : Optional.empty(),
                pointer,
                stacks ? stack : Optional.empty(),
                (more & Tag.LEFT) != 0,
                context);
    }

    private static ThreadContext.Source source(int more) {
        return (more & Tag.OF_HEADER) == 0 ? ThreadContext.Source.THREAD : ThreadContext.Source.HTTP_HEADER;
    }

    private static Outcome outcome(int tag, int more) {
        if ((more & Tag.UNFINISHED) != 0) {
            return Outcome.UNFINISHED;
        }
        return (tag & Tag.FAILED) != 0 ? Outcome.FAILED : Outcome.RETURNED;
    }

    private Caller last() throws RecordingException {
        return last.orElseThrow(() -> new RecordingException("a block begins with a call of no thread"));
    }

    private Caller thread() throws RecordingException {
        int number = in.upTo(callers.size(), "the number of a thread");
        if (number == callers.size()) {
            require(number < MOST, "threads");
            callers.add(new Caller(names.process(), in.signedInt()));
        }
        Caller caller = callers.get(number);
        last = Optional.of(caller);
        return caller;
    }

    private Known known() throws RecordingException {
        int number = in.upTo(known.size(), "the number of a system call");
        if (number == known.size()) {
            require(number < MOST, "system calls");
            Abi abi = Numbered.ABIS.get(in.one());
            known.add(new Known(TABLE.lookup(abi, in.signedInt())));
        }
        return known.get(number);
    }

    private static void require(boolean holds, String what) throws RecordingException {
        if (!holds) {
            throw new RecordingException("a block has more than " + MOST + " " + what);
        }
    }

    private long[] arguments(long[] before) throws RecordingException {
        int differing = in.one();
        for (int index = 0; index < ARGUMENTS; index++) {
            if (((differing >> index) & 1) != 0) {
                before[index] += in.signed();
            }
        }
        return before.clone();
    }

    private List<CapturedData> data() throws RecordingException {
        int count = in.upTo(MOST_PIECES, "the number of pieces of a call");
        if (count == 1) {
            return List.of(piece());
        }
        List<CapturedData> pieces = new ArrayList<>(Math.min(count, 64));
        for (int index = 0; index < count; index++) {
            pieces.add(piece());
        }
        return List.copyOf(pieces);
    }

    private CapturedData piece() throws RecordingException {
        int head = in.one();
        int argument = head & 7;
        Part part = Numbered.PARTS.get((head >> 3) & 7);
        if (argument >= ARGUMENTS) {
            throw new RecordingException("a piece of data belongs to argument " + argument);
        }
        long length = in.number();
        int index = (length & 1) == 0 ? 0 : in.signedInt();
        int error = (length & 2) == 0 ? 0 : in.signedInt();
        long bytes = length >>> 2;
        if (bytes > Integer.MAX_VALUE) {
            throw new RecordingException("a piece of data has " + bytes + " bytes");
        }
        return new CapturedData(
                argument, part, index, (head & 0x40) != 0, in.raw((int) bytes), (head & 0x80) != 0, error);
    }
}
