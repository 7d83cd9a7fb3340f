// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.subject;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.syscall.Pointee;
import dev.renacer.tracer.syscall.Syscall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The descriptor that a call of the families of poll(2) and select(2) was about: the first that was ready, or if none
 * was, the first that was waited for.
 */
public final class PolledDescriptor {
    /** struct pollfd: an int, and two shorts. */
    private static final int POLLFD = 8;

    private static final int READY = 6;
    private static final int LAST_SET = 3;

    private PolledDescriptor() {}

    /** Whether this call waits for descriptors that it is told in an array or in sets. */
    public static boolean waits(Syscall syscall) {
        return isPoll(syscall) || isSelect(syscall);
    }

    private static boolean isPoll(Syscall syscall) {
        return pointsTo(syscall, 0, "pollfd");
    }

    private static boolean isSelect(Syscall syscall) {
        return pointsTo(syscall, 1, Pointee.FD_SET);
    }

    private static boolean pointsTo(Syscall syscall, int argument, String type) {
        return syscall.pointee(argument)
                .filter(what -> what.type().equals(type))
                .isPresent();
    }

    /** That of a call for which {@link #waits} is true; empty if it has none, or that was not read. */
    public static OptionalInt of(SyscallCall call) {
        return first(call, isReady(call));
    }

    /**
     * What such a call has waited for, if that is a single one: the first that was ready, or if none was, the only one that
     * it was told. Empty if it has waited for several in vain or for none, or if not all of them were read.
     */
    public static OptionalInt awaited(SyscallCall call) {
        if (isReady(call)) {
            return first(call, true);
        }
        boolean cut = call.data().stream()
                .anyMatch(piece -> piece.part() == Part.DATA && !piece.atExit() && (piece.cut() || !piece.readable()));
        int[] two = cut ? new int[0] : all(call).distinct().limit(2).toArray();
        return two.length == 1 ? OptionalInt.of(two[0]) : OptionalInt.empty();
    }

    private static boolean isReady(SyscallCall call) {
        return call.outcome() == Outcome.RETURNED && call.result() > 0;
    }

    private static OptionalInt first(SyscallCall call, boolean ready) {
        return isPoll(call.syscall()) ? ofPoll(call, ready) : ofSelect(call, ready);
    }

    /** All that a call waits for; none of a call that is not of these families, or of which they were not read. */
    public static IntStream all(SyscallCall call) {
        if (isPoll(call.syscall())) {
            Optional<ByteBuffer> polled = bytes(call, 0, false);
            return polled.isEmpty()
                    ? IntStream.empty()
                    : IntStream.range(0, polled.get().capacity() / POLLFD)
                            .map(index -> polled.get().getInt(index * POLLFD))
                            .filter(number -> number >= 0);
        }
        return isSelect(call.syscall())
                ? IntStream.rangeClosed(1, LAST_SET).flatMap(set -> ofSet(call, set))
                : IntStream.empty();
    }

    private static IntStream ofSet(SyscallCall call, int set) {
        Optional<ByteBuffer> bits = bytes(call, set, false);
        return bits.isEmpty()
                ? IntStream.empty()
                : BitSet.valueOf(bits.get()).stream().filter(number -> number < call.args()[0]);
    }

    private static OptionalInt ofPoll(SyscallCall call, boolean ready) {
        Optional<ByteBuffer> polled = bytes(call, 0, ready);
        if (polled.isEmpty()) {
            return OptionalInt.empty();
        }
        for (int at = 0; at + POLLFD <= polled.get().capacity(); at += POLLFD) {
            int number = polled.get().getInt(at);
            if (number >= 0 && (!ready || polled.get().getShort(at + READY) != 0)) {
                return OptionalInt.of(number);
            }
        }
        return OptionalInt.empty();
    }

    private static OptionalInt ofSelect(SyscallCall call, boolean ready) {
        for (int set = 1; set <= LAST_SET; set++) {
            Optional<ByteBuffer> bits = bytes(call, set, ready);
            for (int at = 0; bits.isPresent() && at < bits.get().capacity(); at++) {
                int eight = bits.get().get(at) & 0xff;
                int number = Byte.SIZE * at + Integer.numberOfTrailingZeros(eight);
                if (eight != 0 && number < call.args()[0]) {
                    return OptionalInt.of(number);
                }
            }
        }
        return OptionalInt.empty();
    }

    private static Optional<ByteBuffer> bytes(SyscallCall call, int argument, boolean atExit) {
        for (CapturedData piece : call.data()) {
            if (piece.argument() == argument && piece.part() == Part.DATA && piece.atExit() == atExit) {
                return piece.readable()
                        ? Optional.of(ByteBuffer.wrap(piece.bytes()).order(ByteOrder.LITTLE_ENDIAN))
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }
}
