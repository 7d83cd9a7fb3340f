// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names of the values of one kind of argument, a set of constants.tsv: {@code O_RDWR|O_CLOEXEC} for 0x80002. For any thread;
 * writing creates no garbage, since it is on the hot path of the outputs.
 */
public final class ConstantNames {
    /** Names nothing. */
    public static final ConstantNames NONE = new ConstantNames(List.of());

    private static final String UNKNOWN = "?";
    private static final String SHIFTED = "<<";
    private static final String OCTAL = "octal";
    private static final String DECIMAL = "decimal";

    /** One row: it names an argument whose bits under the mask are the value; a mask of 0 stands for all bits. */
    private record Constant(String name, long value, long mask) {
        boolean isWhole() {
            return mask == 0;
        }

        /** Whether it is one value of a field of bits, which may be zero. */
        boolean isField() {
            return mask != value;
        }
    }

    /** A field whose values are numbers, written last: {@code 21<<MAP_HUGE_SHIFT}, {@code 0644}, {@code 5}. */
    private record NumberField(String name, String notation, long mask) {}

    /** What the fields below are made of when a value is first written; null once they are. */
    private volatile @Nullable List<String[]> unread;

    private Constant[] constants = {};
    /** The values, in ascending order, if each is that of a whole argument; empty otherwise. */
    private long[] values = {};

    private NumberField[] numbers = {};
    /** What is said of a field without a name, in the same order as its mask. */
    private String[] fieldLabels = {};

    private long[] fields = {};
    private String label = "";
    /** Whether the last of the names is that of a whole value, and so what remains is a value without a name. */
    private boolean whole;

    /** The set of these rows, each without the name of the set; constants.tsv says what they mean. */
    ConstantNames(List<String[]> rows) {
        unread = rows.isEmpty() ? null : rows;
    }

    /** Most sets are never asked, by a trace of a program. */
    private void read() {
        if (unread != null) {
            readNow();
        }
    }

    private synchronized void readNow() {
        List<String[]> rows = unread;
        if (rows == null) {
            return; // another thread has
        }
        List<Constant> named = new ArrayList<>();
        List<NumberField> counted = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        List<Long> masks = new ArrayList<>();
        String unknown = "";
        for (String[] row : rows) {
            String text = row[0];
            int slash = text.indexOf('/');
            if (text.equals(UNKNOWN)) {
                unknown = row[1];
            } else if (text.startsWith(UNKNOWN)) {
                labels.add(row[1]);
                masks.add(mask(text));
            } else if (text.startsWith(SHIFTED) || text.startsWith(OCTAL) || text.startsWith(DECIMAL)) {
                counted.add(new NumberField(row[1], text.substring(0, slash), mask(text)));
            } else if (text.startsWith("=")) {
                named.add(new Constant(row[1], Long.decode(text.substring(1)), 0));
            } else if (slash >= 0) {
                named.add(new Constant(row[1], Long.decode(text.substring(0, slash)), mask(text)));
            } else {
                named.add(new Constant(row[1], Long.decode(text), Long.decode(text)));
            }
        }
        // Sorted, so that a long list of commands is not gone through for each call.
        boolean listed = counted.isEmpty() && masks.isEmpty() && areWholeValues(named);
        if (listed) {
            named.sort(new ByValue());
        }
        values = new long[listed ? named.size() : 0];
        for (int index = 0; index < values.length; index++) {
            values[index] = named.get(index).value();
        }
        constants = named.toArray(Constant[]::new);
        numbers = counted.toArray(NumberField[]::new);
        fieldLabels = labels.toArray(String[]::new);
        fields = new long[masks.size()];
        for (int index = 0; index < fields.length; index++) {
            fields[index] = masks.get(index);
        }
        label = unknown;
        whole = !named.isEmpty() && named.getLast().isWhole();
        unread = null;
    }

