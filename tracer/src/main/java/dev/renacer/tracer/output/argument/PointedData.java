// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.output.notation.Quoted;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.struct.ExchangeWriter;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Scalars;
import dev.renacer.tracer.output.struct.SocketAddresses;
import dev.renacer.tracer.output.struct.StructWriter;
import dev.renacer.tracer.output.struct.Structs;
import dev.renacer.tracer.output.struct.SystemV;
import dev.renacer.tracer.output.struct.Times;
import dev.renacer.tracer.output.struct.WaitStatus;
import dev.renacer.tracer.output.struct.device.DeviceStructs;
import dev.renacer.tracer.syscall.Pointee;
import dev.renacer.tracer.syscall.Pointee.Count;
import dev.renacer.tracer.syscall.Pointee.Direction;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes what an argument points to, as far as it was read: by the type that signatures.tsv gives it. What a call
 * writes is only there if it succeeded, and what could not be read is not there at all; then nothing is written, and
 * the argument is its address.
 */
public final class PointedData {
    private static final int CAPABILITY_VERSION_1 = 0x19980330;
    private static final int MOUNT_ATTR_BYTES = 32;

    private PointedData() {}

    /** The types that have a writer of their own, or are written in a way of their own. */
    static boolean knows(String type) {
        return writer(type) != null
                || DeviceStructs.exchange(type) != null
                || switch (type) {
                    case "bytes", "path", "strings", "pointers", "iovec", "msghdr", "mmsghdr", "sockaddr", "value" ->
                        true;
                    case "dirent", "dirent64", "sigset_argpack", "sock_fprog", "msgbuf", "file_handle", "nodemask" ->
                        true;
                    case "iocb_pointer", "sigframe", "sigframe_aarch64", "sigframe_i386" -> true;
                    case "binary", "key_data", "key_text" -> true;
                    default -> false;
                };
    }

    /**
     * Writes what an argument points to.
     *
     * @return false if there is nothing to be written in place of the address
     */
    public static boolean write(StringBuilder out, SyscallCall call, TextDetail detail, int index) {
        Pointee pointee = call.syscall().pointee(index, call.args()).orElse(null);
        if (pointee == null || call.data().isEmpty()) {
            return false;
        }
        if (call.args()[index] == 0 && !isWithoutAddress(pointee.type())) {
            return false;
        }
        return switch (pointee.type()) {
            case Pointee.STRINGS -> Messages.strings(out, call, detail, index);
            case Pointee.POINTERS -> environment(out, call, detail, index);
            case "iovec" -> Messages.vector(out, call, detail, index, pointee.direction() == Direction.OUT_ALWAYS);
            case "msghdr" -> Messages.message(out, call, detail, index, pointee.direction() == Direction.IN_OUT);
            case "mmsghdr" -> Messages.messages(out, call, detail, index, pointee.direction() == Direction.OUT);
            case Pointee.BYTES -> bytes(out, call, detail, index, pointee);
            case "path" -> path(out, call, detail, index, pointee);
            case "value" -> SocketOptions.write(out, call, detail, index, pointee.direction() == Direction.OUT);
            case "sockaddr" -> address(out, call, detail, index, pointee);
            case "dirent", "dirent64" ->
                Directories.write(out, call, detail, index, pointee.type().equals("dirent"));
            case "sigset_argpack" -> Nested.signals(out, call, detail, index);
            case "sock_fprog" -> Nested.filter(out, call, detail, index);
            case "msgbuf" -> Nested.message(out, call, detail, index, pointee.direction() == Direction.OUT);
            case "file_handle" -> Nested.handle(out, call, detail, index);
            case "nodemask" -> Nested.nodes(out, call, detail, index, pointee);
            case "iocb_pointer" -> Nested.requests(out, call, detail, index);
            case "sigframe", "sigframe_aarch64", "sigframe_i386" -> Nested.frame(out, call, detail, index);
            case "msqid", "semid", "shmid" -> systemV(out, call, detail, index, pointee);
            case "binary", "key_data", "key_text" -> data(out, call, detail, index, pointee);
            case "clone_args" -> Nested.cloned(out, call, detail, index);
            default -> structs(out, call, detail, index, pointee);
        };
    }

    /** Its strings if they were to be read, or how many there are. */
    private static boolean environment(StringBuilder out, SyscallCall call, TextDetail detail, int index) {
        return Messages.strings(out, call, detail, index) || Messages.pointers(out, call, detail, index);
    }

