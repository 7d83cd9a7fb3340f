// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.output.notation.Quoted;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.struct.Filters;
import dev.renacer.tracer.output.struct.Kernel;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Structs;
import dev.renacer.tracer.syscall.Digits;
import dev.renacer.tracer.syscall.Pointee;
import dev.renacer.tracer.syscall.Pointee.Count;
import org.jspecify.annotations.Nullable;

/** Structs with pointers in them, and what those point to. */
final class Nested {
    private static final int SIGNAL_BYTES = 8;
    private static final long PIDFD = 0x1000;
    private static final long PARENT_SETTID = 0x100000;
    /** The bytes of the struct when clone3(2) came. */
    private static final int FIRST_CLONE_ARGUMENTS = 64;

    private static final int HANDLE_HEAD = 8;
    private static final int MOST_OF_HANDLE = 128;
    private static final int EOVERFLOW = 75;
    private static final int PIDFD_ELEMENT = 0;
    private static final int PARENT_ELEMENT = 1;

    private Nested() {}

    /** Writes the last argument of pselect6(2): a set of signals, by its address and size. */
    static boolean signals(StringBuilder out, SyscallCall call, TextDetail detail, int index) {
        Memory pack = whole(call, detail, index);
        if (pack == null) {
            return false;
        }
        int word = pack.wordSize();
        long size = pack.word(word);
        out.append("{sigmask=");
        CapturedData mask = CapturedPieces.find(call, index, Part.ELEMENT, 0, false);
        // A set of another size the kernel does not take.
        boolean whole = mask != null && !mask.cut() && size > 0 && size <= SIGNAL_BYTES && size % word == 0;
        if (mask != null && whole) {
            PointedStructs.struct(out, call, detail, "sigset", mask);
        } else {
            Structs.pointer(out, pack.word(0));
        }
        Digits.unsigned(out.append(", sigsetsize="), size);
        out.append('}');
        return true;
    }

    /** Writes a program of a filter; its instructions where all of a struct is wanted. */
    static boolean filter(StringBuilder out, SyscallCall call, TextDetail detail, int index) {
        Memory program = whole(call, detail, index);
        if (program == null) {
            return false;
        }
        instructions(out, call, detail, index, program);
        return true;
    }

    /** Writes a struct sock_fprog and, if all is to be shown, the instructions that it points to. */
    static void instructions(StringBuilder out, SyscallCall call, TextDetail detail, int index, Memory program) {
        int length = program.u16(0);
        out.append("{len=").append(length).append(", filter=");
        long address = program.word(program.wordSize());
        CapturedData code = CapturedPieces.find(call, index, Part.ELEMENT, 0, false);
        if (code == null || !program.verbose() || (code.bytes().length < Filters.SIZE && length > 0)) {
            Structs.pointer(out, address);
        } else {
            boolean sandbox = !call.syscall().name().equals("setsockopt");
            Filters.write(out, CapturedPieces.memory(call, detail, code), code.cut(), address, sandbox);
        }
        out.append('}');
    }

    /** Writes what clone3(2) is given and, behind that, what it returned where its fields point. */
    static boolean cloned(StringBuilder out, SyscallCall call, TextDetail detail, int index) {
        Memory given = whole(call, detail, index);
        long size = call.args()[1];
        if (given == null || size < FIRST_CLONE_ARGUMENTS) {
            return false;
        }
        PointedStructs.struct(out, "clone_args", given.part(0, (int) Math.min(size, given.length())));
        long flags = given.i64(0);
        int begin = out.length();
        out.append(" => {");
        int empty = out.length();
        returned(out, call, detail, index, (flags & PIDFD) != 0, PIDFD_ELEMENT, "pidfd=");
        if (out.length() > empty && (flags & PARENT_SETTID) != 0) {
            out.append(", ");
        }
        returned(out, call, detail, index, (flags & PARENT_SETTID) != 0, PARENT_ELEMENT, "parent_tid=");
        if (out.length() == empty) {
            out.setLength(begin);
        } else {
            out.append('}');
        }
        return true;
    }

    private static void returned(
            StringBuilder out,
            SyscallCall call,
            TextDetail detail,
            int index,
            boolean wanted,
            int element,
            String name) {
        CapturedData value = wanted ? CapturedPieces.find(call, index, Part.ELEMENT, element, true) : null;
        if (value != null && value.bytes().length == Integer.BYTES) {
            out.append(name).append('[');
            out.append(CapturedPieces.memory(call, detail, value).i32(0)).append(']');
        }
    }

