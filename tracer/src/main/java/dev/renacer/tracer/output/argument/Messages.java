// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.struct.ControlMessages;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Names;
import dev.renacer.tracer.output.struct.SocketAddresses;
import dev.renacer.tracer.output.struct.Structs;
import dev.renacer.tracer.syscall.Digits;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What consists of several parts of memory: argv, buffers of an iovec, messages with address and control data. */
final class Messages {
    /** The buffers of message M have the indexes M * 256 and up. */
    static final int MESSAGE_SHIFT = 8;

    /** How many pointers the capture reads. */
    private static final int MOST_POINTERS = 64;

    /** Of struct rc_pointer_count (event.h). */
    private static final int POINTER_COUNT_BYTES = 2 * Integer.BYTES;

    /** As what a call transferred: it failed. */
    private static final long FAILED = -1;

    private static final Names FLAGS = Names.of("msg");

    private Messages() {}

    /** Writes {@code ["ls", "-l"]}. */
    static boolean strings(StringBuilder out, SyscallCall call, TextDetail detail, int index) {
        CapturedData vector = CapturedPieces.find(call, index, Part.VECTOR, 0, false);
        if (vector == null) {
            return false;
        }
        Memory pointers = CapturedPieces.memory(call, detail, vector);
        int count = pointers.length() / pointers.wordSize();
        out.append('[');
        for (int element = 0; element < count; element++) {
            out.append(element == 0 ? "" : ", ");
            CapturedData string = CapturedPieces.find(call, index, Part.ELEMENT, element, false);
            if (element == detail.elements() || (string == null && vector.cut())) {
                out.append("...]");
                return true;
            }
            if (string == null) {
                Structs.pointer(out, pointers.word(element * pointers.wordSize()));
            } else {
                detail.limited(out, string.bytes(), string.cut());
            }
        }
        if (vector.cut() && count < MOST_POINTERS) { // not because there are too many: there is no memory behind them
            Structs.pointer(
                    out.append(", ... /* "), CapturedPieces.address(call, index) + (long) count * pointers.wordSize());
            out.append(" */]");
        } else {
            out.append(vector.cut() ? ", ...]" : "]");
        }
        return true;
    }

    /** Writes {@code 0x7ffd5a2e /* 23 vars *}{@code /} of an array of pointers of which only the number was read. */
    static boolean pointers(StringBuilder out, SyscallCall call, TextDetail detail, int index) {
        CapturedData data = CapturedPieces.find(call, index, Part.DATA, 0, false);
        if (data == null || data.bytes().length < POINTER_COUNT_BYTES) {
            return false;
        }
        Memory memory = CapturedPieces.memory(call, detail, data);
        long count = memory.u32(0);
        if (count == 0 && memory.u32(Integer.BYTES) != 0) {
            return false;
        }
        Digits.hex(out, CapturedPieces.address(call, index));
        out.append(data.cut() ? " /* at least " : " /* ")
                .append(count)
                .append(count == 1 ? " var" : " vars")
                .append(memory.u32(Integer.BYTES) == 0 ? " */" : ", unterminated */");
        return true;
    }

    /** Writes an array of struct iovec; at exit the buffers have what the call transferred. */
    static boolean vector(StringBuilder out, SyscallCall call, TextDetail detail, int index, boolean atExit) {
        CapturedData vector = CapturedPieces.find(call, index, Part.VECTOR, 0, atExit);
        if (vector == null) {
            return false;
        }
        long transferred = atExit ? Math.max(call.result(), FAILED) : Long.MAX_VALUE;
        vector(out, call, detail, index, vector, 0, transferred, OptionalInt.empty());
        return true;
    }

    private static void vector(
            StringBuilder out,
            SyscallCall call,
            TextDetail detail,
            int index,
            CapturedData vector,
            int message,
            long transferred,
            OptionalInt netlink) {
        Memory memory = CapturedPieces.memory(call, detail, vector);
        int word = memory.wordSize();
        int count = memory.length() / (2 * word);
        long left = transferred;
        out.append('[');
        for (int element = 0; element < count; element++) {
            out.append(element == 0 ? "" : ", ");
            if (element == detail.elements()) {
                out.append("...]");
                return;
            }
            int at = element * 2 * word;
            long length = memory.word(at + word);
            int number = (message << MESSAGE_SHIFT) | element;
            out.append("{iov_base=");
            CapturedData bytes = memory.word(at) == 0
                    ? null
                    : CapturedPieces.find(call, index, Part.ELEMENT, number, vector.atExit());
            if (bytes == null || !Packets.write(out, call, detail, bytes, Math.min(left, length), netlink)) {
                buffer(out, detail, bytes, memory.word(at), left);
            }
            Digits.unsigned(out.append(", iov_len="), length);
            out.append('}');
            left -= left < 0 ? 0 : Long.compareUnsigned(length, left) < 0 ? length : left;
        }
        out.append(vector.cut() && count == 0 ? "..." : "").append(']');
    }

    private static void buffer(
            StringBuilder out, TextDetail detail, @Nullable CapturedData bytes, long address, long left) {
        if (bytes == null) {
            if (left == 0 && address != 0) {
                out.append("\"\"");
            } else {
                Structs.pointer(out, address);
            }
            return;
        }
        detail.limited(out, bytes.bytes(), bytes.cut());
    }

