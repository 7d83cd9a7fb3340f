// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import dev.renacer.capture.ring.CapturedEvent;
import dev.renacer.capture.ring.EventFlags;
import dev.renacer.capture.ring.EventKind;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.http.TransferCalls.Role;
import dev.renacer.tracer.http.TransferCalls.Transfer;
import dev.renacer.tracer.syscall.ParameterKind;
import dev.renacer.tracer.syscall.Syscall;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * For which request calls are made, by the header {@code traceparent} of requests of HTTP/1.1 and HTTP/2 that are not
 * encrypted. Only two things are told: a call on a connection is made for the request that is under way there; and while a thread
 * that waits for its connection itself (no O_NONBLOCK) works on a request, all its calls are made for it, as far as
 * {@link ServingThreads} believes it. The latter never holds for HTTP/2, whose connections have many requests at once. Not
 * thread-safe.
 */
public final class HttpContexts {
    private static final byte[] UNKNOWN = {};
    private static final int SOCKET = 1;
    private static final int BLOCKS = 1 << 1;
    private static final int FRAMES = 1 << 2;
    private static final int PEEK = 2; // MSG_PEEK
    private static final int DUPLICATE_FROM = 0; // F_DUPFD
    private static final int DUPLICATE_FROM_CLOEXEC = 1030; // F_DUPFD_CLOEXEC
    /** The lower half of a key. */
    private static final long DESCRIPTOR = 0xffff_ffffL;

    private static final byte FIRST_OF_TEXT = ' ';
    private static final byte HANDSHAKE = 22;
    private static final int HELLO_AT = 5;
    private static final byte CLIENT_HELLO = 1;
    /** A program may open as many as it likes. */
    private static final int MOST_CONNECTIONS = 8_192;

    private final Map<Long, Connection> connections = new HashMap<>();
    /** Connections on which a handshake of TLS was seen. */
    private final Set<Long> handshakes = new HashSet<>();

    private final ServingThreads threads = new ServingThreads();
    private final IdentityHashMap<Syscall, Kind> kinds = new IdentityHashMap<>();
    private final RequestGap.Receiver gaps;
    /** How often each was told; read by any thread. */
    private final Map<RequestGap, AtomicLong> missing = Map.copyOf(
            Arrays.stream(RequestGap.values()).collect(Collectors.toMap(Function.identity(), _ -> new AtomicLong())));

    /**
     * @param gaps  is told what is not known of requests, as it turns out
     */
    public HttpContexts(RequestGap.Receiver gaps) {
        this.gaps = gaps;
    }

    /**
     * What a call is.
     *
     * @param onDescriptor  whether its first argument is a descriptor
     */
    private record Kind(Optional<Transfer> transfer, boolean onDescriptor) {
        /** Whether it says something about its thread, even where there is no connection. */
        boolean isOfThread() {
            return transfer.isPresent()
                    && (transfer.get().role() == Role.WAIT || transfer.get().role() == Role.ACCEPT);
        }
    }

    /** What the call is made for, as far as requests say; to be asked for each call, in their order. */
    public Optional<ThreadContext> of(CapturedEvent event, Syscall syscall) {
        int piece = head(event);
        Kind kind = kindOf(syscall);
        if (piece < 0 && connections.isEmpty() && handshakes.isEmpty() && !kind.isOfThread()) {
            return Optional.empty();
        }
        boolean made = event.kind() == EventKind.CALL && (event.flags() & EventFlags.ERROR) == 0;
        long key = key(event.tgid(), (int) event.arg(0));
        if (kind.transfer().isEmpty()) {
            return kind.onDescriptor() ? onConnection(key, event) : byThread(event);
        }
        return switch (kind.transfer().get().role()) {
            case ACCEPT -> accepted(event, made);
            case CLOSE -> closed(event, key);
            case REPLACE -> replaced(event, key, made);
            case CLOSE_RANGE -> closedRange(event, made);
            case DUPLICATE -> duplicated(event, key, made && duplicates(event, syscall));
            case WAIT -> waited(event, syscall);
            case SHUTDOWN -> onConnection(key, event);
            case RECEIVE ->
                transferred(
                        event, key, piece, true, made && !peeks(kind.transfer().get(), event));
            case SEND -> transferred(event, key, piece, false, made);
        };
    }

    /** A process is over, or runs another program: it has other connections, or none. */
    public void forget(int pid) {
        threads.forget(pid);
        handshakes.removeIf(key -> key >> Integer.SIZE == pid);
        if (!connections.isEmpty()) {
            connections.forEach((key, connection) -> {
                if (key >> Integer.SIZE == pid) {
                    connection.lose();
                }
            });
            connections.keySet().removeIf(key -> key >> Integer.SIZE == pid);
        }
    }