    /** Whether the call says something where an argument points when it returns. */
    public static boolean isResult(SyscallCall call, int index) {
        return call.syscall()
                .pointee(index, call.args())
                .filter(pointee -> pointee.direction() != Direction.IN)
                .filter(pointee -> switch (pointee.type()) {
                    case "loff" -> false; // an offset is shown as it was
                    case "sockaddr" -> call.args()[index] != 0;
                    case "int" -> call.args()[index] != 0 || pointee.direction() != Direction.IN_OUT;
                    default -> true;
                })
                .isPresent();
    }

    /** Whether what the call writes to is shown as it was before: then the rest stands behind the result. */
    public static boolean isShownAtEntry(SyscallCall call, int index) {
        return call.syscall()
                .pointee(index, call.args())
                .filter(pointee -> pointee.direction() == Direction.IN_OUT)
                .filter(pointee -> switch (pointee.type()) {
                    case "pollfd", "clone_args", Pointee.FD_SET -> true;
                    // The time left is only said behind the result; that is select's.
                    case "timeval", "timespec", "timespec64" -> true;
                    default -> false;
                })
                .isPresent();
    }

    /** What is not where the argument points, or is told of even if that is nowhere. */
    private static boolean isWithoutAddress(String type) {
        return switch (type) {
            case "sigframe", "sigframe_aarch64", "sigframe_i386", "dirent", "dirent64" -> true;
            default -> false;
        };
    }

    private static boolean bytes(StringBuilder out, SyscallCall call, TextDetail detail, int index, Pointee pointee) {
        CapturedData data = find(call, index, pointee);
        // Where there is no room, nothing is written, whatever the result says.
        if (data == null || (data.cut() && data.bytes().length == 0) || isSizeAsked(call, pointee)) {
            return false;
        }
        if (isTextWithNul(call, data)) {
            detail.limited(out, Arrays.copyOf(data.bytes(), data.bytes().length - 1), false);
        } else if (call.syscall().name().equals("getrandom")) {
            detail.inHex().limited(out, data.bytes(), data.cut());
        } else {
            detail.limited(out, data.bytes(), data.cut());
        }
        return true;
    }

    /** Bytes that have a notation of their own: those of keys are not more than there was room for. */
    private static boolean data(StringBuilder out, SyscallCall call, TextDetail detail, int index, Pointee pointee) {
        CapturedData data = find(call, index, pointee);
        if (data == null) {
            return false;
        }
        if (pointee.type().equals("binary")) {
            Quoted.hexadecimal(out, data.bytes(), 0, data.bytes().length);
            out.append(data.cut() ? "..." : "");
            return true;
        }
        boolean room = data.bytes().length < Math.min(call.result(), call.args()[3]);
        if (pointee.type().equals("key_text")) {
            memory(call, detail, data).quotedName(out);
        } else {
            Quoted.write(out, data.bytes());
        }
        out.append(room ? "..." : "");
        return true;
    }

    /** The value of an extended attribute may be a string, whose NUL is not written. */
    private static boolean isTextWithNul(SyscallCall call, CapturedData data) {
        String name = call.syscall().name();
        int length = data.bytes().length;
        return name.endsWith("xattr")
                && !name.endsWith("listxattr")
                && !data.cut()
                && length > 0
                && data.bytes()[length - 1] == 0;
    }

    /** Whether a call was not to write, but to say how much there would be. */
    private static boolean isSizeAsked(SyscallCall call, Pointee pointee) {
        return pointee.count() instanceof Count.BoundedResult(int size)
                && call.args()[size] == 0
                && call.syscall().name().endsWith("xattr");
    }

    /** A path is written as a whole, whatever is written of other strings. */
    private static boolean path(StringBuilder out, SyscallCall call, TextDetail detail, int index, Pointee pointee) {
        CapturedData data = find(call, index, pointee);
        if (data == null) {
            return false;
        }
        memory(call, detail, data).quotedName(out);
        out.append(data.cut() ? "..." : "");
        return true;
    }

    private static boolean systemV(StringBuilder out, SyscallCall call, TextDetail detail, int index, Pointee pointee) {
        if (pointee.direction() != Direction.IN) {
            return structs(out, call, detail, index, pointee);
        }
        CapturedData data = find(call, index, pointee);
        if (data == null || data.cut()) {
            return false;
        }
        SystemV.set(out, memory(call, detail, data), pointee.type());
        return true;
    }

    private static boolean address(StringBuilder out, SyscallCall call, TextDetail detail, int index, Pointee pointee) {
        CapturedData data = find(call, index, pointee);
        if (data == null || !SocketAddresses.isAddress(memory(call, detail, data))) {
            return false;
        }
        SocketAddresses.write(out, memory(call, detail, data));
        return true;
    }