    /** Writes a struct msghdr; one that the call fills in is shown as it is then, if the call succeeded. */
    static boolean message(
            StringBuilder out, SyscallCall call, TextDetail detail, int index, boolean filledIn, NameWriter names) {
        CapturedData before = CapturedPieces.find(call, index, Part.DATA, 0, false);
        CapturedData after = filledIn ? CapturedPieces.find(call, index, Part.DATA, 0, true) : null;
        CapturedData header = after != null ? after : before;
        if (header == null || header.bytes().length < size(call)) {
            return false;
        }
        if (filledIn && after == null) {
            // A message that was not received has nothing but the room for its address.
            out.append("{msg_namelen=")
                    .append(CapturedPieces.memory(call, detail, header).u32(word(call)))
                    .append('}');
            return true;
        }
        long given = before == null
                ? -1
                : CapturedPieces.memory(call, detail, before).u32(word(call));
        header(
                out,
                call,
                detail,
                index,
                header,
                CapturedPieces.memory(call, detail, header),
                0,
                given,
                after != null ? call.result() : -1,
                names);
        return true;
    }

    /** Writes an array of struct mmsghdr; the call transferred as many messages as its result says. */
    static boolean messages(
            StringBuilder out, SyscallCall call, TextDetail detail, int index, boolean filledIn, NameWriter names) {
        CapturedData array = CapturedPieces.find(call, index, Part.DATA, 0, filledIn);
        if (array == null) {
            return false;
        }
        Memory memory = CapturedPieces.memory(call, detail, array);
        int size = size(call) + word(call);
        int count = memory.length() / size;
        CapturedData sent = CapturedPieces.find(call, index, Part.DATA, 0, true);
        out.append('[');
        for (int number = 0; number < count; number++) {
            out.append(number == 0 ? "" : ", ");
            if (number == detail.elements()) {
                out.append("...]");
                return true;
            }
            Memory message = memory.part(number * size, size);
            long length = message.u32(size(call));
            out.append("{msg_hdr=");
            header(out, call, detail, index, array, message, number, -1, filledIn ? length : -1, names);
            if (filledIn) {
                out.append(", msg_len=").append(length);
            } else if (sent != null && sent.bytes().length >= (number + 1) * size) {
                out.append(", msg_len=")
                        .append(CapturedPieces.memory(call, detail, sent).u32(number * size + size(call)));
            }
            out.append('}');
        }
        out.append(array.cut() && count * size < array.bytes().length ? ", ...]" : "]");
        return true;
    }

    private static int word(SyscallCall call) {
        return call.syscall().isNarrow() ? Integer.BYTES : Long.BYTES;
    }

    private static int size(SyscallCall call) {
        return 7 * word(call);
    }

    /**
     * Writes the fields of a struct msghdr.
     *
     * @param given        how long the address could have been; -1: as long as it is
     * @param transferred  how many bytes are in the buffers; -1: all
     * @param names        knows what the socket is
     */
    private static void header(
            StringBuilder out,
            SyscallCall call,
            TextDetail detail,
            int index,
            CapturedData piece,
            Memory memory,
            int number,
            long given,
            long transferred,
            NameWriter names) {
        int word = memory.wordSize();
        boolean atExit = piece.atExit();
        long nameLength = memory.u32(word);
        out.append("{msg_name=");
        name(out, call, detail, index, number, atExit, memory.word(0), nameLength);
        out.append(", msg_namelen=");
        if (given >= 0 && given != nameLength) {
            out.append(given).append(" => ");
        }
        out.append(nameLength).append(", msg_iov=");
        CapturedData vector = CapturedPieces.find(call, index, Part.VECTOR, number, atExit);
        if (vector == null) {
            Structs.pointer(out, memory.word(2 * word));
        } else {
            CapturedData name = CapturedPieces.find(call, index, Part.NAME, number, atExit);
            OptionalInt netlink = Packets.protocol(call, name, names);
            long most = transferred < 0 ? Long.MAX_VALUE : transferred;
            vector(out, call, detail, index, vector, number, most, netlink);
        }
        Digits.unsigned(out.append(", msg_iovlen="), memory.word(3 * word));
        long controlLength = memory.word(5 * word);
        if (controlLength != 0) {
            out.append(", msg_control=");
            control(out, call, detail, memory, CapturedPieces.find(call, index, Part.CONTROL, number, atExit));
        }
        Digits.unsigned(out.append(", msg_controllen="), controlLength);
        FLAGS.write(out.append(", msg_flags="), memory, memory.u32(6 * word));
        out.append('}');
    }

    private static void name(
            StringBuilder out,
            SyscallCall call,
            TextDetail detail,
            int index,
            int number,
            boolean atExit,
            long address,
            long length) {
        CapturedData name = CapturedPieces.find(call, index, Part.NAME, number, atExit);
        if (name == null || length == 0 || !SocketAddresses.isAddress(CapturedPieces.memory(call, detail, name))) {
            Structs.pointer(out, address);
        } else {
            SocketAddresses.write(out, CapturedPieces.memory(call, detail, name));
        }
    }

    private static void control(
            StringBuilder out, SyscallCall call, TextDetail detail, Memory header, @Nullable CapturedData data) {
        if (data == null) {
            Structs.pointer(out, header.word(4 * header.wordSize()));
            return;
        }
        ControlMessages.write(out, CapturedPieces.memory(call, detail, data), data.cut());
    }
}