    /** Calls of a process are missing: what has passed on its connections is not known. */
    public void lose(int pid) {
        threads.lose(pid);
        connections.forEach((key, connection) -> {
            if (key >> Integer.SIZE == pid) {
                lose(key, connection, RequestGap.UNWATCHED);
            }
        });
    }

    /** A thread is over. */
    public void threadEnded(int tid) {
        threads.threadEnded(tid);
    }

    /** Events of whatever process are missing. */
    public void lose() {
        connections.forEach((key, connection) -> lose(key, connection, RequestGap.UNWATCHED));
        threads.lose();
    }

    /** How many connections or requests of a kind there were. May be called by any thread. */
    public long missing(RequestGap gap) {
        return counter(gap).get();
    }

    private AtomicLong counter(RequestGap gap) {
        return Objects.requireNonNull(missing.get(gap));
    }

    private void count(int pid, RequestGap gap, int count) {
        if (count > 0) {
            counter(gap).addAndGet(count);
            gaps.missing(pid, gap, count);
        }
    }

    private void lose(long key, Connection connection, RequestGap why) {
        if (!connection.isLost()) {
            connection.lose();
            count((int) (key >> Integer.SIZE), why, 1);
        }
    }

    private Optional<ThreadContext> accepted(CapturedEvent event, boolean made) {
        Optional<Long> accepted = made ? Optional.of(key(event.tgid(), (int) event.result())) : Optional.empty();
        threads.accepts(event.tgid(), event.tid(), accepted);
        accepted.ifPresent(this::drop);
        return Optional.empty();
    }

    private Optional<ThreadContext> closed(CapturedEvent event, long key) {
        Optional<ThreadContext> parent = onConnection(key, event);
        drop(key);
        return parent;
    }

    /** What passes by another descriptor would go unseen. */
    private Optional<ThreadContext> duplicated(CapturedEvent event, long key, boolean made) {
        Optional<ThreadContext> parent = onConnection(key, event);
        if (made) {
            hasSecondDescriptor(key);
        }
        return parent;
    }

    private static boolean duplicates(CapturedEvent event, Syscall syscall) {
        return !syscall.name().equals("fcntl")
                || event.arg(1) == DUPLICATE_FROM
                || event.arg(1) == DUPLICATE_FROM_CLOEXEC;
    }

    /** With one descriptor {@code poll(2)} waits for it alone. */
    private Optional<ThreadContext> waited(CapturedEvent event, Syscall syscall) {
        Optional<ThreadContext> parent = byThread(event);
        if (!syscall.name().contains("poll") || syscall.name().startsWith("epoll") || event.arg(1) != 1) {
            threads.waitsForSeveral(event.tgid(), event.tid());
        }
        return parent;
    }

    private void hasSecondDescriptor(long key) {
        Connection connection = connections.get(key);
        if (connection != null) {
            lose(key, connection, RequestGap.DUPLICATED);
        }
    }

    private Optional<ThreadContext> replaced(CapturedEvent event, long key, boolean made) {
        Optional<ThreadContext> parent = onConnection(key, event);
        if (made && event.arg(0) != event.arg(1)) {
            hasSecondDescriptor(key);
            drop(key(event.tgid(), (int) event.arg(1)));
        }
        return parent;
    }

    private Optional<ThreadContext> closedRange(CapturedEvent event, boolean made) {
        Optional<ThreadContext> parent = byThread(event);
        if (made) {
            long first = event.arg(0) & DESCRIPTOR;
            long last = event.arg(1) & DESCRIPTOR;
            Stream.concat(connections.keySet().stream(), handshakes.stream())
                    .filter(key -> key >> Integer.SIZE == event.tgid()
                            && (key & DESCRIPTOR) >= first
                            && (key & DESCRIPTOR) <= last)
                    .toList()
                    .forEach(this::drop);
        }
        return parent;
    }

    private void drop(long key) {
        handshakes.remove(key);
        Connection connection = connections.remove(key);
        if (connection != null) {
            connection.lose();
        }
    }

