// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.netlink;

import dev.renacer.tracer.output.struct.netlink.Tables.Attributes;

/**
 * Attributes one behind the other (struct nlattr of linux/netlink.h), which may have others in them. Each step goes on by at
 * least a head, whatever lengths the program gives, so that it ends.
 */
final class AttributeList {
    private static final int HEAD = 4;
    private static final int NESTED = 0x8000;
    private static final int NETWORK_ORDER = 0x4000;

    private AttributeList() {}

    /** How long something is with its padding. */
    static long aligned(long length) {
        return (length + 3) & ~3L;
    }

    /** Writes all of them, by their table. */
    static void write(StringBuilder out, Part list, Attributes table, Context context) {
        boolean several = false;
        int at = 0;
        for (int number = 0; ; number++) {
            Part rest = list.from(at);
            if (rest.length() < HEAD) {
                rest.hexadecimal(out);
                break;
            }
            if (!rest.isRead(HEAD) || number == rest.memory().most()) {
                out.append("...");
                break;
            }
            int length = rest.memory().u16(0);
            boolean last = length < HEAD || aligned(length) >= rest.length();
            if (!last && !several) {
                out.append('[');
                several = true;
            }
            one(out, rest.part(0, length), rest, table, context);
            if (last) {
                break;
            }
            out.append(", ");
            at += (int) aligned(length);
        }
        out.append(several ? "]" : "");
    }

    /** Writes one; the head is written whatever its length says. */
    private static void one(StringBuilder out, Part whole, Part head, Attributes table, Context context) {
        boolean hasValue = whole.length() > HEAD;
        int type = head.memory().u16(2);
        out.append(hasValue ? "[{nla_len=" : "{nla_len=")
                .append(head.memory().u16(0))
                .append(", nla_type=");
        out.append((type & NESTED) != 0 ? "NLA_F_NESTED|" : "");
        out.append((type & NETWORK_ORDER) != 0 ? "NLA_F_NET_BYTEORDER|" : "");
        int number = type & ~(NESTED | NETWORK_ORDER);
        table.name(out, number);
        out.append('}');
        if (hasValue) {
            value(out.append(", "), table.kind(number), whole.from(HEAD), context);
            out.append(']');
        }
    }

    private static void value(StringBuilder out, Kind kind, Part value, Context context) {
        int begin = out.length();
        if (!Values.write(out, kind, value, context)) {
            out.setLength(begin);
            value.hexadecimal(out);
        }
    }
}
