// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.output.notation.Quoted;
import dev.renacer.tracer.output.struct.ControlMessages;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Names;
import dev.renacer.tracer.output.struct.SocketAddresses;
import dev.renacer.tracer.output.struct.Structs;
import dev.renacer.tracer.syscall.Digits;
import org.jspecify.annotations.Nullable;

/** What consists of several parts of memory: argv, buffers of an iovec, messages with address and control data. */
final class Messages {
    /** The buffers of message M have the indexes M * 256 and up. */
    private static final int MESSAGE_SHIFT = 8;

    /** How many pointers the capture reads. */
    private static final int MOST_POINTERS = 64;

    /** As what a call transferred: it failed. */
    private static final long FAILED = -1;

    private static final Names FLAGS = Names.of("msg");

    private Messages() {}

    /** Writes {@code ["ls", "-l"]}, or of an environment its address and how many variables it has. */
    static boolean strings(StringBuilder out, SyscallCall call, int index) {
        CapturedData vector = PointedData.find(call, index, Part.VECTOR, 0, false);
        if (vector == null) {
            return false;
        }
        Memory pointers = PointedData.memory(call, vector);
        int count = pointers.length() / pointers.wordSize();
        if (isEnvironment(call, index)) {
            environment(out, call, index, count, vector.cut());
            return true;
        }
        out.append('[');
        for (int element = 0; element < count; element++) {
            out.append(element == 0 ? "" : ", ");
            CapturedData string = PointedData.find(call, index, Part.ELEMENT, element, false);
            if (element == Structs.MOST_ELEMENTS || (string == null && vector.cut())) {
                out.append("...]");
                return true;
            }
            if (string == null) {
                Structs.pointer(out, pointers.word(element * pointers.wordSize()));
            } else {
                string(out, string);
            }
        }
        out.append(vector.cut() ? ", ...]" : "]");
        return true;
    }

    private static void string(StringBuilder out, CapturedData string) {
        int length = Math.min(string.bytes().length, Structs.MOST_ELEMENTS);
        Quoted.write(out, string.bytes(), 0, length);
        out.append(string.cut() || length < string.bytes().length ? "..." : "");
    }

    private static boolean isEnvironment(SyscallCall call, int index) {
        return index == (call.syscall().name().equals("execveat") ? 3 : 2);
    }

    private static void environment(StringBuilder out, SyscallCall call, int index, int count, boolean cut) {
        Digits.hex(out, PointedData.address(call, index));
        // What is cut of fewer pointers are the strings; the pointers end with NULL.
        out.append(" /* ")
                .append(cut && count >= MOST_POINTERS ? "at least " : "")
                .append(count)
                .append(count == 1 ? " var */" : " vars */");
    }

    /** Writes an array of struct iovec; at exit the buffers have what the call transferred. */
    static boolean vector(StringBuilder out, SyscallCall call, int index, boolean atExit) {
        CapturedData vector = PointedData.find(call, index, Part.VECTOR, 0, atExit);
        if (vector == null) {
            return false;
        }
        vector(out, call, index, vector, 0, atExit ? Math.max(call.result(), FAILED) : Long.MAX_VALUE);
        return true;
    }

    private static void vector(
            StringBuilder out, SyscallCall call, int index, CapturedData vector, int message, long transferred) {
        Memory memory = PointedData.memory(call, vector);
        int word = memory.wordSize();
        int count = memory.length() / (2 * word);
        long left = transferred;
        out.append('[');
        for (int element = 0; element < count; element++) {
            out.append(element == 0 ? "" : ", ");
            if (element == Structs.MOST_ELEMENTS) {
                out.append("...]");
                return;
            }
            int at = element * 2 * word;
            long length = memory.word(at + word);
            int number = (message << MESSAGE_SHIFT) | element;
            buffer(out.append("{iov_base="), call, index, number, vector.atExit(), memory.word(at), left);
            Digits.unsigned(out.append(", iov_len="), length);
            out.append('}');
            left -= left < 0 ? 0 : Long.compareUnsigned(length, left) < 0 ? length : left;
        }
        out.append(vector.cut() && count == 0 ? "..." : "").append(']');
    }

    private static void buffer(
            StringBuilder out, SyscallCall call, int index, int number, boolean atExit, long address, long left) {
        CapturedData bytes = address == 0 ? null : PointedData.find(call, index, Part.ELEMENT, number, atExit);
        if (bytes == null) {
            if (left == 0 && address != 0) {
                out.append("\"\"");
            } else {
                Structs.pointer(out, address);
            }
            return;
        }
        Quoted.write(out, bytes.bytes());
        out.append(bytes.cut() ? "..." : "");
    }

