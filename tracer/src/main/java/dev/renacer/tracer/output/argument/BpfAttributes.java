// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.output.notation.Quoted;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Names;
import dev.renacer.tracer.output.struct.Structs;
import dev.renacer.tracer.syscall.DataTable;
import dev.renacer.tracer.syscall.Digits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What bpf(2) takes, by its command: fields as bpf.tsv lists them, as many as the program gives. */
final class BpfAttributes {
    private static final int SIZE = 2;
    private static final int NAME_BYTES = 16;
    private static final int MAP_FLAGS = 16;
    private static final int NUMA_NODE = 4;
    private static final int PAGE = 4096;

    /** How a field is written. */
    private enum Kind {
        U(4),
        U64(8),
        X(4),
        FD(4),
        VALUE(4),
        VALUE64(8),
        FLAGS(4),
        FLAGS64(8),
        ADDRESS(8),
        /** A string that its address leads to. */
        TEXT(8),
        /** Likewise, written as a whole. */
        PATH(8),
        /** Likewise, of which only the address is known. */
        LOG(8),
        NAME(NAME_BYTES),
        VERSION(4),
        /** A node, if the flags say that one is given. */
        NODE(4);

        private final int size;

        Kind(int size) {
            this.size = size;
        }
    }

    /**
     * A field.
     *
     * @param around   the struct in which it is; empty: none
     * @param always   whether it is there however few bytes the program gives
     * @param changes  whether the call may change it
     */
    private record Field(
            int offset, String around, String name, Kind kind, boolean always, boolean changes, Names names) {
        static Field of(String[] row) {
            int dot = row[2].indexOf('.');
            boolean changes = row[3].endsWith("~");
            String kind = changes ? row[3].substring(0, row[3].length() - 1) : row[3];
            boolean always = kind.endsWith("!");
            return new Field(
                    Integer.parseInt(row[1]),
                    dot < 0 ? "" : row[2].substring(0, dot),
                    row[2].substring(dot + 1),
                    Kind.valueOf(always ? kind.substring(0, kind.length() - 1) : kind),
                    always,
                    changes,
                    Names.of(row[4]));
        }
    }

    /** By command. */
    private static final Map<Integer, List<Field>> COMMANDS = new HashMap<>();

    static {
        for (String[] row : DataTable.rows(BpfAttributes.class, "bpf.tsv")) {
            int command = Integer.parseInt(row[0]);
            if (row[1].startsWith("=")) {
                COMMANDS.put(command, COMMANDS.getOrDefault(Integer.parseInt(row[1].substring(1)), List.of()));
            } else {
                COMMANDS.computeIfAbsent(command, _ -> new ArrayList<>()).add(Field.of(row));
            }
        }
    }

    private BpfAttributes() {}

    /** Writes the fields of a command; false if it has none, or they could not be read. */
    static boolean write(StringBuilder out, SyscallCall call, TextDetail detail, int index) {
        List<Field> fields = COMMANDS.getOrDefault((int) call.args()[0], List.of());
        CapturedData before = CapturedPieces.find(call, index, Part.DATA, 0, false);
        long size = call.args()[SIZE] & 0xffff_ffffL;
        if (fields.isEmpty() || before == null || size == 0 || size > PAGE) {
            return false;
        }
        Memory given = CapturedPieces.memory(call, detail, before).part(0, (int) size);
        Field last = fields.getLast();
        int known = last.offset() + last.kind().size;
        if (given.length() < Math.min(size, known)) {
            return false; // not all of what is known of it could be read
        }
        CapturedData after = CapturedPieces.find(call, index, Part.DATA, 0, true);
        Memory answer = after == null || after.bytes().length < given.length()
                ? given
                : CapturedPieces.memory(call, detail, after);
        String around = fields.getFirst().around();
        out.append('{').append(around.isEmpty() ? "" : around + "={");
        int begin = out.length();
        for (Field field : fields) {
            boolean there = field.always() || size > field.offset();
            if (there && (field.kind() != Kind.NODE || (given.i32(MAP_FLAGS) & NUMA_NODE) != 0)) {
                out.append(out.length() > begin ? ", " : "");
                field(out, call, detail, index, field, given);
                if (field.changes() && answer.i32(field.offset()) != given.i32(field.offset())) {
                    out.append(" => ").append(answer.u32(field.offset()));
                }
            }
        }
        out.append(around.isEmpty() ? "" : "}");
        rest(out, given, size, known);
        out.append('}');
        return true;
    }

    /** What a newer kernel may know more of, if it is not all zeros or was not read. */
    private static void rest(StringBuilder out, Memory given, long size, int known) {
        boolean more = size > given.length();
        for (int at = known; at < given.length() && !more; at++) {
            more = given.u8(at) != 0;
        }
        if (!more) {
            return;
        }
        if (!given.verbose() || size > given.length()) {
            out.append(", ...");
            return;
        }
        Quoted.hexadecimal(out.append(", extra_data="), given.bytes(), given.start() + known, given.length() - known);
        out.append(" /* bytes ")
                .append(known)
                .append("..")
                .append(given.length() - 1)
                .append(" */");
    }

    private static void field(
            StringBuilder out, SyscallCall call, TextDetail detail, int index, Field field, Memory memory) {
        int at = field.offset();
        out.append(field.name()).append('=');
        switch (field.kind()) {
            case U -> out.append(memory.u32(at));
            case U64 -> Digits.unsigned(out, memory.i64(at));
            case X -> Digits.hex(out, memory.u32(at));
            case FD -> out.append(memory.i32(at));
            case VALUE, FLAGS -> field.names().write(out, memory, memory.u32(at));
            case VALUE64, FLAGS64 -> field.names().write(out, memory, memory.i64(at));
            case ADDRESS, LOG -> Structs.pointer(out, memory.i64(at));
            case TEXT, PATH -> {
                CapturedData read = CapturedPieces.find(call, index, Part.ELEMENT, 0, false);
                text(out, memory.i64(at), detail, field.kind() == Kind.PATH, read);
            }
            case NAME -> name(out, memory.part(at, NAME_BYTES));
            case VERSION -> version(out, memory.u32(at));
            case NODE -> {
                out.append(memory.u32(at));
                out.append(memory.i32(at) == -1 ? " /* NUMA_NO_NODE */" : "");
            }
        }
    }

    private static void text(
            StringBuilder out, long address, TextDetail detail, boolean all, @Nullable CapturedData read) {
        if (read == null || address == 0) {
            Structs.pointer(out, address);
            return;
        }
        byte[] bytes = read.bytes();
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        if (length == bytes.length && length == 0) {
            Structs.pointer(out, address);
        } else if (all) {
            detail.whole(out, bytes, 0, length);
            out.append(length == bytes.length ? "..." : "");
        } else {
            detail.limited(out, bytes, 0, length, length == bytes.length);
        }
    }

    /** A name in a field that ends with a NUL; without one it is cut. */
    private static void name(StringBuilder out, Memory field) {
        int length = field.stringLength(0);
        Quoted.write(out, field.bytes(), field.start(), Math.min(length, NAME_BYTES - 1));
        out.append(length == NAME_BYTES ? "..." : "");
    }

    private static void version(StringBuilder out, long version) {
        out.append("KERNEL_VERSION(").append(version >>> 16).append(", ");
        out.append(version >>> 8 & 0xff).append(", ").append(version & 0xff).append(')');
    }
}
