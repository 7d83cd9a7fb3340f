// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.proc;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The TCP connections of a network namespace, as /proc/PID/net/tcp and tcp6 have them (proc_net(5)). */
public final class TcpConnections {
    /** By number, from 1 on (net/tcp_states.h). */
    private static final String[] STATES = {
        "ESTABLISHED",
        "SYN_SENT",
        "SYN_RECV",
        "FIN_WAIT1",
        "FIN_WAIT2",
        "TIME_WAIT",
        "CLOSE",
        "CLOSE_WAIT",
        "LAST_ACK",
        "LISTEN",
        "CLOSING",
        "NEW_SYN_RECV"
    };

    private static final int HEX = 16;
    private static final int UNANSWERED = 8;
    private static final int INODE = 9;

    /** What the kernel waits for before it does something about a connection by itself. */
    public enum Timer {
        NONE,
        /** To send again what was not acknowledged. */
        RETRANSMIT,
        /** To ask an idle peer whether it lives, or another one of its slow timers. */
        KEEPALIVE,
        TIME_WAIT,
        /** To ask a peer without room whether it has some now. */
        ZERO_WINDOW
    }

    /**
     * A connection.
     *
     * @param local          address and port as the table writes them
     * @param remote         likewise
     * @param state          in the words of netstat(8)
     * @param unacknowledged bytes that were written and that the peer has not acknowledged; of a LISTEN the longest queue
     * @param unread         bytes that came and were not read; of a LISTEN the connections that wait to be accepted
     * @param retransmits    how often what is unacknowledged was sent again without an answer
     * @param probes         unanswered questions whether the peer lives or has room
     */
    public record Row(
            String local,
            String remote,
            String state,
            long unacknowledged,
            long unread,
            Timer timer,
            int retransmits,
            int probes,
            long inode) {}

    private final Map<Long, Row> byInode = new HashMap<>();
    private final Map<String, Row> byEnds = new HashMap<>();

    private TcpConnections() {}

    /** Those of the namespace of a process. */
    public static TcpConnections of(ProcFiles files, int pid) {
        TcpConnections all = new TcpConnections();
        all.add(files.read(pid, "net/tcp").orElse(""));
        all.add(files.read(pid, "net/tcp6").orElse(""));
        return all;
    }

    /** That of a socket. */
    public Optional<Row> find(long inode) {
        return Optional.ofNullable(byInode.get(inode));
    }

    /** The other end of a connection, if it is in the same namespace. */
    public Optional<Row> peer(Row row) {
        return Optional.ofNullable(byEnds.get(row.remote() + ' ' + row.local()));
    }

    static TcpConnections ofTable(String table) {
        TcpConnections all = new TcpConnections();
        all.add(table);
        return all;
    }

    private void add(String table) {
        table.lines()
                .skip(1)
                .map(TcpConnections::row)
                .forEach(row -> row.ifPresent(found -> {
                    if (found.inode() != 0) {
                        byInode.put(found.inode(), found);
                    }
                    byEnds.put(found.local() + ' ' + found.remote(), found);
                }));
    }

    static Optional<Row> row(String line) {
        String[] columns = line.strip().split(" +", -1);
        if (columns.length <= INODE) {
            return Optional.empty();
        }
        try {
            int state = Integer.parseInt(columns[3], HEX);
            String[] queues = columns[4].split(":", -1);
            int timer = Integer.parseInt(columns[5].substring(0, columns[5].indexOf(':')), HEX);
            return Optional.of(new Row(
                    columns[1],
                    columns[2],
                    state >= 1 && state <= STATES.length ? STATES[state - 1] : "state " + state,
                    Long.parseLong(queues[0], HEX),
                    Long.parseLong(queues[1], HEX),
                    timer < Timer.values().length ? Timer.values()[timer] : Timer.NONE,
                    Integer.parseInt(columns[6], HEX),
                    Integer.parseInt(columns[UNANSWERED]),
                    Long.parseLong(columns[INODE])));
        } catch (NumberFormatException | IndexOutOfBoundsException _) {
            return Optional.empty();
        }
    }
}
