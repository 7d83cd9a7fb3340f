// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import dev.renacer.capture.look.CallLook;
import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.stuck.proc.ProcFiles;
import dev.renacer.tracer.stuck.proc.TcpConnections;
import dev.renacer.tracer.stuck.proc.TcpConnections.Row;
import dev.renacer.tracer.stuck.proc.TcpConnections.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a thread waits for that is in a call about descriptors. */
final class DescriptorWaits {
    private final ProcFiles files;
    private final Neighbours neighbours;
    private final CallLook look;

    DescriptorWaits(ProcFiles files, Neighbours neighbours, CallLook look) {
        this.files = files;
        this.neighbours = neighbours;
        this.look = look;
    }

    /** The link by which others are sought who have the other end; empty if there is none to be sought. */
    Optional<String> sought(int pid, Descriptor what) {
        return switch (what) {
            case Descriptor.Pipe pipe when pipe.inode() != 0 -> Optional.of("pipe:[" + pipe.inode() + "]");
            case Descriptor.Socket socket when isUnix(socket) -> unixPeer(socket);
            case Descriptor.Socket socket ->
                peer(pid, socket).filter(row -> row.inode() != 0).map(row -> link(row.inode()));
            default -> Optional.empty();
        };
    }

    private static boolean isUnix(Descriptor.Socket socket) {
        return socket.protocol().transport().filter("unix"::equals).isPresent();
    }

    private Optional<String> unixPeer(Descriptor.Socket socket) {
        OptionalLong peer = look.unixPeer(socket.inode());
        return peer.isPresent() ? Optional.of(link(peer.getAsLong())) : Optional.empty();
    }

    private static String link(long inode) {
        return "socket:[" + inode + "]";
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
            case Descriptor.Socket socket when isUnix(socket) -> unix(pid, number, socket);
            case Descriptor.Socket socket ->
                neighbours.connections(pid).find(socket.inode()).map(row -> tcp(pid, number, socket, row));
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

    private Optional<WaitFor> unix(int pid, int number, Descriptor.Socket socket) {
        return unixPeer(socket).map(link -> {
            List<Party> others = neighbours.holders(link, pid, false, "peer");
            String peer = others.isEmpty()
                    ? neighbours.hasItself(link, pid, false)
                            ? "this process itself"
                            : "no process that is visible from here"
                    : Words.processes(others);
            boolean dead = !others.isEmpty() && others.stream().allMatch(DescriptorWaits::doesNothing);
            return new WaitFor(
                    WaitFor.Kind.UNIX,
                    "socket " + number + " of this machine; peer: " + peer,
                    others,
                    dead ? WaitFor.SUSPICIOUS : WaitFor.WAITING);
        });
    }

    private static boolean doesNothing(Party party) {
        return Activity.STOPPED.says(party.state())
                || Activity.TRACED.says(party.state())
                || Activity.ZOMBIE.says(party.state());
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
                    .append(", sent again ")
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
        peer(pid, socket)
                .ifPresent(other -> parties.addAll(neighbours.holders(link(other.inode()), -1, false, "peer")));
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
                .map(text ->
                        text.lines().filter(line -> line.startsWith("tfd:")).count())
                .orElse(0L);
        return new WaitFor(
                WaitFor.Kind.EPOLL,
                "epoll " + number + " watches " + Words.count(watched, "descriptor"),
                List.of(),
                WaitFor.IDLE);
    }
}