    /** Writes a struct msghdr; one that the call fills in is shown as it is then, if the call succeeded. */
    static boolean message(StringBuilder out, SyscallCall call, int index, boolean filledIn) {
        CapturedData before = PointedData.find(call, index, Part.DATA, 0, false);
        CapturedData after = filledIn ? PointedData.find(call, index, Part.DATA, 0, true) : null;
        CapturedData header = after != null ? after : before;
        if (header == null || header.bytes().length < size(call)) {
            return false;
        }
        if (filledIn && after == null) {
            // A message that was not received has nothing but the room for its address.
            out.append("{msg_namelen=")
                    .append(PointedData.memory(call, header).u32(word(call)))
                    .append('}');
            return true;
        }
        long given = before == null ? -1 : PointedData.memory(call, before).u32(word(call));
        header(
                out,
                call,
                index,
                header,
                PointedData.memory(call, header),
                0,
                given,
                after != null ? call.result() : -1);
        return true;
    }

    /** Writes an array of struct mmsghdr; the call transferred as many messages as its result says. */
    static boolean messages(StringBuilder out, SyscallCall call, int index, boolean filledIn) {
        CapturedData array = PointedData.find(call, index, Part.DATA, 0, filledIn);
        if (array == null) {
            return false;
        }
        Memory memory = PointedData.memory(call, array);
        int size = size(call) + word(call);
        int count = memory.length() / size;
        CapturedData sent = PointedData.find(call, index, Part.DATA, 0, true);
        out.append('[');
        for (int number = 0; number < count; number++) {
            out.append(number == 0 ? "" : ", ");
            if (number == Structs.MOST_ELEMENTS) {
                out.append("...]");
                return true;
            }
            Memory message = memory.part(number * size, size);
            long length = message.u32(size(call));
            out.append("{msg_hdr=");
            header(out, call, index, array, message, number, -1, filledIn ? length : -1);
            if (filledIn) {
                out.append(", msg_len=").append(length);
            } else if (sent != null && sent.bytes().length >= (number + 1) * size) {
                out.append(", msg_len=").append(PointedData.memory(call, sent).u32(number * size + size(call)));
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
     */
    private static void header(
            StringBuilder out,
            SyscallCall call,
            int index,
            CapturedData piece,
            Memory memory,
            int number,
            long given,
            long transferred) {
        int word = memory.wordSize();
        boolean atExit = piece.atExit();
        long nameLength = memory.u32(word);
        out.append("{msg_name=");
        name(out, call, index, number, atExit, memory.word(0), nameLength);
        out.append(", msg_namelen=");
        if (given >= 0 && given != nameLength) {
            out.append(given).append(" => ");
        }
        out.append(nameLength).append(", msg_iov=");
        CapturedData vector = PointedData.find(call, index, Part.VECTOR, number, atExit);
        if (vector == null) {
            Structs.pointer(out, memory.word(2 * word));
        } else {
            vector(out, call, index, vector, number, transferred < 0 ? Long.MAX_VALUE : transferred);
        }
        Digits.unsigned(out.append(", msg_iovlen="), memory.word(3 * word));
        long controlLength = memory.word(5 * word);
        if (controlLength != 0) {
            out.append(", msg_control=");
            control(out, call, memory, PointedData.find(call, index, Part.CONTROL, number, atExit));
        }
        Digits.unsigned(out.append(", msg_controllen="), controlLength);
        FLAGS.write(out.append(", msg_flags="), memory, memory.u32(6 * word));
        out.append('}');
    }

    private static void name(
            StringBuilder out, SyscallCall call, int index, int number, boolean atExit, long address, long length) {
        CapturedData name = PointedData.find(call, index, Part.NAME, number, atExit);
        if (name == null || length == 0 || !SocketAddresses.isAddress(PointedData.memory(call, name))) {
            Structs.pointer(out, address);
        } else {
            SocketAddresses.write(out, PointedData.memory(call, name));
        }
    }

    private static void control(StringBuilder out, SyscallCall call, Memory header, @Nullable CapturedData data) {
        if (data == null) {
            Structs.pointer(out, header.word(4 * header.wordSize()));
            return;
        }
        ControlMessages.write(out, PointedData.memory(call, data), data.cut());
    }
}
