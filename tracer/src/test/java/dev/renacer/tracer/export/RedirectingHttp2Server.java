// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers each HTTP/2 request with a redirect, as no gRPC server but a hostile one would; frames are those of RFC 9113. */
final class RedirectingHttp2Server implements AutoCloseable {
    private static final int PREFACE = 24;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int ACK = 1;
    private static final int END_STREAM_AND_HEADERS = 5;

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger redirected = new AtomicInteger();
    private final byte[] redirect;

    RedirectingHttp2Server(int status, String location) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":status", Integer.toString(status));
        literal(block, "location", location);
        redirect = block.toByteArray();
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Requests answered so far. */
    int redirected() {
        return redirected.get();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException _) {
            // Closed: the test is over.
        }
    }

    private void serve(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            in.readNBytes(PREFACE);
            frame(out, SETTINGS, 0, 0, new byte[0]);
            while (true) {
                int lengthAndType = in.readInt();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                in.readNBytes(lengthAndType >>> 8);
                int type = lengthAndType & 0xff;
                if (type == SETTINGS && (flags & ACK) == 0) {
                    frame(out, SETTINGS, ACK, 0, new byte[0]);
                } else if (type == HEADERS) {
                    redirected.incrementAndGet();
                    frame(out, HEADERS, END_STREAM_AND_HEADERS, stream, redirect);
                }
            }
        } catch (IOException _) {
            // The client has gone.
        }
    }

    private static void frame(OutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        out.write(ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array());
        out.flush();
    }

    /** A header that is not indexed, both parts as they are (RFC 7541, 6.2.2); shorter than 127 bytes each. */
    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        for (String part : new String[] {name, value}) {
            block.write(part.length());
            block.writeBytes(part.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
