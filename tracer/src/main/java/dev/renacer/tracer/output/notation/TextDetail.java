// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.notation;

import dev.renacer.tracer.CapturedData;

/**
 * How much is written of what arguments point to, and how strings are. Immutable.
 *
 * @param limit    how many bytes of a string or buffer are written, and how many elements of an array unless all are;
 *     paths are always whole
 * @param verbose  whether structs have all their fields, arrays all elements, and an exec its environment (-v)
 * @param hex      which strings are written in hexadecimal
 * @param names    writes what descriptors are whose numbers are written
 */
public record TextDetail(int limit, boolean verbose, Hex hex, NumberNames names) {
    /** What strace writes unless asked for more or less. */
    public static final TextDetail DEFAULT = new TextDetail(32, false, Hex.NEVER);

    /** Which strings are written in hexadecimal, byte by byte. */
    public enum Hex {
        /** None. */
        NEVER,
        /** Those with a byte that is neither printable nor white space in ASCII (-x). */
        UNPRINTABLE,
        /** All (-xx). */
        ALWAYS
    }

    public TextDetail {
        if (limit < 0) {
            throw new IllegalArgumentException("limit is " + limit + ", must be at least 0");
        }
    }

    /** One that does not say what descriptors are. */
    public TextDetail(int limit, boolean verbose, Hex hex) {
        this(limit, verbose, hex, NumberNames.NONE);
    }

    /** The same with all strings in hexadecimal. */
    public TextDetail inHex() {
        return new TextDetail(limit, verbose, Hex.ALWAYS, names);
    }

    /** The same with what descriptors are. */
    public TextDetail naming(NumberNames by) {
        return new TextDetail(limit, verbose, hex, by);
    }

    /** Writes the number of a descriptor, and what that is. */
    public void descriptor(StringBuilder out, int number) {
        names.write(out.append(number), number);
    }

    /** How many elements of an array are written. */
    public int elements() {
        return verbose ? Integer.MAX_VALUE : limit;
    }

    /** Writes all of these bytes as a string. */
    public void whole(StringBuilder out, byte[] bytes, int start, int length) {
        boolean inHex = switch (hex) {
            case NEVER -> false;
            case UNPRINTABLE -> Quoted.isUnprintable(bytes, start, length);
            case ALWAYS -> true;
        };
        if (inHex) {
            Quoted.hexadecimal(out, bytes, start, length);
        } else {
            Quoted.write(out, bytes, start, length);
        }
    }

    /** Likewise of this piece. */
    public void whole(StringBuilder out, CapturedData piece) {
        if (hex == Hex.NEVER && piece.isPlain()) {
            out.append('"').append(piece.text()).append('"');
        } else {
            whole(out, piece.bytes(), 0, piece.bytes().length);
        }
    }

    /**
     * Writes these bytes as a string, as far as the limit allows, and an ellipsis behind it if that is not all.
     *
     * @param cut  whether there are more bytes than these
     */
    public void limited(StringBuilder out, byte[] bytes, int start, int length, boolean cut) {
        whole(out, bytes, start, Math.min(length, limit));
        out.append(cut || length > limit ? "..." : "");
    }

    /** As {@link #limited(StringBuilder, byte[], int, int, boolean)}, all bytes. */
    public void limited(StringBuilder out, byte[] bytes, boolean cut) {
        limited(out, bytes, 0, bytes.length, cut);
    }
}
