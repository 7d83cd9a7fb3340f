// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.subject;

import dev.renacer.tracer.descriptor.address.SocketAddress;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * The other end of a connection, or several of them: an address, a network (CIDR), each with a port or with any, a port alone,
 * or a socket of this machine by its path or its abstract name. An IPv4 address is also meant where an IPv6 socket has it
 * (::ffff:10.0.0.9). Immutable.
 */
public sealed interface PeerPattern {
    /** The forms there are, for whoever wrote another one. */
    String FORMS =
            "a peer is an address (10.0.0.9, [2001:db8::1]), a network (10.0.0.0/8, [2001:db8::]/32), one of them and a"
                    + " port (10.0.0.9:5432), a port (:5432), the path of a UNIX socket (/run/app.sock) or its abstract name (@app)";

    /** {@link Internet#port} that stands for every port. */
    int ANY_PORT = 0;

    /** Whether this address is meant. */
    boolean matches(SocketAddress address);

    /** A text that is no peer. The message says which, and what would be. */
    final class InvalidException extends Exception {
        private static final long serialVersionUID = 1;

        InvalidException(String message) {
            super(message);
        }
    }

    /**
     * A socket of this machine.
     *
     * @param name    as {@link dev.renacer.capture.ByteText}
     * @param isPath  whether it is a path; otherwise it is a name in the abstract namespace, without its leading NUL
     */
    record Local(String name, boolean isPath) implements PeerPattern {
        @Override
        public boolean matches(SocketAddress address) {
            return address instanceof SocketAddress.Unix unix
                    && unix.isPath() == isPath
                    && unix.name().equals(name);
        }
    }

    /**
     * An internet address or several.
     *
     * @param network  their first {@code bits} bits; its length is that of the addresses, 0 if they may be of any length
     * @param bits     how many must be the same
     * @param port     the port; {@link #ANY_PORT}: any
     */
    @SuppressWarnings("ArrayRecordComponent") // of this class alone, which never changes it
    record Internet(byte[] network, int bits, int port) implements PeerPattern {
        @Override
        public boolean matches(SocketAddress address) {
            return switch (address) {
                case SocketAddress.Inet inet -> matches(inet.host(), inet.port());
                case SocketAddress.Inet6 inet -> matches(inet.host(), inet.port());
                case SocketAddress.Unix _, SocketAddress.Netlink _, SocketAddress.Other _ -> false;
            };
        }

        private boolean matches(String host, int itsPort) {
            return (port == ANY_PORT || port == itsPort) && (network.length == 0 || contains(bytes(host)));
        }

        private boolean contains(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            int whole = bits / Byte.SIZE;
            int rest = bits % Byte.SIZE;
            return Arrays.equals(address, 0, whole, network, 0, whole)
                    && (rest == 0 || ((address[whole] ^ network[whole]) & 0xff) >> (Byte.SIZE - rest) == 0);
        }

        /** Four bytes of an IPv4 address, whatever socket has it. */
        private static byte[] bytes(String host) {
            return InetAddress.ofLiteral(host).getAddress();
        }
    }

    /**
     * Reads one.
     *
     * @throws InvalidException if it has none of the {@link #FORMS}
     */
    static PeerPattern of(String text) throws InvalidException {
        return PeerText.parse(text);
    }
}