    private static boolean areWholeValues(List<Constant> named) {
        for (Constant constant : named) {
            if (!constant.isWhole() || constant.value() < 0) {
                return false;
            }
        }
        return true;
    }

    private static final class ByValue implements Comparator<Constant> {
        @Override
        public int compare(Constant one, Constant other) {
            return Long.compare(one.value(), other.value());
        }
    }

    private static long mask(String text) {
        return Long.decode(text.substring(text.indexOf('/') + 1));
    }

    /** The names. */
    List<String> names() {
        read();
        return List.of(constants).stream().map(Constant::name).toList();
    }

    /** The value of a name: the bits it stands for. */
    long value(String name) {
        read();
        return List.of(constants).stream()
                .filter(constant -> constant.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }

    /**
     * Writes a value as names, followed by a number for the bits without a name.
     *
     * @param value  the bits of the argument, all others zero
     * @param width  the bits an argument of that kind has
     * @return false if no name fits, and the set does not say how such a value is written; nothing is written then
     */
    public boolean write(StringBuilder out, long value, long width) {
        read();
        int start = out.length();
        if (values.length > 0) {
            int at = Arrays.binarySearch(values, value);
            if (at >= 0) {
                out.append(constants[at].name());
                return true;
            }
            return finish(out, start, value, value, false);
        }
        long rest = value;
        for (NumberField number : numbers) {
            rest &= ~number.mask();
        }
        long candidates = rest;
        boolean flags = false;
        for (Constant constant : constants) {
            if (constant.isWhole()) {
                if (rest == (constant.value() & width)) {
                    separate(out, start).append(constant.name());
                    return true;
                }
                continue;
            }
            // A field may be zero, so it is looked for in the whole value; a bit only if no earlier name has taken it.
            long where = constant.isField() ? candidates : rest;
            if ((where & constant.mask()) == constant.value()) {
                separate(out, start).append(constant.name());
                rest &= ~constant.mask();
                flags |= !constant.isField();
            }
        }
        rest = fields(out, start, rest);
        return finish(out, start, value, rest, flags);
    }

    /** Writes the fields that none of the names fits, in front of the names. */
    private long fields(StringBuilder out, int start, long rest) {
        long left = rest;
        for (int index = 0; index < fields.length; index++) {
            long field = left & fields[index];
            if (field != 0) {
                boolean behind = out.length() > start;
                StringBuilder text = new StringBuilder();
                Digits.hex(text, field);
                out.insert(start, comment(text, fieldLabels[index]).append(behind ? "|" : ""));
                left &= ~fields[index];
            }
        }
        return left;
    }

    private boolean finish(StringBuilder out, int start, long value, long rest, boolean flags) {
        if (rest != 0) {
            if (out.length() == start && label.isEmpty() && numbers.length == 0) {
                return false;
            }
            Digits.hex(separate(out, start), rest);
            if ((whole || !flags) && !label.isEmpty()) {
                comment(out, label);
            }
        } else if (out.length() == start && numbers.length == 0) {
            if (label.isEmpty() || value != 0) {
                return false;
            }
            out.append('0');
            if (whole) {
                comment(out, label);
            }
        }
        for (NumberField number : numbers) {
            number(out, start, number, value & number.mask());
        }
        if (out.length() == start) {
            out.append('0');
        }
        return true;
    }

    private static void number(StringBuilder out, int start, NumberField number, long field) {
        if (number.notation().equals(OCTAL)) {
            separate(out, start);
            Digits.mode(out, field);
        } else if (field != 0) {
            int shift = Long.numberOfTrailingZeros(number.mask());
            separate(out, start).append(field >>> shift);
            if (!number.notation().equals(DECIMAL)) {
                out.append(SHIFTED).append(number.name());
            }
        }
    }

    private static StringBuilder separate(StringBuilder out, int start) {
        return out.length() > start ? out.append('|') : out;
    }

    private static StringBuilder comment(StringBuilder out, String text) {
        return out.append(" /* ").append(text).append(" */");
    }
}
