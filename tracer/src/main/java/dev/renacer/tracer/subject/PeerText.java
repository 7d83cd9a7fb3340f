// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.subject;

import dev.renacer.tracer.subject.PeerPattern.InvalidException;
import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what people write for a peer. */
final class PeerText {
    private static final int LAST_PORT = 65_535;
    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;
    /** In front of an IPv4 address that is mapped (RFC 4291, 2.5.5.2). */
    private static final int MAPPING_BITS = 96;

    /** Groups of the patterns. */
    private static final String FOUR = "four";

    private static final String SIX = "six";
    private static final String MAPPED = "mapped";
    private static final String PREFIX = "prefix";
    private static final String PORT = "port";

    /** A number that began with a 0 would be octal to some readers. */
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    private static final String IPV4 = OCTET + "(\\." + OCTET + "){3}";
    private static final String NUMBER = "[1-9][0-9]{0,4}";
    private static final Pattern INTERNET =
            Pattern.compile("((?<four>" + IPV4 + ")|\\[(?<six>[0-9A-Fa-f:]{2,39})]|\\[::[Ff]{4}:" + "(?<mapped>" + IPV4
                    + ")])(?<prefix>/(0|[1-9][0-9]{0,2}))?(:(?<port>" + NUMBER + "))?");
    private static final Pattern ANY_HOST = Pattern.compile(":(" + NUMBER + ")");

    private PeerText() {}

    static PeerPattern parse(String text) throws InvalidException {
        if (text.length() > 1 && (text.startsWith("/") || text.startsWith("@"))) {
            boolean isPath = text.startsWith("/");
            return new PeerPattern.Local(isPath ? text : text.substring(1), isPath);
        }
        Matcher alone = ANY_HOST.matcher(text);
        if (alone.matches()) {
            return new PeerPattern.Internet(new byte[0], 0, port(text, alone.group(1)));
        }
        Matcher parts = INTERNET.matcher(text);
        if (!parts.matches() || (parts.group(MAPPED) != null && parts.group(PREFIX) != null)) {
            throw new InvalidException("'" + text + "' is no peer: " + PeerPattern.FORMS);
        }
        return internet(text, parts);
    }

    private static PeerPattern internet(String text, Matcher parts) throws InvalidException {
        String six = parts.group(SIX);
        String four = parts.group(FOUR) == null ? parts.group(MAPPED) : parts.group(FOUR);
        byte[] address = address(text, six == null ? four : six);
        int most = six == null ? IPV4_BITS : IPV6_BITS;
        String prefix = parts.group(PREFIX);
        int bits = prefix == null ? most : Integer.parseInt(prefix.substring(1));
        if (bits > most) {
            throw new InvalidException("'" + text + "' has a prefix of " + bits + " bits; such an address has " + most);
        }
        int port = parts.group(PORT) == null ? PeerPattern.ANY_PORT : port(text, parts.group(PORT));
        boolean isMapped = six != null && address.length == IPV4_BITS / Byte.SIZE;
        if (!isMapped) {
            return new PeerPattern.Internet(address, bits, port);
        }
        return bits < MAPPING_BITS
                ? new PeerPattern.Internet(mapping(address), bits, port)
                : new PeerPattern.Internet(address, bits - MAPPING_BITS, port);
    }

    /** Of an IPv6 address that maps an IPv4 address these are the four bytes of the latter. */
    private static byte[] address(String text, String host) throws InvalidException {
        try {
            return InetAddress.ofLiteral(host).getAddress();
        } catch (IllegalArgumentException e) {
            throw new InvalidException("'" + text + "' has an address that is none: " + PeerPattern.FORMS);
        }
    }

    private static byte[] mapping(byte[] four) {
        byte[] six = new byte[IPV6_BITS / Byte.SIZE];
        six[10] = (byte) 0xff;
        six[11] = (byte) 0xff;
        System.arraycopy(four, 0, six, MAPPING_BITS / Byte.SIZE, four.length);
        return six;
    }

    private static int port(String text, String digits) throws InvalidException {
        int port = Integer.parseInt(digits);
        if (port > LAST_PORT) {
            throw new InvalidException("'" + text + "' has a port that does not exist: the last is " + LAST_PORT);
        }
        return port;
    }
}
