// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import dev.renacer.capture.ring.CapturedEvent;
import dev.renacer.capture.ring.EventKind;
import dev.renacer.capture.ring.SyntheticRing;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Calls of a program that serves or sends requests, and what they are made for: the number of the request, or "none". */
final class Traffic {
    static final int PID = 100;
    private static final int SOCKET = 1;
    private static final int BLOCKS = 2;
    private static final int EAGAIN = 11;
    private static final int FRAMES = 4;
    private static final int MOST = 16384;
    /** A thread and its connection that no test uses. */
    private static final int BEFORE = 90;

    /** A connection of HTTP/2 as the core follows it. */
    private record Framed(CoreFrames sent, CoreFrames received) {}

    /** Why it was not told what calls are made for, and how often. */
    final Map<RequestGap, Long> missing = new EnumMap<>(RequestGap.class);

    final HttpContexts contexts = new HttpContexts((pid, gap, count) -> missing.merge(gap, count, Long::sum));
    private final SyntheticRing ring = new SyntheticRing();
    private final Map<Integer, Framed> framed = new HashMap<>();
    private boolean hasRoom = true;
    private int descriptor = SOCKET | BLOCKS;

    /** A process one of whose threads has answered what it had received. */
    Traffic() {
        this(true);
    }

    private Traffic(boolean believed) {
        if (believed) {
            receives(BEFORE, BEFORE, request(0));
            sends(BEFORE, BEFORE, response("Content-Length: 0"));
            calls("close", BEFORE, BEFORE);
            missing.clear();
        }
    }

    /** One of which nothing was seen. */
    static Traffic unknown() {
        return new Traffic(false);
    }

    /** From here on connections are such that no thread waits for them itself. */
    Traffic nonBlocking() {
        descriptor = SOCKET;
        return this;
    }

    /** From here on the core follows no further connection of HTTP/2. */
    Traffic beyondTheCoresRoom() {
        hasRoom = false;
        return this;
    }

    /** From here on the descriptors are no sockets. */
    Traffic files() {
        descriptor = BLOCKS;
        return this;
    }

    /** A request for which a span was made whose id is this number; 0: without one. */
    static String request(int number, String... headers) {
        String parent =
                number == 0 ? "" : "traceparent: 00-0af7651916cd43dd8448eb211c80319c-%016x-01\r\n".formatted(number);
        return "GET /a HTTP/1.1\r\nHost: here\r\n" + parent + lines(headers) + "\r\n";
    }

    static String response(String... headers) {
        return "HTTP/1.1 200 OK\r\n" + lines(headers) + "\r\n";
    }

    private static String lines(String... headers) {
        return headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    }

    /** The thread receives this. */
    String receives(int tid, int fd, String text) {
        return transfers("recvfrom", tid, fd, text, true);
    }

    /** The thread receives this, of which the core cannot tell that it belongs to HTTP, or keeps nothing. */
    String receivesUnseen(int tid, int fd, int bytes) {
        if (framed.containsKey(fd)) {
            framed.get(fd).received().passPayload(bytes);
        }
        return told(call("recvfrom", tid, fd).result(bytes));
    }

    String sends(int tid, int fd, String text) {
        return transfers("sendto", tid, fd, text, true);
    }

    String sendsUnseen(int tid, int fd, int bytes) {
        return told(call("sendto", tid, fd).result(bytes));
    }

    /** The thread sends so many bytes of a file, which are payload. */
    String sendsFile(int tid, int fd, int bytes) {
        Optional.ofNullable(framed.get(fd)).orElseThrow().sent().passPayload(bytes);
        return told(call("sendfile", tid, fd).result(bytes));
    }

    /** The thread sends so many bytes in a way that the core does not count. */
    String sendsUnknownToTheCore(int tid, int fd, int bytes) {
        return told(call("sendto", tid, fd).result(bytes));
    }

    /** A call whose first argument is this. */
    String calls(String name, int tid, int argument) {
        if (name.equals("close")) {
            framed.remove(argument);
        }
        return told(call(name, tid, argument));
    }

    String calls(String name, int tid, long... arguments) {
        return told(call(name, tid, arguments[0]).args(arguments));
    }

    String callsInVain(String name, int tid, int argument) {
        return told(call(name, tid, argument).error(EAGAIN));
    }

    String accepts(int tid, int fd) {
        return told(call("accept4", tid, 3).result(fd));
    }

    /** A look at what will be received. */
    String peeks(int tid, int fd, String text) {
        return told(head(call("recvfrom", tid, fd).args(fd, 0, 0, 2), text).result(text.length()));
    }

    private String transfers(String name, int tid, int fd, String text, boolean isHead) {
        SyntheticRing.Event call = call(name, tid, fd).result(text.getBytes(StandardCharsets.ISO_8859_1).length);
        return told(isHead ? head(call, fd, text, name.equals("recvfrom")) : call);
    }

    private SyntheticRing.Event head(SyntheticRing.Event call, int fd, String text, boolean receives) {
        if (text.startsWith("PRI ") && (descriptor & SOCKET) != 0 && hasRoom) {
            framed.put(fd, new Framed(new CoreFrames(!receives), new CoreFrames(receives)));
        }
        Framed connection = framed.get(fd);
        if (connection == null) {
            return head(call, text);
        }
        Optional<String> piece = (receives ? connection.received() : connection.sent()).pass(text);
        if (piece.isEmpty()) {
            framed.remove(fd);
            return call;
        }
        byte[] bytes = piece.get().getBytes(StandardCharsets.ISO_8859_1);
        return bytes.length == Long.BYTES ? call : call.part(CapturedEvent.HEAD, 0, descriptor | FRAMES, bytes);
    }

    private SyntheticRing.Event head(SyntheticRing.Event call, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return call.part(
                CapturedEvent.HEAD, 0, descriptor, bytes.length > MOST ? java.util.Arrays.copyOf(bytes, MOST) : bytes);
    }

    private SyntheticRing.Event call(String name, int tid, long argument) {
        return ring.event(EventKind.CALL)
                .tgid(PID)
                .tid(tid)
                .number(syscall(name).number())
                .args(argument);
    }

    private String told(SyntheticRing.Event call) {
        call.publish();
        String[] told = {"none"};
        ring.ring()
                .drain(
                        event -> {
                            Syscall syscall = SyscallTable.instance().lookup(Abi.X86_64, event.number());
                            Optional<ThreadContext> context = contexts.of(event, syscall);
                            told[0] = context.map(one -> Long.toString(one.span()))
                                    .orElse("none");
                        },
                        1);
        return told[0];
    }

    private static Syscall syscall(String name) {
        return SyscallTable.instance().lookup(Abi.X86_64, name).orElseThrow();
    }
}
