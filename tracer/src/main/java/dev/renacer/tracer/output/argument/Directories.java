// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Names;
import dev.renacer.tracer.output.struct.Structs;
import dev.renacer.tracer.syscall.Digits;

/** The entries of a directory, as getdents64(2) and getdents(2) return them. */
final class Directories {
    private static final Names TYPES = Names.of("field_dirent");

    private Directories() {}

    /** Writes how many entries there are behind the address; or the entries, where all of a struct is wanted. */
    static boolean write(StringBuilder out, SyscallCall call, TextDetail detail, int index, boolean old) {
        CapturedData count = CapturedPieces.find(call, index, Part.COUNT, 0, true);
        if (count == null) {
            return false;
        }
        CapturedData entries = CapturedPieces.find(call, index, Part.DATA, 0, true);
        if (entries != null && CapturedPieces.memory(call, detail, entries).verbose()) {
            entries(out, CapturedPieces.memory(call, detail, entries), entries.cut(), old);
            return true;
        }
        Structs.pointer(out, CapturedPieces.address(call, index));
        out.append(" /* ").append(count.cut() ? "at least " : "");
        out.append(CapturedPieces.memory(call, detail, count).u32(0)).append(" entries */");
        return true;
    }

    static void entries(StringBuilder out, Memory memory, boolean cut, boolean old) {
        int word = old ? memory.wordSize() : Long.BYTES;
        int name = 2 * word + Short.BYTES;
        out.append('[');
        int at = 0;
        String separator = "";
        while (at + name < memory.length()) {
            int length = memory.u16(at + 2 * word);
            if (length <= name || at + length > memory.length()) {
                break;
            }
            entry(out.append(separator), memory.part(at, length), old);
            separator = ", ";
            at += length;
        }
        out.append(cut || at < memory.length() ? separator + "...]" : "]");
    }

    private static void entry(StringBuilder out, Memory entry, boolean old) {
        int word = old ? entry.wordSize() : Long.BYTES;
        int behind = 2 * word + Short.BYTES;
        Digits.unsigned(out.append("{d_ino="), old ? entry.word(0) : entry.i64(0));
        out.append(", d_off=");
        if (old) {
            Digits.unsigned(out, entry.word(word));
        } else {
            out.append(entry.i64(Long.BYTES));
        }
        out.append(", d_reclen=").append(entry.length());
        if (old) {
            // The type stands behind the name, in the last byte.
            entry.part(behind, entry.length() - behind - 1).quotedName(out.append(", d_name="));
            TYPES.write(out.append(", d_type="), entry, entry.u8(entry.length() - 1));
        } else {
            TYPES.write(out.append(", d_type="), entry, entry.u8(behind));
            entry.from(behind + 1).quotedName(out.append(", d_name="));
        }
        out.append('}');
    }
}
