// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.descriptor.address.InetText;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.descriptor.address.SocketProtocol;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The sockets of a network namespace: the tables in /proc/PID/net (proc_net(5)). */
final class SocketTables {
    private static final int INODE = 9;
    private static final int UNIX_TYPE = 4;
    private static final int UNIX_INODE = 6;
    private static final int UNIX_PATH = 7;
    private static final int NETLINK_PROTOCOL = 1;
    private static final int HEX = 16;

    private final Path net;

    SocketTables(Path net) {
        this.net = net;
    }

    /** Those with these numbers, as far as they are in the tables. */
    Map<Long, Descriptor.Socket> find(Set<Long> inodes) {
        Map<Long, Descriptor.Socket> found = new HashMap<>();
        int four = SocketProtocol.AF_INET;
        int six = SocketProtocol.AF_INET6;
        internet("tcp", SocketProtocol.tcp(four), inodes, found);
        internet("tcp6", SocketProtocol.tcp(six), inodes, found);
        internet("udp", SocketProtocol.udp(four), inodes, found);
        internet("udp6", SocketProtocol.udp(six), inodes, found);
        read("unix", UNIX_INODE, inodes, found, SocketTables::unix);
        read("netlink", INODE, inodes, found, SocketTables::netlink);
        return found;
    }

    private void internet(String table, SocketProtocol protocol, Set<Long> inodes, Map<Long, Descriptor.Socket> found) {
        read(
                table,
                INODE,
                inodes,
                found,
                columns -> new Descriptor.Socket(
                        protocol, Long.parseLong(columns[INODE]), address(columns[1]), address(columns[2])));
    }

    private void read(
            String table,
            int inodeColumn,
            Set<Long> inodes,
            Map<Long, Descriptor.Socket> found,
            Function<String[], Descriptor.Socket> row) {
        if (found.size() == inodes.size()) {
            return;
        }
        // A name in the abstract namespace is any bytes.
        try (BufferedReader lines = Files.newBufferedReader(net.resolve(table), StandardCharsets.ISO_8859_1)) {
            lines.readLine(); // the heads of the columns
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] columns = line.strip().split(" +", UNIX_PATH == inodeColumn + 1 ? UNIX_PATH + 1 : 0);
                if (columns.length > inodeColumn && inodes.contains(number(columns[inodeColumn]))) {
                    Descriptor.Socket socket = row.apply(columns);
                    found.put(socket.inode(), socket);
                }
            }
        } catch (IOException | IllegalArgumentException _) {
            // The process is gone, or the kernel has no such protocol: its sockets stay unknown.
        }
    }

    private static Descriptor.Socket netlink(String[] columns) {
        return new Descriptor.Socket(
                SocketProtocol.netlink(Integer.parseInt(columns[NETLINK_PROTOCOL])),
                Long.parseLong(columns[INODE]),
                Optional.empty(),
                Optional.empty());
    }

    private static Descriptor.Socket unix(String[] columns) {
        Optional<SocketAddress> local = columns.length > UNIX_PATH ? unixAddress(columns[UNIX_PATH]) : Optional.empty();
        int type = Integer.parseInt(columns[UNIX_TYPE], HEX);
        return new Descriptor.Socket(
                SocketProtocol.unix(type), Long.parseLong(columns[UNIX_INODE]), local, Optional.empty());
    }

    /** Only names of ASCII: the table does not say which bytes of others were replaced. */
    private static Optional<SocketAddress> unixAddress(String name) {
        if (name.isEmpty() || !name.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            return Optional.empty();
        }
        // The kernel writes a NUL as @, so the second of two is not told from one that is in the name.
        boolean isPath = !name.startsWith("@");
        String rest = isPath ? name : name.substring(1);
        return !isPath && rest.contains("@") ? Optional.empty() : Optional.of(new SocketAddress.Unix(rest, isPath));
    }

    /** {@code 0100007F:1F90}: words in the order of the processor, and the port. Empty if both are zero. */
    private static Optional<SocketAddress> address(String text) {
        int colon = text.indexOf(':');
        int port = Integer.parseInt(text, colon + 1, text.length(), HEX);
        ByteBuffer bytes = ByteBuffer.allocate(colon / 2).order(ByteOrder.LITTLE_ENDIAN); // that of both processors
        boolean zero = port == 0;
        for (int at = 0; at < colon; at += 8) {
            int word = Integer.parseUnsignedInt(text, at, at + 8, HEX);
            bytes.putInt(word);
            zero &= word == 0;
        }
        if (zero) {
            return Optional.empty();
        }
        return Optional.of(
                bytes.capacity() == Integer.BYTES
                        ? new SocketAddress.Inet(InetText.four(bytes.array(), 0), port)
                        : new SocketAddress.Inet6(InetText.six(bytes.array(), 0), port, 0, 0));
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            return -1;
        }
    }
}