    private static boolean structs(StringBuilder out, SyscallCall call, TextDetail detail, int index, Pointee pointee) {
        if (pointee.direction() == Direction.IN_OUT && exchange(out, call, detail, index, pointee)) {
            return true;
        }
        StructWriter writer = writer(pointee.type());
        CapturedData data = find(call, index, pointee);
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
            writer.write(out, memory(call, detail, data).part(0, most(call, pointee)));
            return true;
        }
        if (isSingle(pointee)) {
            if (data.bytes().length < size || data.cut()) {
                return false;
            }
            if (Scalars.isScalar(pointee.type())) {
                scalar(out, call, detail, index, pointee.type(), writer, data);
            } else {
                writer.write(out, memory(call, detail, data));
            }
            return true;
        }
        return array(out, call, detail, data, size, fileTimes(writer, pointee));
    }

    private static @Nullable StructWriter writer(String type) {
        StructWriter writer = Structs.writer(type);
        return writer != null ? writer : DeviceStructs.writer(type);
    }

    /** Writes a struct by what it was before the call and after it, if there is such a writer and all bytes are there. */
    private static boolean exchange(
            StringBuilder out, SyscallCall call, TextDetail detail, int index, Pointee pointee) {
        ExchangeWriter writer = DeviceStructs.exchange(pointee.type());
        CapturedData before = writer == null ? null : find(call, index, Part.DATA, 0, false);
        int size = pointee.size(call.syscall());
        if (writer == null || before == null || before.bytes().length < size) {
            return false;
        }
        CapturedData after = find(call, index, Part.DATA, 0, true);
        Memory answer = after == null || after.bytes().length < size ? null : memory(call, detail, after);
        writer.write(out, memory(call, detail, before), answer);
        return true;
    }

    /** Writes one struct of which all bytes are there. */
    static void struct(StringBuilder out, SyscallCall call, TextDetail detail, String type, CapturedData data) {
        struct(out, type, memory(call, detail, data));
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
        CapturedData header = find(call, 0, Part.DATA, 0, false);
        boolean first =
                header != null && memory(call, TextDetail.DEFAULT, header).i32(0) == CAPABILITY_VERSION_1;
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
        CapturedData child = find(call, 2, Part.DATA, 0, true);
        return child == null || memory(call, TextDetail.DEFAULT, child).i32(0) != 0;
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
            WaitStatus.write(out, memory(call, detail, data).i32(0));
            return;
        }
        out.append('[');
        writer.write(out, memory(call, detail, data));
        boolean moves = type.equals("int") || call.syscall().name().startsWith("sendfile");
        CapturedData after = moves ? find(call, index, Part.DATA, 0, true) : null;
        if (after != null && !data.atExit() && after.bytes().length == data.bytes().length) {
            long value = value(call, detail, after);
            if (value != value(call, detail, data)) {
                writer.write(out.append(type.equals("int") ? " => " : "] => ["), memory(call, detail, after));
            }
        }
        out.append(']');
    }

    private static long value(SyscallCall call, TextDetail detail, CapturedData data) {
        Memory memory = memory(call, detail, data);
        return memory.length() == Integer.BYTES ? memory.i32(0) : memory.i64(0);
    }

    private static boolean isWait(SyscallCall call) {
        return call.syscall().name().equals("wait4") || call.syscall().name().equals("waitpid");
    }

    private static boolean array(
            StringBuilder out, SyscallCall call, TextDetail detail, CapturedData data, int size, StructWriter writer) {
        Memory memory = memory(call, detail, data);
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

    /** What is to be shown of an argument's own data; null if there is nothing. */
    static @Nullable CapturedData find(SyscallCall call, int index, Pointee pointee) {
        return switch (pointee.direction()) {
            case IN -> find(call, index, Part.DATA, 0, false);
            case OUT, INTERRUPTED, OUT_ALWAYS -> find(call, index, Part.DATA, 0, true);
            case OUT_IF_POSITIVE -> call.result() > 0 ? find(call, index, Part.DATA, 0, true) : null;
            case IN_OUT, IN_OUT_ALWAYS -> {
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

    /** Where an argument points. */
    static long address(SyscallCall call, int index) {
        return call.syscall()
                .parameters()
                .get(index)
                .kind()
                .bits(call.args()[index], call.syscall().isNarrow());
    }

    /** The bytes of a piece. */
    static Memory memory(SyscallCall call, TextDetail detail, CapturedData data) {
        return new Memory(
                data.bytes(),
                0,
                data.bytes().length,
                call.syscall().abi(),
                call.syscall().isNarrow(),
                detail);
    }
}
