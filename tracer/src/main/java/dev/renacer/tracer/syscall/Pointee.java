// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.HashMap;
import java.util.Map;

/**
 * What an argument points to, as signatures.tsv has it. Immutable.
 *
 * @param direction  when there is something to be read
 * @param type       its name in structs.tsv, or {@link #STRINGS}
 * @param count      how many of them
 */
public record Pointee(Direction direction, String type, Count count) {
    /** The type of an array of pointers to strings, ended by NULL. */
    public static final String STRINGS = "strings";
    /** The type of data that a program transfers; the unit is a byte. */
    public static final String BYTES = "bytes";
    /** The type of a set of bits, whose count is one of bits. */
    public static final String FD_SET = "fd_set";

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
        INTERRUPTED
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
    }

    /**
     * Reads the part of an argument in signatures.tsv that stands behind its kind.
     *
     * @throws IllegalStateException if it cannot be understood: the build is broken
     */
    static Pointee parse(String text) {
        int from = text.startsWith("<>") ? 2 : 1;
        Direction direction = switch (text.substring(0, from)) {
            case "<" -> Direction.IN;
            case ">" -> Direction.OUT;
            case "!" -> Direction.INTERRUPTED;
            case "<>" -> Direction.IN_OUT;
            default -> throw unclear(text);
        };
        int to = from;
        while (to < text.length() && isOfType(text.charAt(to), to == from)) {
            to++;
        }
        if (to == from) {
            throw unclear(text);
        }
        return new Pointee(direction, text.substring(from, to), count(text, to));
    }

    private static boolean isOfType(char letter, boolean first) {
        return (letter >= 'a' && letter <= 'z')
                || (!first && (letter == '_' || (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z')));
    }

    /** Reads what stands behind the type: nothing, {@code #N}, {@code =}, {@code =N}, {@code *N} or {@code [N]}. */
    private static Count count(String text, int at) {
        if (at == text.length()) {
            return new Count.Constant(1);
        }
        String number = text.substring(at + 1);
        return switch (text.charAt(at)) {
            case '#' -> new Count.Argument(digit(text, number));
            case '*' -> new Count.PointedTo(digit(text, number));
            case '=' -> number.isEmpty() ? new Count.Result() : new Count.BoundedResult(digit(text, number));
            case '[' -> {
                if (!number.endsWith("]") || number.length() < 2) {
                    throw unclear(text);
                }
                yield new Count.Constant(Integer.parseUnsignedInt(number, 0, number.length() - 1, 10));
            }
            default -> throw unclear(text);
        };
    }

    private static int digit(String text, String number) {
        if (number.length() != 1 || number.charAt(0) < '0' || number.charAt(0) > '9') {
            throw unclear(text);
        }
        return number.charAt(0) - '0';
    }

    private static IllegalStateException unclear(String text) {
        return new IllegalStateException("signatures.tsv: '" + text + "' does not say what an argument points to");
    }

    /**
     * The bytes of one in this call; of {@link #STRINGS} those of a pointer.
     *
     * @throws IllegalStateException if structs.tsv does not say so: the build is broken
     */
    public int size(Syscall call) {
        String name = type.equals(STRINGS) ? "pointer" : type;
        int[] sizes = SIZES.get(name);
        int size = sizes == null ? -1 : sizes[Column.of(call).number - 1];
        if (size < 0) {
            throw new IllegalStateException(
                    "structs.tsv has no size of '%s' for %s of %s".formatted(name, call.name(), call.abi()));
        }
        return size;
    }
}
