// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.netlink;

import dev.renacer.tracer.output.struct.Names;

/**
 * What a field or an attribute has in it, as netlink.tsv says it: {@code u32}, {@code flags:netlink_iff/4}.
 *
 * @param form   how it is written
 * @param of     what stands behind the colon: a set of names, a struct, a list of tables; empty if nothing does
 * @param size   the bytes of the value, or of an element; 0: as many as there are
 */
record Kind(Form form, String of, int size, Names names) {
    /** How a value is written. */
    enum Form {
        /** Bytes. */
        BYTES,
        /** A number without a sign. */
        U,
        /** A number with a sign. */
        S,
        /** A number in hexadecimal. */
        X,
        /** Likewise, with all digits. */
        PADDED,
        /** A number of as many bytes as there are, in hexadecimal. */
        XINT,
        /** A number in network byte order. */
        BE,
        /** A number with its names. */
        VALUE,
        /** Bits with their names. */
        FLAGS,
        /** A number of 16 bits in network byte order, with its names. */
        NETWORK,
        /** A user or a group. */
        ID,
        /** Ticks of a clock. */
        CLOCK,
        /** A string that ends with a NUL. */
        STRING,
        /** A string that says of which kind something is. */
        NAME,
        /** Likewise of what it is a part of. */
        SLAVE,
        /** The address of hardware. */
        HARDWARE,
        /** An address of the family that the head names. */
        ADDRESS,
        /** An address of AF_INET. */
        INET,
        /** An address of AF_INET6. */
        INET6,
        /** Addresses as of sockets. */
        SOCKETS,
        /** A family and an address of it. */
        VIA,
        /** Two bytes, as numbers. */
        PAIR,
        /** Two numbers that identify a socket. */
        COOKIE,
        /** The ends of a connection. */
        ENDS,
        /** A device. */
        DEVICE,
        /** A struct. */
        STRUCT,
        /** Attributes. */
        NEST,
        /** Hops, each with attributes. */
        HOPS,
        /** Conditions for sockets. */
        CONDITION,
        /** Options of a socket, a bit each. */
        OPTIONS,
        /** Numbers. */
        ARRAY,
        /** Numbers with a sign. */
        SIGNED,
        /** Numbers, each with the name of its place. */
        INDEXED,
        /** Likewise, with a sign. */
        SIGNED_INDEXED,
        /** Words in hexadecimal. */
        WORDS
    }

    /**
     * Reads what the table says.
     *
     * @throws IllegalArgumentException if it cannot be understood: the build is broken
     */
    static Kind parse(String text) {
        int slash = text.indexOf('/');
        int size = slash < 0 ? 0 : Integer.parseInt(text, slash + 1, text.length(), 10);
        String before = slash < 0 ? text : text.substring(0, slash);
        int colon = before.indexOf(':');
        String of = colon < 0 ? "" : before.substring(colon + 1);
        Form form = Form.valueOf(colon < 0 ? before : before.substring(0, colon));
        return new Kind(form, of, size, Names.of(of));
    }

    /** How many bytes there must be. */
    int least() {
        return switch (form) {
            case U, S, X, PADDED, BE, VALUE, FLAGS -> size;
            case NETWORK -> Short.BYTES;
            case ID, INET -> Integer.BYTES;
            case INET6 -> 16;
            default -> 0;
        };
    }
}
