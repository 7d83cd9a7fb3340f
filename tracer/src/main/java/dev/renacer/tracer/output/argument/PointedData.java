// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.output.notation.Quoted;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Scalars;
import dev.renacer.tracer.output.struct.SocketAddresses;
import dev.renacer.tracer.output.struct.StructWriter;
import dev.renacer.tracer.output.struct.Structs;
import dev.renacer.tracer.output.struct.Times;
import dev.renacer.tracer.output.struct.WaitStatus;
import dev.renacer.tracer.syscall.Pointee;
import dev.renacer.tracer.syscall.Pointee.Count;
import dev.renacer.tracer.syscall.Pointee.Direction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes what an argument points to, as far as it was read: by the type that signatures.tsv gives it. What a call
 * writes is only there if it succeeded, and what could not be read is not there at all; then nothing is written, and
 * the argument is its address.
 */
public final class PointedData {
    private PointedData() {}

    /** The types that have a writer of their own, or are written in a way of their own. */
    static boolean knows(String type) {
        return Structs.writer(type) != null
                || switch (type) {
                    case "bytes", "path", "nodes", "strings", "iovec", "msghdr", "mmsghdr", "sockaddr", "value" -> true;
                    default -> false;
                };
    }

    /**
     * Writes what an argument points to.
     *
     * @return false if there is nothing to be written in place of the address
     */
    public static boolean write(StringBuilder out, SyscallCall call, int index) {
        Pointee pointee = call.syscall().pointee(index, call.args()).orElse(null);
        if (pointee == null || call.data().isEmpty() || call.args()[index] == 0) {
            return false;
        }
        return switch (pointee.type()) {
            case Pointee.STRINGS -> Messages.strings(out, call, index);
            case "iovec" -> Messages.vector(out, call, index, pointee.direction() == Direction.OUT);
            case "msghdr" -> Messages.message(out, call, index, pointee.direction() == Direction.IN_OUT);
            case "mmsghdr" -> Messages.messages(out, call, index, pointee.direction() == Direction.OUT);
            case Pointee.BYTES -> bytes(out, call, index, pointee);
            case "path" -> path(out, call, index, pointee);
            case Pointee.NODES -> nodes(out, call, index, pointee);
            case "value" -> SocketOptions.write(out, call, index, pointee.direction() == Direction.OUT);
            case "sockaddr" -> address(out, call, index, pointee);
            default -> structs(out, call, index, pointee);
        };
    }

    private static boolean bytes(StringBuilder out, SyscallCall call, int index, Pointee pointee) {
        CapturedData data = find(call, index, pointee);
        if (data == null || isSizeAsked(call, pointee)) {
            return false;
        }
        if (call.syscall().name().equals("getrandom")) {
            Quoted.hexadecimal(out, data.bytes());
        } else {
            Quoted.write(out, data.bytes());
        }
        out.append(data.cut() ? "..." : "");
        return true;
    }

    /** Whether a call was not to write, but to say how much there would be. */
    private static boolean isSizeAsked(SyscallCall call, Pointee pointee) {
        return pointee.count() instanceof Count.BoundedResult(int size)
                && call.args()[size] == 0
                && call.syscall().name().endsWith("xattr");
    }

    /** A path is written as a whole, whatever is written of other strings. */
    private static boolean path(StringBuilder out, SyscallCall call, int index, Pointee pointee) {
        CapturedData data = find(call, index, pointee);
        if (data == null) {
            return false;
        }
        memory(call, data).quotedName(out);
        out.append(data.cut() ? "..." : "");
        return true;
    }

    /** A set of nodes: the kernel takes one bit less than the argument says. */
    private static boolean nodes(StringBuilder out, SyscallCall call, int index, Pointee pointee) {
        CapturedData data = find(call, index, pointee);
        long bits = pointee.count() instanceof Count.Argument(int number) ? call.args()[number] : 0;
        if (bits == 0) {
            out.append("[]");
            return true;
        }
        int size = pointee.size(call.syscall());
        long wordBits = (long) Byte.SIZE * size;
        long words = (bits - 1 + wordBits - 1) / wordBits;
        if (data == null || words <= 0 || data.bytes().length < Math.min(words, Structs.MOST_ELEMENTS) * size) {
            return false;
        }
        out.append('[');
        for (int word = 0; word < Math.min(words, Structs.MOST_ELEMENTS); word++) {
            Scalars.word(out.append(word == 0 ? "" : ", "), memory(call, data), word * size, size);
        }
        out.append(words > Structs.MOST_ELEMENTS ? ", ...]" : "]");
        return true;
    }

    private static boolean address(StringBuilder out, SyscallCall call, int index, Pointee pointee) {
        CapturedData data = find(call, index, pointee);
        if (data == null || !SocketAddresses.isAddress(memory(call, data))) {
            return false;
        }
        SocketAddresses.write(out, memory(call, data));
        return true;
    }

    private static boolean structs(StringBuilder out, SyscallCall call, int index, Pointee pointee) {
        StructWriter writer = Structs.writer(pointee.type());
        CapturedData data = find(call, index, pointee);
        if (writer == null || data == null || !isMeant(call, index)) {
            return false;
        }
        int size = pointee.size(call.syscall());
        if (pointee.type().equals("cap_data") || isBitSet(pointee)) {
            if (data.bytes().length == 0) {
                return false;
            }
            writer.write(out, memory(call, data));
            return true;
        }
        if (isSingle(pointee)) {
            if (data.bytes().length < size || data.cut()) {
                return false;
            }
            if (Scalars.isScalar(pointee.type())) {
                scalar(out, call, index, pointee.type(), writer, data);
            } else {
                writer.write(out, memory(call, data));
            }
            return true;
        }
        return array(out, call, data, size, fileTimes(writer, pointee));
    }

