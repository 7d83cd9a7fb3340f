// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import dev.renacer.tracer.descriptor.address.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Folds what differs from run to run in names: {@code /proc/4711/maps} is {@code /proc/#/maps}, and
 * {@code /tmp/build-3f9a0c77d2/x} is {@code /tmp/build-#/x}. Remembers the last names. Not thread-safe.
 */
final class NamePattern {
    private static final int MOST = 4_096;
    /** The first port that Linux gives to a client by itself (ip_local_port_range). */
    private static final int FIRST_EPHEMERAL = 32_768;

    private static final String FOLDED = "#";

    private static final Pattern VARYING = Pattern.compile(
            // A UUID or another run of eight hexadecimal digits, of which one at least is no letter.
            "(?<![0-9A-Za-z])(?=[A-Fa-f-]*[0-9])[0-9A-Fa-f]{8}[0-9A-Fa-f-]*(?![0-9A-Za-z])"
                    // What mkstemp(3) and its like make up: letters of both cases with digits.
                    + "|(?<![0-9A-Za-z])(?=[A-Za-z]*[0-9])(?=[0-9a-z]*[A-Z])(?=[0-9A-Z]*[a-z])[0-9A-Za-z]{6,}(?![0-9A-Za-z])"
                    + "|[0-9]+");

    private final Map<String, String> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST;
        }
    };

    /** The pattern of a path or another name. */
    String of(String name) {
        return known.computeIfAbsent(name, NamePattern::fold);
    }

    static String fold(String name) {
        return VARYING.matcher(name).replaceAll(FOLDED);
    }

    /** That of the other end of a connection: its address, and its port unless that is one that clients are given. */
    String of(SocketAddress peer) {
        return switch (peer) {
            case SocketAddress.Inet inet -> inet.host() + ":" + port(inet.port());
            case SocketAddress.Inet6 inet -> "[" + inet.host() + "]:" + port(inet.port());
            case SocketAddress.Unix unix -> (unix.isPath() ? "" : "@") + of(unix.name());
            case SocketAddress.Netlink _ -> "netlink";
            case SocketAddress.Other _ -> "";
        };
    }

    private static String port(int port) {
        return port >= FIRST_EPHEMERAL ? FOLDED : Integer.toString(port);
    }
}
