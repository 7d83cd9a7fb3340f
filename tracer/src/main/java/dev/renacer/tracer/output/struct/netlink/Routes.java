// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.netlink;

import dev.renacer.tracer.output.struct.Names;

/** What routes have of their own (linux/rtnetlink.h): hops, each with its attributes, and a gateway of another family. */
final class Routes {
    private static final int HOP = 8;
    private static final int VIA = 2;
    private static final Names FAMILIES = Names.of("family");

    private Routes() {}

    /** Writes the hops of a route (struct rtnexthop). */
    static boolean hops(StringBuilder out, Part list, Context context) {
        if (list.length() < HOP) {
            return false;
        }
        boolean several = false;
        int at = 0;
        while (true) {
            Part rest = list.from(at);
            if (!rest.isRead(HOP) || rest.length() < HOP) {
                out.append("...");
                break;
            }
            int claimed = rest.memory().u16(0);
            int length = Math.min(claimed, rest.length());
            if (at == 0 && claimed < list.length()) {
                out.append('[');
                several = true;
            }
            hop(out, rest, length, context);
            long step = AttributeList.aligned(length);
            if (step >= rest.length() || step == 0) {
                break; // one that says it has no bytes would come for ever
            }
            out.append(", ");
            at += (int) step;
        }
        out.append(several ? "]" : "");
        return true;
    }

    private static void hop(StringBuilder out, Part hop, int length, Context context) {
        boolean more = length > HOP;
        Structs.write(out.append(more ? "[" : ""), Tables.struct("rtnexthop"), hop, context);
        if (more) {
            Part attributes = hop.part(HOP, length - HOP);
            AttributeList.write(out.append(", "), attributes, Tables.attributes("route"), context);
            out.append(']');
        }
    }

    /** Writes an address with its family (struct rtvia). */
    static boolean via(StringBuilder out, Part value) {
        if (value.length() < VIA) {
            return false;
        }
        if (!value.isRead(VIA)) {
            out.append("...");
            return true;
        }
        int family = value.memory().u16(0);
        FAMILIES.write(out.append("{rtvia_family="), value.memory(), family);
        if (value.length() > VIA) {
            Sockets.named(out.append(", "), value.from(VIA), family, "rtvia_addr");
        }
        out.append('}');
        return true;
    }
}
