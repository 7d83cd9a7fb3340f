// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.syscall.Syscall;
import java.util.List;
import java.util.Optional;

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
 * @param strings      captured string arguments, and what the call wrote, if that was read ({@code getsockopt})
 * @param inProgressAtAttach  the call was already running when tracing began: {@code startNanos} is the time of attach
 * @param source       where in the user's own code it comes from, if that was requested and is known
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
        List<CapturedString> strings,
        boolean inProgressAtAttach,
        Optional<SourceLocation> source) {

    /** How a call ended. */
    public enum Outcome {
        /** It returned a value. */
        RETURNED,
        /** It returned an error: {@code -result} is the errno. */
        FAILED,
        /** It was not seen to return: exit, exit_group, death of the task, or the end of tracing. */
        UNFINISHED
    }

    /**
     * The data an argument points to: a string as it was at entry, or what the call wrote there.
     *
     * @param argument   index of the argument
     * @param bytes      the target's bytes without the terminating NUL; may not be valid UTF-8; must not be modified
     * @param truncated  whether it was cut at the capture limit
     * @param readable   false if the target's memory could not be read there; the bytes are then empty
     */
    public record CapturedString(int argument, byte[] bytes, boolean truncated, boolean readable) {}

    /** This call as if it had ended at another time and in another way. */
    public SyscallCall ended(long nanos, Outcome how, long value) {
        return new SyscallCall(
                process, tid, syscall, startNanos, nanos, how, value, args, strings, inProgressAtAttach, source);
    }

    /** What the call wrote where an argument points, if it was read completely. */
    public Optional<byte[]> written(int argument) {
        for (CapturedString piece : strings) {
            if (piece.argument() == argument && piece.readable() && !piece.truncated()) {
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
