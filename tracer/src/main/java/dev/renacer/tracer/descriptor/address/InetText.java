// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor.address;

/** Internet addresses as text. */
public final class InetText {
    private static final int GROUPS = 8;

    private InetText() {}

    /** The IPv4 address at this place. */
    public static String four(byte[] bytes, int at) {
        return (bytes[at] & 0xff) + "." + (bytes[at + 1] & 0xff) + "." + (bytes[at + 2] & 0xff) + "."
                + (bytes[at + 3] & 0xff);
    }

    /** The IPv6 address at this place, in the form of RFC 5952: that of inet_ntop(3). */
    public static String six(byte[] bytes, int at) {
        int[] groups = new int[GROUPS];
        for (int index = 0; index < GROUPS; index++) {
            groups[index] = (bytes[at + 2 * index] & 0xff) << 8 | (bytes[at + 2 * index + 1] & 0xff);
        }
        int start = -1;
        int length = 1; // one group alone is not shortened
        for (int index = 0; index < GROUPS; index++) {
            int run = zeros(groups, index);
            if (run > length) {
                start = index;
                length = run;
            }
        }
        if (start == 0 && (length == 6 || (length == 5 && groups[5] == 0xffff))) {
            String mapped = four(bytes, at + 12);
            return length == 5 ? "::ffff:" + mapped : "::" + mapped;
        }
        StringBuilder out = new StringBuilder();
        for (int index = 0; index < GROUPS; index++) {
            if (index == start) {
                out.append("::");
                index += length - 1;
            } else {
                out.append(out.isEmpty() || out.charAt(out.length() - 1) == ':' ? "" : ":");
                out.append(Integer.toHexString(groups[index]));
            }
        }
        return out.toString();
    }

    private static int zeros(int[] groups, int from) {
        int index = from;
        while (index < GROUPS && groups[index] == 0) {
            index++;
        }
        return index - from;
    }
}
