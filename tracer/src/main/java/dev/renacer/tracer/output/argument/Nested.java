// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.struct.Filters;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Structs;
import dev.renacer.tracer.syscall.Digits;
import org.jspecify.annotations.Nullable;

/** Structs with pointers in them, and what those point to. */
final class Nested {
    private static final int SIGNAL_BYTES = 8;
    private static final long PIDFD = 0x1000;
    private static final long PARENT_SETTID = 0x100000;
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
        CapturedData mask = PointedData.find(call, index, Part.ELEMENT, 0, false);
        // A set of another size the kernel does not take.
        boolean whole = mask != null && !mask.cut() && size > 0 && size <= SIGNAL_BYTES && size % word == 0;
        if (mask != null && whole) {
            PointedData.struct(out, call, detail, "sigset", mask);
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
        int length = program.u16(0);
        out.append("{len=").append(length).append(", filter=");
        long address = program.word(program.wordSize());
        CapturedData code = PointedData.find(call, index, Part.ELEMENT, 0, false);
        if (code == null || !program.verbose() || (code.bytes().length < Filters.SIZE && length > 0)) {
            Structs.pointer(out, address);
        } else {
            boolean sandbox = !call.syscall().name().equals("setsockopt");
            Filters.write(out, PointedData.memory(call, detail, code), code.cut(), address, sandbox);
        }
        out.append('}');
        return true;
    }

    /** Writes what clone3(2) is given and, behind that, what it returned where its fields point. */
    static boolean cloned(StringBuilder out, SyscallCall call, TextDetail detail, int index) {
        Memory given = whole(call, detail, index);
        if (given == null) {
            return false;
        }
        PointedData.struct(out, "clone_args", given);
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
        CapturedData value = wanted ? PointedData.find(call, index, Part.ELEMENT, element, true) : null;
        if (value != null && value.bytes().length == Integer.BYTES) {
            out.append(name).append('[');
            out.append(PointedData.memory(call, detail, value).i32(0)).append(']');
        }
    }

    /** The struct that an argument points to, as it was when the call was made; null if not all of it could be read. */
    private static @Nullable Memory whole(SyscallCall call, TextDetail detail, int index) {
        CapturedData data = PointedData.find(call, index, Part.DATA, 0, false);
        return data == null || data.cut() ? null : PointedData.memory(call, detail, data);
    }
}
