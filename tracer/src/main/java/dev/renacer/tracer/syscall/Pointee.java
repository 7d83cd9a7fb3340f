// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    /** The type of a set of nodes of memory, whose count is one of bits, too. */
    public static final String NODES = "nodes";
    /** The type of a set of bits, whose count is one of bits. */
    public static final String FD_SET = "fd_set";

    private static final Pattern TOKEN =
            Pattern.compile("(?<direction><>|[<>!])(?<type>[a-z]\\w*)(?:#(?<argument>\\d)|(?<result>=)(?<most>\\d)?"
                    + "|\\*(?<pointed>\\d)|\\[(?<constant>\\d+)\\])?");
    private static final Map<String, Integer> SIZES = new HashMap<>();

    static {
        for (String[] row : DataTable.rows("structs.tsv")) {
            for (Column column : Column.values()) {
                String size = row[column.number];
                if (!size.equals("-")) {
                    SIZES.put(key(row[0], column), Integer.valueOf(size));
                }
            }
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
        Matcher token = TOKEN.matcher(text);
        if (!token.matches()) {
            throw new IllegalStateException("signatures.tsv: '" + text + "' does not say what an argument points to");
        }
        Direction direction = switch (token.group("direction")) {
            case "<" -> Direction.IN;
            case ">" -> Direction.OUT;
            case "!" -> Direction.INTERRUPTED;
            default -> Direction.IN_OUT;
        };
        return new Pointee(direction, token.group("type"), count(token));
    }

    private static Count count(Matcher token) {
        return number(token, "argument")
                .<Count>map(Count.Argument::new)
                .or(() -> number(token, "pointed").map(Count.PointedTo::new))
                .or(() -> number(token, "constant").map(Count.Constant::new))
                .or(() -> number(token, "most").map(Count.BoundedResult::new))
                .or(() -> Optional.ofNullable(token.group("result")).map(sign -> new Count.Result()))
                .orElseGet(() -> new Count.Constant(1));
    }

    private static Optional<Integer> number(Matcher token, String group) {
        return Optional.ofNullable(token.group(group)).map(Integer::valueOf);
    }

    /**
     * The bytes of one in this call; of {@link #STRINGS} those of a pointer.
     *
     * @throws IllegalStateException if structs.tsv does not say so: the build is broken
     */
    public int size(Syscall call) {
        String name = type.equals(STRINGS) ? "pointer" : type;
        Integer size = SIZES.get(key(name, Column.of(call)));
        if (size == null) {
            throw new IllegalStateException(
                    "structs.tsv has no size of '%s' for %s of %s".formatted(name, call.name(), call.abi()));
        }
        return size;
    }

    private static String key(String name, Column column) {
        return name + "@" + column;
    }
}