    private Optional<ThreadContext> transferred(
            CapturedEvent event, long key, int piece, boolean receives, boolean made) {
        Connection connection = connections.get(key);
        if (connection != null && receives) {
            connection.awaits();
        }
        if (!made || event.result() <= 0) {
            return onConnection(key, event);
        }
        byte[] bytes = piece < 0 ? UNKNOWN : event.pieceBytes(piece);
        if (connection == null) {
            Optional<Connection> begun = begun(event, key, piece, bytes, receives);
            if (begun.isEmpty()) {
                return byThread(event);
            }
            if (connections.size() >= MOST_CONNECTIONS) {
                count(event.tgid(), RequestGap.EXCESS, 1);
                return byThread(event);
            }
            connection = begun.get();
            connections.put(key, connection);
        }
        boolean followed = !connection.isLost();
        if (piece >= 0 && isFramed(event, piece) != connection instanceof Http2Connection) {
            connection.lose(); // what the core follows is another connection
        }
        Optional<ThreadContext> parent = connection.transfer(receives, bytes, event.result(), event.tid());
        count(event.tgid(), RequestGap.UNFOLLOWED, followed && connection.isLost() ? 1 : 0);
        count(event.tgid(), RequestGap.UNNAMED, connection.unnamed());
        Optional<RequestGap> gap = connection.hasBroughtWork()
                ? threads.receives(event.tgid(), event.tid(), key, connection)
                : Optional.of(RequestGap.MULTIPLEXED);
        if (gap.isPresent()) {
            count(event.tgid(), gap.get(), connection.named());
        }
        threads.answers(event.tgid(), event.tid(), connection, connection.answered());
        return parent.isPresent() || connection.isServer() ? parent : byThread(event);
    }

    /** A connection whose first message is a request; which process has sent it tells which of the two this is. */
    private Optional<Connection> begun(CapturedEvent event, long key, int piece, byte[] bytes, boolean receives) {
        if (bytes.length == 0) {
            return Optional.empty();
        }
        if (isFramed(event, piece)) {
            return Http2Connection.beginsFramed(bytes) ? Optional.of(new Http2Connection(receives)) : Optional.empty();
        }
        if (bytes[0] < FIRST_OF_TEXT) {
            boolean begins = bytes[0] == HANDSHAKE && (handshakes.size() >= MOST_CONNECTIONS || handshakes.add(key));
            count(event.tgid(), RequestGap.ENCRYPTED, begins && receives && isClientHello(bytes) ? 1 : 0);
            return Optional.empty();
        }
        int descriptor = event.pieceIndex(piece);
        if (Http2Connection.begins(bytes)) {
            count(event.tgid(), RequestGap.EXCESS, (descriptor & SOCKET) == 0 ? 0 : 1); // the core has no room
            return Optional.empty();
        }
        boolean isRequest = bytes[0] != 'H' || bytes.length < 2 || bytes[1] != 'T';
        return isRequest && (descriptor & SOCKET) != 0
                ? Optional.of(new Http1Connection(receives, (descriptor & BLOCKS) != 0))
                : Optional.empty();
    }

    /** Where the head of a record was received alone, it is one: a client that asks is seen to send its own before. */
    private static boolean isClientHello(byte[] bytes) {
        return bytes.length <= HELLO_AT || bytes[HELLO_AT] == CLIENT_HELLO;
    }

    /** Whether the piece is of frames of HTTP/2, as the core keeps them. */
    private static boolean isFramed(CapturedEvent event, int piece) {
        return (event.pieceIndex(piece) & FRAMES) != 0;
    }

    /** What a call is made for whose first argument is a descriptor. */
    private Optional<ThreadContext> onConnection(long key, CapturedEvent event) {
        Connection connection = connections.get(key);
        if (connection == null) {
            return byThread(event);
        }
        Optional<ThreadContext> parent = connection.parent();
        return parent.isPresent() || connection.isServer() ? parent : byThread(event);
    }

    private Optional<ThreadContext> byThread(CapturedEvent event) {
        return threads.parent(event.tgid(), event.tid());
    }

    private static boolean peeks(Transfer transfer, CapturedEvent event) {
        return transfer.flags().isPresent() && (event.arg(transfer.flags().getAsInt()) & PEEK) != 0;
    }

    /** A program may use any call number: only the kinds of existing calls are kept. */
    private Kind kindOf(Syscall syscall) {
        return syscall.known() ? kinds.computeIfAbsent(syscall, HttpContexts::kind) : kind(syscall);
    }

    private static int head(CapturedEvent event) {
        for (int piece = event.pieceCount() - 1; piece >= 0; piece--) {
            if (event.pieceArg(piece) == CapturedEvent.HEAD) {
                return piece;
            }
        }
        return -1;
    }

    private static Kind kind(Syscall syscall) {
        return new Kind(
                TransferCalls.of(syscall.name()),
                !syscall.parameters().isEmpty()
                        && syscall.parameters().getFirst().kind() == ParameterKind.FD);
    }

    private static long key(int pid, int descriptor) {
        return ((long) pid << Integer.SIZE) | (descriptor & DESCRIPTOR);
    }
}
