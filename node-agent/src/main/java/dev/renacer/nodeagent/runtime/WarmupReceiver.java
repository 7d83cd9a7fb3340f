// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.runtime;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gRPC receiver on loopback that answers each call with an empty message, which acknowledges all spans: as much of
 * HTTP/2 (RFC 9113) as the agent's own client needs in its {@link Warmup}. A gRPC server of the library would leave
 * some 15 MiB behind in a process that never needs one again.
 */
final class WarmupReceiver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmupReceiver.class);
    private static final int PREFACE_LENGTH = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length();
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    /** {@code :status: 200} of HPACK's static table (RFC 7541, appendix A). */
    private static final int STATUS_OK = 0x88;
    /** Not compressed, no bytes. */
    private static final byte[] EMPTY_MESSAGE = new byte[5];

    private final ServerSocket server;

    WarmupReceiver() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("renacer-warm-up-receiver").start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        try {
            while (true) {
                // The first connection may be a probe that says nothing.
                Socket socket = server.accept();
                Thread.ofVirtual().name("renacer-warm-up-connection").start(() -> serve(socket));
            }
        } catch (IOException e) {
            LOG.trace("the warm-up is over", e);
        }
    }

    private static void serve(Socket socket) {
        try (socket;
                DataInputStream in = new DataInputStream(socket.getInputStream());
                OutputStream out = socket.getOutputStream()) {
            in.readFully(new byte[PREFACE_LENGTH]);
            write(out, SETTINGS, 0, 0, new byte[0]);
            while (true) {
                answer(in, out);
            }
        } catch (EOFException e) {
            LOG.trace("the warm-up's client hung up", e);
        } catch (IOException e) {
            LOG.debug("the warm-up's connection broke", e);
        }
    }

    private static void answer(DataInputStream in, OutputStream out) throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        if (type == SETTINGS && (flags & ACK) == 0) {
            write(out, SETTINGS, ACK, 0, new byte[0]);
        } else if (type == PING && (flags & ACK) == 0) {
            write(out, PING, ACK, 0, payload);
        } else if (type == DATA && (flags & END_STREAM) != 0) {
            ByteArrayOutputStream headers = new ByteArrayOutputStream();
            headers.write(STATUS_OK);
            field(headers, "content-type", "application/grpc");
            write(out, HEADERS, END_HEADERS, stream, headers.toByteArray());
            write(out, DATA, 0, stream, EMPTY_MESSAGE);
            ByteArrayOutputStream trailers = new ByteArrayOutputStream();
            field(trailers, "grpc-status", "0");
            write(out, HEADERS, END_HEADERS | END_STREAM, stream, trailers.toByteArray());
        }
    }

    /** A literal field without indexing, a new name, no Huffman code (RFC 7541, 6.2.2). */
    private static void field(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        for (String text : new String[] {name, value}) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            block.write(bytes.length);
            block.writeBytes(bytes);
        }
    }

    private static void write(OutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(payload.length >>> 16);
        frame.write(payload.length >>> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame.write(stream >>> shift);
        }
        frame.writeBytes(payload);
        out.write(frame.toByteArray());
        out.flush();
    }
}
