// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.stuck.proc.ProcFiles;
import dev.renacer.tracer.stuck.proc.TcpConnections;
import dev.renacer.tracer.stuck.proc.TcpConnections.Row;
import dev.renacer.tracer.stuck.proc.TcpConnections.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a thread waits for that is in a call about descriptors. */
final class DescriptorWaits {
    private final ProcFiles files;
    private final Neighbours neighbours;

    DescriptorWaits(ProcFiles files, Neighbours neighbours) {
        this.files = files;
        this.neighbours = neighbours;
    }

    /** The link by which others are sought who have the other end; empty if there is none to be sought. */
    Optional<String> sought(int pid, Descriptor what) {
        return switch (what) {
            case Descriptor.Pipe pipe when pipe.inode() != 0 -> Optional.of("pipe:[" + pipe.inode() + "]");
            case Descriptor.Socket socket ->
                peer(pid, socket).filter(row -> row.inode() != 0).map(row -> "socket:[" + row.inode() + "]");
            default -> Optional.empty();
        };
    }

    private Optional<Row> peer(int pid, Descriptor.Socket socket) {
        TcpConnections all = neighbours.connections(pid);
        return all.find(socket.inode()).flatMap(all::peer);
    }

    /**
     * What there is to say about a descriptor.
     *
     * @param writes  whether the call writes to it
     */
    Optional<WaitFor> of(int pid, int number, Descriptor what, boolean writes) {
        return switch (what) {
            case Descriptor.Pipe pipe -> Optional.of(pipe(pid, number, pipe, writes));
            case Descriptor.Socket socket ->
                neighbours
                        .connections(pid)
                        .find(socket.inode())
                        .map(row -> tcp(pid, number, socket, row));
            case Descriptor.Anonymous anonymous
            when anonymous.type().equals("eventpoll") -> Optional.of(epoll(pid, number));
            default -> Optional.empty();
        };
    }

    private WaitFor pipe(int pid, int number, Descriptor.Pipe pipe, boolean writes) {
        String link = "pipe:[" + pipe.inode() + "]";
        List<Party> others = neighbours.holders(link, pid, !writes, writes ? "reader" : "writer");
        boolean itself = neighbours.hasItself(link, pid, !writes);
        String role = writes ? "reader" : "writer";
        String text;
        int suspicion = WaitFor.WAITING;
        if (!others.isEmpty()) {
            text = role + " of the pipe " + number + ": " + Words.processes(others);
            if (others.stream().allMatch(DescriptorWaits::doesNothing)) {
                suspicion = WaitFor.SUSPICIOUS;
            }
        } else if (itself) {
            text = "no process that is visible from here but this one has the other end of the pipe " + number
                    + ": only it can end the wait";
            suspicion = WaitFor.WAITING + 10;
        } else {
            text = "the other end of the pipe " + number + " is held by no process that is visible from here";
        }
        return new WaitFor(WaitFor.Kind.PIPE, text, others, suspicion);
    }

    private static boolean doesNothing(Party party) {
        return party.state().equals(Activity.STOPPED.text())
                || party.state().equals(Activity.TRACED.text())
                || party.state().equals(Activity.ZOMBIE.text());
    }

    private WaitFor tcp(int pid, int number, Descriptor.Socket socket, Row row) {
        StringBuilder text = new StringBuilder("TCP ").append(row.state());
        socket.peer().ifPresent(peer -> text.append(" with ").append(peer));
        List<Party> parties = new ArrayList<>();
        int suspicion = socket.peer().isPresent() ? WaitFor.WAITING : WaitFor.IDLE;
        if (row.state().equals("LISTEN")) {
            text.append(", ").append(Words.count(row.unread(), "connection")).append(" to be accepted");
            return new WaitFor(WaitFor.Kind.TCP, text.toString(), parties, WaitFor.IDLE);
        }
        if (row.retransmits() > 0 && row.timer() == Timer.RETRANSMIT) {
            text.append(": the peer does not answer, ")
                    .append(row.state().equals("SYN_SENT") ? "the request to connect" : unacknowledged(row))
                    .append(" sent again ")
                    .append(Words.count(row.retransmits(), "time"));
            suspicion = WaitFor.SUSPICIOUS + 20;
        } else if (row.timer() == Timer.ZERO_WINDOW) {
            text.append(": the peer does not read, it has no room for ").append(unacknowledged(row));
            suspicion = WaitFor.SUSPICIOUS;
        } else if (row.unacknowledged() > 0) {
            text.append(": ").append(unacknowledged(row));
        } else if (row.state().equals("ESTABLISHED")) {
            text.append(": nothing is in flight, so that nothing tells whether the peer lives")
                    .append(row.timer() == Timer.KEEPALIVE ? " (keepalive is on)" : " (no keepalive)");
        } else if (row.state().equals("CLOSE_WAIT")) {
            text.append(": the peer has closed its end");
            suspicion = WaitFor.SUSPICIOUS;
        }
        if (row.probes() > 0) {
            text.append(", ").append(Words.count(row.probes(), "probe")).append(" without an answer");
            suspicion = WaitFor.SUSPICIOUS + 20;
        }
        if (row.unread() > 0) {
            text.append(", ").append(Words.count(row.unread(), "byte")).append(" not read yet");
        }
        peer(pid, socket).ifPresent(other -> parties.addAll(
                neighbours.holders("socket:[" + other.inode() + "]", -1, false, "peer")));
        peer(pid, socket)
                .filter(other -> other.unread() > 0)
                .ifPresent(other -> text.append("; the peer has ")
                        .append(Words.count(other.unread(), "byte"))
                        .append(" to read"));
        if (!parties.isEmpty()) {
            text.append("; peer: ").append(Words.processes(parties));
            if (parties.stream().allMatch(DescriptorWaits::doesNothing)) {
                suspicion = Math.max(suspicion, WaitFor.SUSPICIOUS);
            }
        }
        return new WaitFor(WaitFor.Kind.TCP, "socket " + number + ": " + text, parties, suspicion);
    }

    private static String unacknowledged(Row row) {
        return Words.count(row.unacknowledged(), "byte") + " not acknowledged";
    }

    /** Lines {@code tfd: 5 events: 19 data: …} of /proc/PID/fdinfo. */
    private WaitFor epoll(int pid, int number) {
        long watched = files.read(pid, "fdinfo/" + number)
                .map(text -> text.lines().filter(line -> line.startsWith("tfd:")).count())
                .orElse(0L);
        return new WaitFor(
                WaitFor.Kind.EPOLL,
                "epoll " + number + " watches " + Words.count(watched, "descriptor"),
                List.of(),
                WaitFor.IDLE);
    }

    /** {@code 5<pipe:[12]>}. */
    static String named(int number, Map<Integer, Descriptor> descriptors) {
        StringBuilder out = new StringBuilder().append(number);
        Descriptor what = descriptors.get(number);
        if (what != null) {
            NameWriter.write(out, what, NameWriter.Style.ALL);
        }
        return out.toString();
    }
}
