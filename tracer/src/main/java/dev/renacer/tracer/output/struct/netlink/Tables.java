// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.netlink;

import dev.renacer.tracer.syscall.DataTable;
import dev.renacer.tracer.syscall.Digits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What netlink.tsv says: read when the first message is written. */
final class Tables {
    /**
     * A kind of messages.
     *
     * @param protocol    of the socket (NETLINK_*)
     * @param first       the first type of message (nlmsg_type)
     * @param last        the last one
     * @param family      of which it is, by its first byte; -1: whatever that is
     * @param asks        whether it is one that is sent (NLM_F_REQUEST); null: whichever it is
     * @param head        the struct that it begins with
     * @param attributes  the table of the attributes behind that; null: none are known
     */
    record Message(
            int protocol,
            int first,
            int last,
            int family,
            @Nullable Boolean asks,
            Struct head,
            @Nullable Attributes attributes) {}

    /**
     * A struct.
     *
     * @param size   the bytes of all of it
     * @param sizes  also possible: those that older kernels have
     */
    record Struct(int size, List<Integer> sizes, List<Field> fields) {}

    /** A field of a struct. */
    record Field(int offset, String name, Kind kind) {}

    /** An attribute. */
    record Attribute(String name, Kind kind) {}

    /** Attributes by their numbers. */
    static final class Attributes {
        private static final Kind BYTES = Kind.parse("BYTES");

        private final Map<Integer, Attribute> byNumber = new HashMap<>();
        private String unknown = "";

        /** What is in an attribute of this number. */
        Kind kind(int number) {
            Attribute known = byNumber.get(number);
            return known == null ? BYTES : known.kind();
        }

        /** Writes the name of a number. */
        void name(StringBuilder out, int number) {
            Attribute known = byNumber.get(number);
            if (known != null) {
                out.append(known.name());
                return;
            }
            Digits.hex(out, number);
            if (!unknown.isEmpty()) {
                out.append(" /* ").append(unknown).append(" */");
            }
        }
    }

    private static final Map<String, Struct> STRUCTS = new HashMap<>();
    private static final Map<String, Attributes> ATTRIBUTES = new HashMap<>();
    private static final List<Message> MESSAGES = new ArrayList<>();
    /** Of attributes that nothing is known of. */
    static final Attributes NONE = new Attributes();

    static {
        for (String[] row : DataTable.rows(Tables.class, "netlink.tsv")) {
            switch (row[0]) {
                case "struct" -> STRUCTS.put(row[1], sized(row[2]));
                case "field" ->
                    struct(row[1]).fields().add(new Field(Integer.parseInt(row[2]), row[3], Kind.parse(row[4])));
                case "attribute" -> attribute(row);
                case "message" -> MESSAGES.add(message(row));
                default -> throw new IllegalStateException("netlink.tsv: there is no '" + row[0] + "'");
            }
        }
    }

    private Tables() {}

    private static Struct sized(String sizes) {
        List<Integer> all = new ArrayList<>();
        for (String size : sizes.split(",", -1)) {
            all.add(Integer.parseInt(size));
        }
        return new Struct(all.getFirst(), all.subList(1, all.size()), new ArrayList<>());
    }

    private static void attribute(String[] row) {
        Attributes table = ATTRIBUTES.computeIfAbsent(row[1], _ -> new Attributes());
        if (row[2].equals("?")) {
            table.unknown = row.length > 3 ? row[3] : "";
        } else {
            table.byNumber.put(Integer.parseInt(row[2]), new Attribute(row[3], Kind.parse(row[4])));
        }
    }

    private static Message message(String[] row) {
        return new Message(
                Integer.parseInt(row[1]),
                Integer.parseInt(row[2]),
                Integer.parseInt(row[3]),
                row[4].equals("*") ? -1 : Integer.parseInt(row[4]),
                switch (row[5]) {
                    case "request" -> true;
                    case "answer" -> false;
                    default -> null;
                },
                struct(row[6]),
                row[7].equals("-") ? null : attributes(row[7]));
    }

    /** The messages of a protocol with this type that begin so; null if none are known. */
    static @Nullable Message message(int protocol, int type, int family, boolean asks) {
        for (Message message : MESSAGES) {
            if (message.protocol() == protocol
                    && type >= message.first()
                    && type <= message.last()
                    && (message.family() < 0 || message.family() == family)
                    && (message.asks() == null || message.asks() == asks)) {
                return message;
            }
        }
        return null;
    }

    /**
     * The struct of this name.
     *
     * @throws IllegalStateException if there is none: the build is broken
     */
    static Struct struct(String name) {
        Struct known = STRUCTS.get(name);
        if (known == null) {
            throw new IllegalStateException("netlink.tsv has no struct '" + name + "'");
        }
        return known;
    }

    /**
     * The attributes of this name.
     *
     * @throws IllegalStateException if there are none: the build is broken
     */
    static Attributes attributes(String name) {
        Attributes known = ATTRIBUTES.get(name);
        if (known == null) {
            throw new IllegalStateException("netlink.tsv has no attributes '" + name + "'");
        }
        return known;
    }
}
