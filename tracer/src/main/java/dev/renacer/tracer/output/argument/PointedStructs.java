// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.struct.ExchangeWriter;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Scalars;
import dev.renacer.tracer.output.struct.StructWriter;
import dev.renacer.tracer.output.struct.Structs;
import dev.renacer.tracer.output.struct.Times;
import dev.renacer.tracer.output.struct.WaitStatus;
import dev.renacer.tracer.output.struct.device.DeviceStructs;
import dev.renacer.tracer.syscall.Pointee;
import dev.renacer.tracer.syscall.Pointee.Count;
import dev.renacer.tracer.syscall.Pointee.Direction;
import org.jspecify.annotations.Nullable;

/** Writes the structs that an argument points to, as the writers of their types do. */
final class PointedStructs {
    private static final int CAPABILITY_VERSION_1 = 0x19980330;
    private static final int MOUNT_ATTR_BYTES = 32;

    private PointedStructs() {}

    /**
     * Writes a struct, an array of them, or a single value.
     *
     * @return false if there is nothing to be written in place of the address
     */
    static boolean write(StringBuilder out, SyscallCall call, TextDetail detail, int index, Pointee pointee) {
        if (pointee.direction() == Direction.IN_OUT && exchange(out, call, detail, index, pointee)) {
            return true;
        }
        StructWriter writer = writer(pointee.type());
        CapturedData data = CapturedPieces.find(call, index, pointee);
        if (writer == null || data == null || !isMeant(call, index)) {
            return false;
        }
        int size = pointee.size(call.syscall());
        int least = least(pointee);
        if (least > 0) {
            boolean isSet =
                    pointee.type().equals(Pointee.FD_SET) || pointee.type().equals("cpu_set");
            if (data.bytes().length < least && (data.cut() || !isSet)) {
                return false;
            }
            writer.write(out, CapturedPieces.memory(call, detail, data).part(0, most(call, pointee)));
            return true;
        }
        if (isSingle(pointee)) {
            if (data.bytes().length < size || data.cut()) {
                return false;
            }
            if (Scalars.isScalar(pointee.type())) {
                scalar(out, call, detail, index, pointee.type(), writer, data);
            } else {
                writer.write(out, CapturedPieces.memory(call, detail, data));
            }
            return true;
        }
        return array(out, call, detail, data, size, fileTimes(writer, pointee));
    }

    static @Nullable StructWriter writer(String type) {
        StructWriter writer = Structs.writer(type);
        return writer != null ? writer : DeviceStructs.writer(type);
    }

    /** Writes a struct by what it was before the call and after it, if there is such a writer and all bytes are there. */
    private static boolean exchange(
            StringBuilder out, SyscallCall call, TextDetail detail, int index, Pointee pointee) {
        ExchangeWriter writer = DeviceStructs.exchange(pointee.type());
        CapturedData before = writer == null ? null : CapturedPieces.find(call, index, Part.DATA, 0, false);
        int size = pointee.size(call.syscall());
        if (writer == null || before == null || before.bytes().length < size) {
            return false;
        }
        CapturedData after = CapturedPieces.find(call, index, Part.DATA, 0, true);
        Memory answer =
                after == null || after.bytes().length < size ? null : CapturedPieces.memory(call, detail, after);
        writer.write(out, CapturedPieces.memory(call, detail, before), answer);
        return true;
    }

    /** Writes one struct of which all bytes are there. */
    static void struct(StringBuilder out, SyscallCall call, TextDetail detail, String type, CapturedData data) {
        struct(out, type, CapturedPieces.memory(call, detail, data));
    }

    /** Writes one struct of which all bytes are there. */
    static void struct(StringBuilder out, String type, Memory memory) {
        StructWriter writer = writer(type);
        if (writer != null) {
            writer.write(out, memory);
        }
    }

