// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.output.notation.HexDump;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.redact.Redactor;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Dumps what calls have read from descriptors and written to them, as strace's -e read= and -e write= do. */
public final class TransferDump {
    /** The argument that says where the bytes are. */
    private static final int BUFFER = 1;

    private static final int LENGTH = 2;
    /** The place of an element's number in its index; above it is that of its message. */
    private static final int MESSAGE_SHIFT = Messages.MESSAGE_SHIFT;

    /** How a call says which bytes it transfers. */
    private enum Shape {
        /** A buffer and its length. */
        BYTES,
        /** An array of struct iovec. */
        VECTOR,
        /** A struct msghdr. */
        MESSAGE,
        /** An array of struct mmsghdr. */
        MESSAGES
    }

    private static final Map<String, Shape> READERS = Map.ofEntries(
            Map.entry("read", Shape.BYTES),
            Map.entry("pread64", Shape.BYTES),
            Map.entry("recv", Shape.BYTES),
            Map.entry("recvfrom", Shape.BYTES),
            Map.entry("mq_timedreceive", Shape.BYTES),
            Map.entry("mq_timedreceive_time64", Shape.BYTES),
            Map.entry("readv", Shape.VECTOR),
            Map.entry("preadv", Shape.VECTOR),
            Map.entry("preadv2", Shape.VECTOR),
            Map.entry("recvmsg", Shape.MESSAGE),
            Map.entry("recvmmsg", Shape.MESSAGES),
            Map.entry("recvmmsg_time64", Shape.MESSAGES));

    private static final Map<String, Shape> WRITERS = Map.ofEntries(
            Map.entry("write", Shape.BYTES),
            Map.entry("pwrite64", Shape.BYTES),
            Map.entry("send", Shape.BYTES),
            Map.entry("sendto", Shape.BYTES),
            Map.entry("mq_timedsend", Shape.BYTES),
            Map.entry("mq_timedsend_time64", Shape.BYTES),
            Map.entry("writev", Shape.VECTOR),
            Map.entry("pwritev", Shape.VECTOR),
            Map.entry("pwritev2", Shape.VECTOR),
            Map.entry("vmsplice", Shape.VECTOR),
            Map.entry("sendmsg", Shape.MESSAGE),
            Map.entry("sendmmsg", Shape.MESSAGES));

    private TransferDump() {}

    /**
     * Writes the bytes of a call that has returned, if its descriptor is one of these.
     *
     * @param read     descriptors whose reads are dumped
     * @param written  descriptors whose writes are dumped
     */
    public static void append(
            StringBuilder out, SyscallCall call, Optional<IntPredicate> read, Optional<IntPredicate> written) {
        int descriptor = (int) call.args()[0];
        if (descriptor < 0 || call.outcome() == Outcome.UNFINISHED) {
            return;
        }
        Shape writer = WRITERS.get(call.syscall().name());
        Shape reader = READERS.get(call.syscall().name());
        if (writer != null && isIn(written, descriptor)) {
            dump(out, call, writer, false);
        } else if (reader != null && isIn(read, descriptor) && call.outcome() == Outcome.RETURNED) {
            dump(out, call, reader, true);
        }
    }

    private static boolean isIn(Optional<IntPredicate> set, int descriptor) {
        return set.isPresent() && set.get().test(descriptor);
    }

    private static void dump(StringBuilder out, SyscallCall call, Shape shape, boolean atExit) {
        switch (shape) {
            case BYTES -> {
                long length = atExit
                        ? call.result()
                        : call.syscall().parameters().get(LENGTH).kind().bits(call.args()[LENGTH], narrow(call));
                bytes(out, CapturedPieces.find(call, BUFFER, Part.DATA, 0, atExit), length);
            }
            case VECTOR, MESSAGE -> vector(out, call, 0, atExit, atExit ? call.result() : Long.MAX_VALUE);
            case MESSAGES -> messages(out, call, atExit);
        }
    }

    private static void messages(StringBuilder out, SyscallCall call, boolean atExit) {
        CapturedData array = CapturedPieces.find(call, BUFFER, Part.DATA, 0, atExit);
        if (array == null) {
            return;
        }
        Memory memory = CapturedPieces.memory(call, TextDetail.DEFAULT, array);
        int word = memory.wordSize();
        int size = 8 * word; // struct msghdr and the length that was transferred
        long count = Math.min(memory.length() / size, Math.max(0, call.result()));
        for (int number = 0; number < count; number++) {
            Memory message = memory.part(number * size, size);
            out.append(" = ")
                    .append(message.word(3 * word))
                    .append(" buffers in vector ")
                    .append(number)
                    .append('\n');
            vector(out, call, number, atExit, atExit ? message.u32(7 * word) : Long.MAX_VALUE);
        }
    }

    private static void vector(StringBuilder out, SyscallCall call, int message, boolean atExit, long transferred) {
        CapturedData vector = CapturedPieces.find(call, BUFFER, Part.VECTOR, message, atExit);
        if (vector == null) {
            return;
        }
        Memory memory = CapturedPieces.memory(call, TextDetail.DEFAULT, vector);
        int word = memory.wordSize();
        long left = transferred;
        for (int element = 0; element < memory.length() / (2 * word) && left != 0; element++) {
            long room = memory.word(element * 2 * word + word);
            long length = Long.compareUnsigned(room, left) < 0 ? room : left;
            if (length == 0) {
                return; // where strace ends, too
            }
            left -= length;
            int number = (message << MESSAGE_SHIFT) | element;
            out.append(" * ")
                    .append(Long.toUnsignedString(length))
                    .append(" bytes in buffer ")
                    .append(element)
                    .append('\n');
            bytes(out, CapturedPieces.find(call, BUFFER, Part.ELEMENT, number, atExit), length);
        }
    }

    /**
     * Writes what was captured, how much that is if it is not all, and whether a secret in it has moved what follows: nobody
     * knows any more how long it was.
     */
    private static void bytes(StringBuilder out, @Nullable CapturedData data, long length) {
        if (length == 0) {
            return;
        }
        byte[] captured = data == null ? new byte[0] : data.bytes();
        HexDump.append(out, captured);
        boolean cut = data == null || data.cut();
        if ((cut || captured.length != length) && Redactor.isMarked(captured)) {
            out.append(" | <")
                    .append(Redactor.MARK)
                    .append(" stands for a secret of another length: offsets and number of bytes")
                    .append(" are not the program's");
            out.append(cut ? ", and not all of " + Long.toUnsignedString(length) + " bytes were captured>\n" : ">\n");
        } else if (cut) {
            out.append(" | <")
                    .append(captured.length)
                    .append(" of ")
                    .append(Long.toUnsignedString(length))
                    .append(" bytes were captured>\n");
        }
    }

    private static boolean narrow(SyscallCall call) {
        return call.syscall().isNarrow();
    }
}