    /** Writes a message of msgsnd(2): its type and its text. */
    static boolean message(StringBuilder out, SyscallCall call, TextDetail detail, int index, boolean atExit) {
        CapturedData data = CapturedPieces.find(call, index, Part.DATA, 0, atExit);
        if (data == null) {
            return false;
        }
        Memory message = CapturedPieces.memory(call, detail, data);
        int word = message.wordSize();
        if (message.length() < word) {
            return false;
        }
        out.append("{mtype=").append(message.signedWord(0)).append(", mtext=");
        Quoted.write(out, data.bytes(), word, message.length() - word);
        out.append(data.cut() ? "...}" : "}");
        return true;
    }

    /** Writes a file handle; of one that is asked for, how much room there is and how much was needed. */
    static boolean handle(StringBuilder out, SyscallCall call, TextDetail detail, int index) {
        CapturedData before = CapturedPieces.find(call, index, Part.DATA, 0, false);
        if (before == null || before.bytes().length < HANDLE_HEAD) {
            return false;
        }
        boolean asks = call.syscall().name().equals("name_to_handle_at");
        CapturedData after = asks ? CapturedPieces.find(call, index, Part.DATA, 0, true) : before;
        long room = CapturedPieces.memory(call, detail, before).u32(0);
        out.append("{handle_bytes=").append(room);
        boolean told = after != null
                && after.bytes().length >= HANDLE_HEAD
                && (call.outcome() == Outcome.RETURNED || call.errno() == EOVERFLOW || !asks);
        if (after != null && told) {
            Memory handle = CapturedPieces.memory(call, detail, after);
            if (handle.u32(0) != room) {
                out.append(" => ").append(handle.u32(0));
            }
            if (call.outcome() == Outcome.RETURNED || !asks) {
                out.append(", handle_type=").append(handle.i32(4)).append(", f_handle=");
                int length = Math.min(handle.length() - HANDLE_HEAD, MOST_OF_HANDLE);
                Quoted.hexadecimal(out, after.bytes(), HANDLE_HEAD, length);
                out.append(handle.u32(0) > length ? "..." : "");
            }
        }
        out.append('}');
        return true;
    }

    /** Writes a set of nodes, of whose bits the last one does not count. */
    static boolean nodes(StringBuilder out, SyscallCall call, TextDetail detail, int index, Pointee pointee) {
        CapturedData data = CapturedPieces.find(call, index, pointee);
        if (data == null || !(pointee.count() instanceof Count.Argument(int length))) {
            return false;
        }
        Memory memory = CapturedPieces.memory(call, detail, data);
        long count = call.syscall().parameters().get(length).kind().bits(call.args()[length], memory.narrow());
        long bytes =
                count == 0 ? 0 : (count - 2 + 8L * memory.wordSize()) / (8L * memory.wordSize()) * memory.wordSize();
        if ((bytes == 0 && count != 0) || bytes > memory.length()) {
            return false;
        }
        Kernel.nodes(out, memory.part(0, (int) bytes));
        return true;
    }

    /** Writes the requests that an array of pointers leads to. */
    static boolean requests(StringBuilder out, SyscallCall call, TextDetail detail, int index) {
        CapturedData vector = CapturedPieces.find(call, index, Part.VECTOR, 0, false);
        if (vector == null) {
            return false;
        }
        Memory pointers = CapturedPieces.memory(call, detail, vector);
        int word = pointers.wordSize();
        int count = pointers.length() / word;
        out.append('[');
        for (int element = 0; element < count; element++) {
            out.append(element == 0 ? "" : ", ");
            if (element == pointers.most()) {
                out.append("...]");
                return true;
            }
            CapturedData request = CapturedPieces.find(call, index, Part.ELEMENT, element, false);
            if (request != null && !request.cut()) {
                PointedStructs.struct(out, call, detail, "iocb", request);
            } else {
                Structs.pointer(out, pointers.word(element * word));
            }
        }
        out.append(vector.cut() ? ", ...]" : "]");
        return true;
    }

    /** Writes the set of signals that a handler's end puts back. */
    static boolean frame(StringBuilder out, SyscallCall call, TextDetail detail, int index) {
        CapturedData set = CapturedPieces.find(call, index, Part.DATA, 0, false);
        if (set == null || set.cut()) {
            return false;
        }
        PointedStructs.struct(out.append("{mask="), call, detail, "sigset", set);
        out.append('}');
        return true;
    }

    /** The struct that an argument points to, as it was when the call was made; null if not all of it could be read. */
    private static @Nullable Memory whole(SyscallCall call, TextDetail detail, int index) {
        CapturedData data = CapturedPieces.find(call, index, Part.DATA, 0, false);
        return data == null || data.cut() ? null : CapturedPieces.memory(call, detail, data);
    }
}
