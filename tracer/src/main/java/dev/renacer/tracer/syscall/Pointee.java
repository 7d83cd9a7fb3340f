// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an argument points to, as signatures.tsv has it. Immutable.
 *
 * @param direction  when there is something to be read
 * @param type       its name in structs.tsv, or {@link #STRINGS}, or {@link #POINTERS}
 * @param count      how many of them
 * @param before     how many more stand before those; {@link #WORD}: as many as a word has bytes
 * @param condition  without which there is nothing; empty: there is none
 */
public record Pointee(Direction direction, String type, Count count, int before, Optional<Condition> condition) {
    /** In {@link #before}: as many as a word has bytes. */
    public static final int WORD = -1;

    /** The type of an array of pointers to strings, ended by NULL. */
    public static final String STRINGS = "strings";
    /** The type of such an array whose strings are wanted only if everything is shown: the environment. */
    public static final String POINTERS = "pointers";
    /** The type of data that a program transfers; the unit is a byte. */
    public static final String BYTES = "bytes";
    /** The type of such data that a socket transfers: they may be netlink messages. */
    public static final String PACKET = "packet";
    /** The type of a set of bits, whose count is one of bits. */
    public static final String FD_SET = "fd_set";

    /** The type of a set of NUMA nodes, likewise. */
    public static final String NODE_MASK = "nodemask";
    /** The type of a message of msgsnd(2): a word, and data that a program transfers behind it; the unit is a byte. */
    public static final String MSGBUF = "msgbuf";

    /** By type, the sizes in the columns of structs.tsv; -1: it has none there. */
    private static final Map<String, int[]> SIZES = new HashMap<>();

    static {
        for (String[] row : DataTable.rows("structs.tsv")) {
            int[] sizes = new int[Column.values().length];
            for (Column column : Column.values()) {
                String size = row[column.number];
                sizes[column.number - 1] = size.equals("-") ? -1 : Integer.parseInt(size);
            }
            SIZES.put(row[0], sizes);
        }
    }

    /** The columns of structs.tsv behind the name. */
    enum Column {
        X86_64(1),
        X32(2),
        I386(3),
        AARCH64(4);

        final int number;

        Column(int number) {
            this.number = number;
        }

        static Column of(Syscall call) {
            return switch (call.abi()) {
                case X86_64 -> call.isNarrow() ? X32 : X86_64;
                case I386 -> I386;
                case AARCH64 -> AARCH64;
            };
        }
    }

    /** When a call reads or writes where an argument points. */
    public enum Direction {
        /** It reads: what is there when the call is made. */
        IN,
        /** It writes, unless it fails. */
        OUT,
        /** It reads, and then writes unless it fails. */
        IN_OUT,
        /** It writes if a signal interrupts it. */
        INTERRUPTED,
        /** It writes if its result is greater than 0. */
        OUT_IF_POSITIVE,
        /** It writes where this leads, which is read even if it fails. */
        OUT_ALWAYS,
        /** It reads, and then writes even if it fails. */
        IN_OUT_ALWAYS
    }

    /**
     * What holds of an argument.
     *
     * @param bits   whether it has any of the value's bits, not that it is the value
     */
    public record Condition(int argument, int value, boolean bits) {}

    public Pointee(Direction direction, String type, Count count) {
        this(direction, type, count, 0, Optional.empty());
    }

    /** How many there are. */
    public sealed interface Count {
        /** Always so many. */
        record Constant(int number) implements Count {}

        /** As many as this argument says. */
        record Argument(int index) implements Count {}

        /** As many as the result says. */
        record Result() implements Count {}

        /** As many as the result says, but at most as many as this argument says. */
        record BoundedResult(int index) implements Count {}

        /** As many as the 32-bit number says that this argument points to. */
        record PointedTo(int index) implements Count {}

        /** As many as the 32-bit number says that stands at this byte of it. */
        record Field(int offset) implements Count {}
    }

    /**
     * The bytes of one in this call; of {@link #STRINGS} and {@link #POINTERS} those of a pointer.
     *
     * @throws IllegalStateException if structs.tsv does not say so: the build is broken
     */
    public int size(Syscall call) {
        return size(type.equals(STRINGS) || type.equals(POINTERS) ? "pointer" : type, call);
    }

    /** Whether it is bytes without a layout that structs.tsv knows: one of them is a byte. */
    public boolean isBytes() {
        int[] sizes = SIZES.get(type);
        return sizes != null && sizes[Column.X86_64.number - 1] == 1;
    }

    /** Whether it has data in it that a socket transfers, which may be netlink messages. */
    public boolean isPacket() {
        return switch (type) {
            case PACKET, "msghdr", "mmsghdr" -> true;
            default -> false;
        };
    }

    /** How many more of them stand before those that are counted. */
    public int before(Syscall call) {
        return before == WORD ? call.isNarrow() ? Integer.BYTES : Long.BYTES : before;
    }

    /** The pointers in it that are followed, and its records' length. */
    public List<Layouts.Field> elements(Syscall call) {
        return Layouts.of(type, call.isNarrow());
    }

    /** The bytes of one of the structs that are pointed to. */
    public static int size(String name, Syscall call) {
        int[] sizes = SIZES.get(name);
        int size = sizes == null ? -1 : sizes[Column.of(call).number - 1];
        if (size < 0) {
            throw new IllegalStateException(
                    "structs.tsv has no size of '%s' for %s of %s".formatted(name, call.name(), call.abi()));
        }
        return size;
    }
}
