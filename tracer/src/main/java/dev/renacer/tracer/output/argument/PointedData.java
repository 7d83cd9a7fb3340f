// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.notation.Quoted;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.struct.SocketAddresses;
import dev.renacer.tracer.output.struct.SystemV;
import dev.renacer.tracer.output.struct.device.DeviceStructs;
import dev.renacer.tracer.syscall.Pointee;
import dev.renacer.tracer.syscall.Pointee.Count;
import dev.renacer.tracer.syscall.Pointee.Direction;
import java.util.Arrays;

/**
 * Writes what an argument points to, as far as it was read: by the type that signatures.tsv gives it. What a call
 * writes is only there if it succeeded, and what could not be read is not there at all; then nothing is written, and
 * the argument is its address.
 */
public final class PointedData {

    /** Of x86: only there the pages of mincore(2) are written. */
    private static final int PAGE_SHIFT = 12;

    private PointedData() {}

    /** The types that have a writer of their own, or are written in a way of their own. */
    static boolean knows(String type) {
        return PointedStructs.writer(type) != null
                || DeviceStructs.exchange(type) != null
                || switch (type) {
                    case "bytes",
                            "packet",
                            "path",
                            "strings",
                            "pointers",
                            "iovec",
                            "msghdr",
                            "mmsghdr",
                            "sockaddr",
                            "value",
                            "option_filter" -> true;
                    case "dirent", "dirent64", "sigset_argpack", "sock_fprog", "msgbuf", "file_handle", "nodemask" ->
                        true;
                    case "iocb_pointer", "sigframe", "sigframe_aarch64", "sigframe_i386" -> true;
                    case "binary", "key_data", "key_text" -> true;
                    case "bpf_attr", "bpf_load", "bpf_pin", "bpf_tracepoint", "pages" -> true;
                    // Only ever written as the arguments of the call that is made through socketcall(2).
                    case "socketcall_address", "socketcall_sendto" -> true;
                    default -> false;
                };
    }

    /**
     * Writes what an argument points to.
     *
     * @param names  knows what the descriptor of the call is
     * @return false if there is nothing to be written in place of the address
     */
    public static boolean write(StringBuilder out, SyscallCall call, TextDetail detail, int index, NameWriter names) {
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
            case "msghdr" -> Messages.message(out, call, detail, index, pointee.direction() == Direction.IN_OUT, names);
            case "mmsghdr" -> Messages.messages(out, call, detail, index, pointee.direction() == Direction.OUT, names);
            case Pointee.BYTES -> bytes(out, call, detail, index, pointee);
            case Pointee.PACKET ->
                Packets.write(out, call, detail, index, CapturedPieces.find(call, index, pointee), names)
                        || bytes(out, call, detail, index, pointee);
            case "path" -> path(out, call, detail, index, pointee);
            case "value", "option_filter" ->
                SocketOptions.write(out, call, detail, index, pointee.direction() == Direction.OUT);
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
            case "bpf_attr", "bpf_load", "bpf_pin", "bpf_tracepoint" -> BpfAttributes.write(out, call, detail, index);
            case "pages" -> pages(out, call, detail, index);
            case "clone_args" -> Nested.cloned(out, call, detail, index);
            default -> PointedStructs.write(out, call, detail, index, pointee);
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
        CapturedData data = CapturedPieces.find(call, index, pointee);
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
        CapturedData data = CapturedPieces.find(call, index, pointee);
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
            CapturedPieces.memory(call, detail, data).quotedName(out);
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
        CapturedData data = CapturedPieces.find(call, index, pointee);
        if (data == null) {
            return false;
        }
        CapturedPieces.memory(call, detail, data).quotedName(out);
        out.append(data.cut() ? "..." : "");
        return true;
    }

    /** Which pages are in memory (mincore): the lowest bit of a byte for each. */
    private static boolean pages(StringBuilder out, SyscallCall call, TextDetail detail, int index) {
        CapturedData data = CapturedPieces.find(call, index, Part.DATA, 0, true);
        long length = call.args()[1];
        long count = (length >>> PAGE_SHIFT) + ((length & ((1 << PAGE_SHIFT) - 1)) == 0 ? 0 : 1);
        if (data == null || (data.bytes().length == 0 && count > 0)) {
            return false;
        }
        out.append('[');
        for (int page = 0; page < count; page++) {
            out.append(page == 0 ? "" : ", ");
            if (page == detail.elements() || page == data.bytes().length) {
                out.append("...");
                break;
            }
            out.append(data.bytes()[page] & 1);
        }
        out.append(']');
        return true;
    }

    private static boolean systemV(StringBuilder out, SyscallCall call, TextDetail detail, int index, Pointee pointee) {
        if (pointee.direction() != Direction.IN) {
            return PointedStructs.write(out, call, detail, index, pointee);
        }
        CapturedData data = CapturedPieces.find(call, index, pointee);
        if (data == null || data.cut()) {
            return false;
        }
        SystemV.set(out, CapturedPieces.memory(call, detail, data), pointee.type());
        return true;
    }

    private static boolean address(StringBuilder out, SyscallCall call, TextDetail detail, int index, Pointee pointee) {
        CapturedData data = CapturedPieces.find(call, index, pointee);
        if (data == null || !SocketAddresses.isAddress(CapturedPieces.memory(call, detail, data))) {
            return false;
        }
        SocketAddresses.write(out, CapturedPieces.memory(call, detail, data));
        return true;
    }
}