    /** Writes one struct of which all bytes are there. */
    static void struct(StringBuilder out, SyscallCall call, String type, CapturedData data) {
        StructWriter writer = Structs.writer(type);
        if (writer != null) {
            writer.write(out, memory(call, data));
        }
    }

    /** Whether a set of bits is written as one, by as many bytes as there are. */
    private static boolean isBitSet(Pointee pointee) {
        return pointee.type().equals(Pointee.FD_SET) || pointee.type().equals("cpu_set");
    }

    /** The times of utimensat(2) and utimes(2) have dates. */
    private static StructWriter fileTimes(StructWriter writer, Pointee pointee) {
        if (!(pointee.count() instanceof Count.Constant(int number)) || number != 2) {
            return writer;
        }
        return switch (pointee.type()) {
            case "timespec" -> (out, memory) -> Times.fileTime(out, memory, false);
            case "timespec64" -> (out, memory) -> Times.fileTime(out, memory, true);
            case "timeval" -> Times::fileMicros;
            default -> writer;
        };
    }

    /**
     * Whether the argument means anything in this call: not the event of a deletion, nor the status of a child when there
     * was none to wait for.
     */
    private static boolean isMeant(SyscallCall call, int index) {
        if (isWait(call)) {
            return call.result() != 0;
        }
        return !(call.syscall().name().equals("epoll_ctl") && index == 3 && (int) call.args()[1] == 2);
    }

    private static boolean isSingle(Pointee pointee) {
        return pointee.count() instanceof Count.Constant(int number) && number == 1;
    }

    /** A number that the call may replace: {@code [128 => 16]}, or {@code [16]} if it stays; or a child's status. */
    private static void scalar(
            StringBuilder out, SyscallCall call, int index, String type, StructWriter writer, CapturedData data) {
        if (isWait(call) && index == 1) {
            WaitStatus.write(out, memory(call, data).i32(0));
            return;
        }
        out.append('[');
        writer.write(out, memory(call, data));
        boolean moves = type.equals("int") || call.syscall().name().startsWith("sendfile");
        CapturedData after = moves ? find(call, index, Part.DATA, 0, true) : null;
        if (after != null && !data.atExit() && after.bytes().length == data.bytes().length) {
            long value = value(call, after);
            if (value != value(call, data)) {
                writer.write(out.append(type.equals("int") ? " => " : "] => ["), memory(call, after));
            }
        }
        out.append(']');
    }

    private static long value(SyscallCall call, CapturedData data) {
        Memory memory = memory(call, data);
        return memory.length() == Integer.BYTES ? memory.i32(0) : memory.i64(0);
    }

    private static boolean isWait(SyscallCall call) {
        return call.syscall().name().equals("wait4") || call.syscall().name().equals("waitpid");
    }

    private static boolean array(
            StringBuilder out, SyscallCall call, CapturedData data, int size, StructWriter writer) {
        Memory memory = memory(call, data);
        int count = memory.length() / size;
        if (count == 0 && data.cut()) {
            return false;
        }
        out.append('[');
        for (int element = 0; element < count; element++) {
            out.append(element == 0 ? "" : ", ");
            if (element == Structs.MOST_ELEMENTS) {
                out.append("...]");
                return true;
            }
            writer.write(out, memory.part(element * size, size));
        }
        out.append(data.cut() ? ", ...]" : "]");
        return true;
    }

    /** What is to be shown of an argument's own data; null if there is nothing. */
    static @Nullable CapturedData find(SyscallCall call, int index, Pointee pointee) {
        return switch (pointee.direction()) {
            case IN -> find(call, index, Part.DATA, 0, false);
            case OUT, INTERRUPTED -> find(call, index, Part.DATA, 0, true);
            case IN_OUT -> {
                CapturedData after = showsResult(pointee.type()) ? find(call, index, Part.DATA, 0, true) : null;
                yield after != null ? after : find(call, index, Part.DATA, 0, false);
            }
        };
    }

    /** Whether a struct that a call reads and writes is shown as the call has written it. */
    private static boolean showsResult(String type) {
        return switch (type) {
            case "timex", "timex64", "io_uring_params" -> true;
            default -> false;
        };
    }

    /** The piece of an argument that is this, if it could be read; null otherwise. */
    static @Nullable CapturedData find(SyscallCall call, int index, Part part, int number, boolean atExit) {
        List<CapturedData> pieces = call.data();
        for (int at = 0; at < pieces.size(); at++) {
            CapturedData piece = pieces.get(at);
            if (piece.argument() == index
                    && piece.part() == part
                    && piece.index() == number
                    && piece.atExit() == atExit) {
                return piece.readable() ? piece : null;
            }
        }
        return null;
    }

    /** The bytes of a piece. */
    static Memory memory(SyscallCall call, CapturedData data) {
        return new Memory(
                data.bytes(),
                0,
                data.bytes().length,
                call.syscall().abi(),
                call.syscall().isNarrow());
    }
}
