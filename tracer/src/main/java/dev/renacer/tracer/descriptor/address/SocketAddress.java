// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor.address;

import dev.renacer.capture.ByteText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/** The address of a socket: a struct sockaddr as the kernel and programs lay it out. Immutable. */
public sealed interface SocketAddress {
    /** IPv4 (ip(7)). */
    record Inet(String host, int port) implements SocketAddress {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * IPv6 (ipv6(7)).
     *
     * @param host   in the form of RFC 5952
     * @param port   as a number
     * @param flow   sin6_flowinfo, in the host's byte order
     * @param scope  sin6_scope_id: the interface of a link-local address; 0: none
     */
    record Inet6(String host, int port, int flow, int scope) implements SocketAddress {
        @Override
        public String toString() {
            return "[" + host + "]:" + port;
        }
    }

    /**
     * A socket of this machine (unix(7)).
     *
     * @param name      path, or name in the abstract namespace without the leading NUL; {@link ByteText}
     * @param isPath    whether it is a path
     */
    record Unix(String name, boolean isPath) implements SocketAddress {
        /** As strace writes it. */
        @Override
        public String toString() {
            return (isPath ? "\"" : "@\"") + ByteText.shown(name).replace("\"", "\\\"") + '"';
        }
    }

    /** Netlink (netlink(7)). */
    record Netlink(int port, int groups) implements SocketAddress {
        @Override
        public String toString() {
            return Integer.toUnsignedString(port);
        }
    }

    /**
     * One that is not named here, or a socket of this machine without a name.
     *
     * @param family  AF_*
     */
    record Other(int family) implements SocketAddress {
        @Override
        public String toString() {
            return "family " + family;
        }
    }

    /** Reads a struct sockaddr; empty if it is cut before the end of what its family has. */
    static Optional<SocketAddress> parse(byte[] bytes) {
        if (bytes.length < Short.BYTES) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN); // that of both processors
        int family = in.getShort() & 0xffff;
        return switch (family) {
            case SocketProtocol.AF_INET -> bytes.length < 8 ? Optional.empty() : Optional.of(inet(bytes));
            case SocketProtocol.AF_INET6 -> bytes.length < 24 ? Optional.empty() : Optional.of(inet6(bytes));
            case SocketProtocol.AF_UNIX -> Optional.of(unix(bytes));
            case 16 -> bytes.length < 12 ? Optional.empty() : Optional.of(new Netlink(in.getInt(4), in.getInt(8)));
            default -> Optional.of(new Other(family));
        };
    }

    private static SocketAddress inet(byte[] bytes) {
        return new Inet(InetText.four(bytes, 4), port(bytes));
    }

    private static SocketAddress inet6(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int scope = bytes.length < 28 ? 0 : in.order(ByteOrder.LITTLE_ENDIAN).getInt(24); // RFC 2133 has none
        return new Inet6(
                InetText.six(bytes, 8),
                port(bytes),
                in.order(ByteOrder.BIG_ENDIAN).getInt(4),
                scope);
    }

    private static SocketAddress unix(byte[] bytes) {
        if (bytes.length == Short.BYTES) {
            return new Other(SocketProtocol.AF_UNIX);
        }
        if (bytes[Short.BYTES] == 0) {
            return new Unix(ByteText.decode(Arrays.copyOfRange(bytes, Short.BYTES + 1, bytes.length)), false);
        }
        int end = Short.BYTES;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new Unix(ByteText.decode(Arrays.copyOfRange(bytes, Short.BYTES, end)), true);
    }

    private static int port(byte[] bytes) {
        return (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    }
}
