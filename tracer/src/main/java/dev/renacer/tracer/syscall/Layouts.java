// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where the structs of structs.tsv have pointers that are followed, as layouts.tsv has it. */
public final class Layouts {
    /** What a struct has at a place. */
    public enum Kind {
        /** Records of it are of different lengths; a record's own is there. */
        RECORDS,
        /** A pointer to input is there. */
        INPUT,
        /** A pointer to output is there. */
        OUTPUT,
        /** It is not a struct but a pointer to one. */
        POINTERS
    }

    /**
     * A field of a struct.
     *
     * @param offset      in bytes
     * @param countField  the offset of how many it points to
     * @param countWidth  the bytes of that number; 0: one
     * @param type        what it points to, as named in structs.tsv; empty of {@link Kind#RECORDS}
     */
    public record Field(Kind kind, int offset, int countField, int countWidth, String type) {}

    private static final Map<String, List<Field>> WIDE = new HashMap<>();
    private static final Map<String, List<Field>> NARROW = new HashMap<>();

    static {
        for (String[] row : DataTable.rows("layouts.tsv")) {
            WIDE.computeIfAbsent(row[0], name -> new ArrayList<>()).add(field(row, 0));
            NARROW.computeIfAbsent(row[0], name -> new ArrayList<>()).add(field(row, 1));
        }
    }

    private Layouts() {}

    private static Field field(String[] row, int column) {
        return new Field(
                Kind.valueOf(row[1]),
                number(row[2], column),
                number(row[3], column),
                number(row[4], column),
                row[5].equals("-") ? "" : row[5]);
    }

    private static int number(String text, int column) {
        int slash = text.indexOf('/');
        return Integer.parseInt(column == 0 ? text.substring(0, slash) : text.substring(slash + 1));
    }

    /** The fields of a struct, in the order of their elements; empty if nothing in it is followed. */
    static List<Field> of(String type, boolean narrow) {
        return (narrow ? NARROW : WIDE).getOrDefault(type, List.of());
    }
}