    /** Of what is written as a whole, by as many bytes as there are: how many there must be; 0 of all others. */
    private static int least(Pointee pointee) {
        return switch (pointee.type()) {
            case Pointee.FD_SET, "cpu_set", "cap_data" -> 1;
            case "landlock_ruleset" -> Long.BYTES;
            default -> 0;
        };
    }

    /** How many bytes of it count: of capabilities only the first half, if they are of the first version. */
    private static int most(SyscallCall call, Pointee pointee) {
        if (!pointee.type().equals("cap_data")) {
            return Integer.MAX_VALUE;
        }
        CapturedData header = CapturedPieces.find(call, 0, Part.DATA, 0, false);
        boolean first = header != null
                && CapturedPieces.memory(call, TextDetail.DEFAULT, header).i32(0) == CAPABILITY_VERSION_1;
        return first ? pointee.size(call.syscall()) : Integer.MAX_VALUE;
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
     * Whether the argument means anything in this call: not the event of a deletion, nor the usage of no child, nor a
     * struct that is too short.
     */
    private static boolean isMeant(SyscallCall call, int index) {
        return switch (call.syscall().name()) {
            case "epoll_ctl" -> index != 3 || (int) call.args()[1] != 2;
            case "waitid" -> index != 4 || foundChild(call);
            case "mount_setattr" -> index != 3 || Long.compareUnsigned(call.args()[4], MOUNT_ATTR_BYTES) >= 0;
            default -> true;
        };
    }

    /** What waitid(2) says of the child has zeros if there is none; then the kernel writes nothing else. */
    private static boolean foundChild(SyscallCall call) {
        CapturedData child = CapturedPieces.find(call, 2, Part.DATA, 0, true);
        return child == null
                || CapturedPieces.memory(call, TextDetail.DEFAULT, child).i32(0) != 0;
    }

    private static boolean isSingle(Pointee pointee) {
        return pointee.count() instanceof Count.Constant(int number) && number == 1;
    }

    /** A number that the call may replace: {@code [128 => 16]}, or {@code [16]} if it stays; or a child's status. */
    private static void scalar(
            StringBuilder out,
            SyscallCall call,
            TextDetail detail,
            int index,
            String type,
            StructWriter writer,
            CapturedData data) {
        if (isWait(call) && index == 1) {
            WaitStatus.write(out, CapturedPieces.memory(call, detail, data).i32(0));
            return;
        }
        out.append('[');
        writer.write(out, CapturedPieces.memory(call, detail, data));
        boolean moves = type.equals("int") || call.syscall().name().startsWith("sendfile");
        CapturedData after = moves ? CapturedPieces.find(call, index, Part.DATA, 0, true) : null;
        if (after != null && !data.atExit() && after.bytes().length == data.bytes().length) {
            long value = value(call, detail, after);
            if (value != value(call, detail, data)) {
                writer.write(
                        out.append(type.equals("int") ? " => " : "] => ["), CapturedPieces.memory(call, detail, after));
            }
        }
        out.append(']');
    }

    private static long value(SyscallCall call, TextDetail detail, CapturedData data) {
        Memory memory = CapturedPieces.memory(call, detail, data);
        return memory.length() == Integer.BYTES ? memory.i32(0) : memory.i64(0);
    }

    private static boolean isWait(SyscallCall call) {
        return call.syscall().name().equals("wait4") || call.syscall().name().equals("waitpid");
    }

    private static boolean array(
            StringBuilder out, SyscallCall call, TextDetail detail, CapturedData data, int size, StructWriter writer) {
        Memory memory = CapturedPieces.memory(call, detail, data);
        int count = memory.length() / size;
        if (count == 0 && data.cut()) {
            return false;
        }
        out.append('[');
        for (int element = 0; element < count; element++) {
            out.append(element == 0 ? "" : ", ");
            if (element == detail.elements()) {
                out.append("...]");
                return true;
            }
            writer.write(out, memory.part(element * size, size));
        }
        out.append(data.cut() ? ", ...]" : "]");
        return true;
    }
}
