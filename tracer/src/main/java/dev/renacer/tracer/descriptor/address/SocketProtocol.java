// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor.address;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The protocol of a socket.
 *
 * @param label      as strace -yy writes it, such as {@code TCPv6} or {@code UNIX-STREAM}
 * @param transport  {@code network.transport} of OpenTelemetry, if it has a value for it
 * @param network    {@code network.type}, likewise
 * @param netlink    of a netlink socket, its protocol (NETLINK_*)
 */
public record SocketProtocol(String label, Optional<String> transport, Optional<String> network, OptionalInt netlink) {
    /** Of a socket of which only the number is known. */
    public static final SocketProtocol UNKNOWN = plain("socket");

    /** The address families of linux/socket.h. */
    public static final int AF_UNIX = 1;

    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    private static final int AF_NETLINK = 16;
    private static final int AF_PACKET = 17;
    private static final int AF_VSOCK = 40;

    /** The types, the same on all processors but MIPS (linux/net.h), and the bits beside them that are flags. */
    static final int STREAM = 1;

    static final int DATAGRAM = 2;
    private static final int RAW = 3;
    private static final int TYPE = 0xf;

    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_UDP = 17;

    /** Protocols of IP that are neither TCP nor UDP (linux/in.h). */
    private static final Map<Integer, String> OTHERS =
            Map.of(1, "PING", 33, "DCCP", 58, "PING", 132, "SCTP", 136, "UDPLITE", 262, "MPTCP");

    /** Those of netlink by number (linux/netlink.h). */
    private static final String[] NETLINK = {
        "ROUTE",
        "UNUSED",
        "USERSOCK",
        "FIREWALL",
        "SOCK_DIAG",
        "NFLOG",
        "XFRM",
        "SELINUX",
        "ISCSI",
        "AUDIT",
        "FIB_LOOKUP",
        "CONNECTOR",
        "NETFILTER",
        "IP6_FW",
        "DNRTMSG",
        "KOBJECT_UEVENT",
        "GENERIC",
        "",
        "SCSITRANSPORT",
        "ECRYPTFS",
        "RDMA",
        "CRYPTO",
        "SMC"
    };

    /** The protocol of a socket made with these arguments of socket(2). */
    public static SocketProtocol of(int family, int type, int protocol) {
        return switch (family) {
            case AF_UNIX -> unix(type & TYPE);
            case AF_INET, AF_INET6 -> internet(family, type & TYPE, protocol);
            case AF_NETLINK -> netlink(protocol);
            case AF_PACKET -> plain("PACKET");
            case AF_VSOCK -> plain("VSOCK");
            default -> UNKNOWN;
        };
    }

    /** Of a socket of this machine of a type (SOCK_*). */
    public static SocketProtocol unix(int type) {
        String label = switch (type) {
            case STREAM -> "UNIX-STREAM";
            default -> "UNIX"; // of datagrams and packets in order alike, as the kernel calls its protocols
        };
        return new SocketProtocol(label, Optional.of("unix"), Optional.empty(), OptionalInt.empty());
    }

    /** TCP of a family. */
    public static SocketProtocol tcp(int family) {
        return labelled(family, "TCP", Optional.of("tcp"));
    }

    /** UDP of a family. */
    public static SocketProtocol udp(int family) {
        return labelled(family, "UDP", Optional.of("udp"));
    }

    /** Netlink, with its own protocol. */
    public static SocketProtocol netlink(int protocol) {
        return new SocketProtocol("NETLINK", Optional.empty(), Optional.empty(), OptionalInt.of(protocol));
    }

    /** What of the kernel a netlink socket speaks with: a name without NETLINK_, or a number; empty for other sockets. */
    public Optional<String> subsystem() {
        if (netlink.isEmpty()) {
            return Optional.empty();
        }
        int protocol = netlink.getAsInt();
        String name = protocol >= 0 && protocol < NETLINK.length ? NETLINK[protocol] : "";
        return Optional.of(name.isEmpty() ? Integer.toUnsignedString(protocol) : name);
    }

    private static SocketProtocol internet(int family, int type, int protocol) {
        if (type == RAW) {
            return labelled(family, "RAW", Optional.empty());
        }
        if (protocol == IPPROTO_TCP || (protocol == IPPROTO_IP && type == STREAM)) {
            return tcp(family);
        }
        if (protocol == IPPROTO_UDP || (protocol == IPPROTO_IP && type == DATAGRAM)) {
            return udp(family);
        }
        return labelled(family, OTHERS.getOrDefault(protocol, "IP"), Optional.empty());
    }

    private static SocketProtocol labelled(int family, String name, Optional<String> transport) {
        boolean six = family == AF_INET6;
        Optional<String> network = Optional.of(six ? "ipv6" : "ipv4");
        return new SocketProtocol(six ? name + "v6" : name, transport, network, OptionalInt.empty());
    }

    private static SocketProtocol plain(String label) {
        return new SocketProtocol(label, Optional.empty(), Optional.empty(), OptionalInt.empty());
    }
}
