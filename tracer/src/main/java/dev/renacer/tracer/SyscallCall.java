// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.syscall.Syscall;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One decoded system call. Immutable; the argument array is not shared.
 *
 * @param process      who called
 * @param tid          the calling thread, in the tracer's PID namespace
 * @param syscall      which call, by the ABI of this very call
 * @param startNanos   start, nanoseconds since the epoch
 * @param endNanos     end, nanoseconds since the epoch; never before the start
 * @param outcome      how it ended
 * @param result       what the register held (negative errno on error); 0 if it did not return
 * @param args         the six argument registers
 * @param data         what its arguments point to, as far as that was read, in the order in which it was read
 * @param inProgressAtAttach  the call was already running when tracing began: {@code startNanos} is the time of attach
 * @param source       where in the user's own code it comes from, if that was requested and is known
 * @param instructionPointer  of the thread when it made the call; 0: not known
 * @param stack        where it was made, if that was requested
 * @param left         it goes on: it is unfinished because the thread is not traced any more
 * @param context      what the application has published about the thread when it made the call, if anything
 */
public record SyscallCall(
        TracedProcess process,
        int tid,
        Syscall syscall,
        long startNanos,
        long endNanos,
        Outcome outcome,
        long result,
        long[] args,
        List<CapturedData> data,
        boolean inProgressAtAttach,
        Optional<SourceLocation> source,
        long instructionPointer,
        Optional<CallStack> stack,
        boolean left,
        Optional<ThreadContext> context) {

    /** How a call ended. */
    public enum Outcome {
        /** It returned a value. */
        RETURNED,
        /** It returned an error: {@code -result} is the errno. */
        FAILED,
        /** It was not seen to return: exit, exit_group, death of the task, or the end of tracing. */
        UNFINISHED
    }

    /** One of which neither the instruction pointer is known nor the stack wanted. */
    public SyscallCall(
            TracedProcess process,
            int tid,
            Syscall syscall,
            long startNanos,
            long endNanos,
            Outcome outcome,
            long result,
            long[] args,
            List<CapturedData> data,
            boolean inProgressAtAttach,
            Optional<SourceLocation> source) {
        this(
                process,
                tid,
                syscall,
                startNanos,
                endNanos,
                outcome,
                result,
                args,
                data,
                inProgressAtAttach,
                source,
                0,
                Optional.empty(),
                false,
                Optional.empty());
    }

    /** This call as if it had ended at another time and in another way. */
    public SyscallCall ended(long nanos, Outcome how, long value) {
        return new SyscallCall(
                process,
                tid,
                syscall,
                startNanos,
                nanos,
                how,
                value,
                args,
                data,
                inProgressAtAttach,
                source,
                instructionPointer,
                stack,
                left,
                context);
    }

    /** This call made in this context. */
    public SyscallCall in(Optional<ThreadContext> published) {
        return new SyscallCall(
                process,
                tid,
                syscall,
                startNanos,
                endNanos,
                outcome,
                result,
                args,
                data,
                inProgressAtAttach,
                source,
                instructionPointer,
                stack,
                left,
                published);
    }

    /** This call with other data. */
    SyscallCall with(List<CapturedData> other) {
        return as(syscall, args, other);
    }

    /** This call as another one, which is made through it. */
    SyscallCall as(Syscall other, long[] arguments, List<CapturedData> pointed) {
        return new SyscallCall(
                process,
                tid,
                other,
                startNanos,
                endNanos,
                outcome,
                result,
                arguments,
                pointed,
                inProgressAtAttach,
                source,
                instructionPointer,
                stack,
                left,
                context);
    }

    /** The first {@link Part#DATA} an argument points to: what was read at entry, if anything was. */
    public Optional<CapturedData> data(int argument) {
        return Optional.ofNullable(firstData(argument));
    }

    /** Likewise; null: nothing was read. */
    public @Nullable CapturedData firstData(int argument) {
        for (int at = 0; at < data.size(); at++) {
            CapturedData piece = data.get(at);
            if (piece.argument() == argument && piece.part() == Part.DATA) {
                return piece;
            }
        }
        return null;
    }

    /** What the call wrote where an argument points, if it was read completely. */
    public Optional<byte[]> written(int argument) {
        for (CapturedData piece : data) {
            boolean whole = piece.readable() && !piece.cut();
            if (piece.argument() == argument && piece.part() == Part.DATA && piece.atExit() && whole) {
                return Optional.of(piece.bytes());
            }
        }
        return Optional.empty();
    }

    /** Errno of a failed call, 0 otherwise. */
    public int errno() {
        return outcome == Outcome.FAILED ? (int) -result : 0;
    }

    /** Duration in nanoseconds. */
    public long durationNanos() {
        return endNanos - startNanos;
    }
}
