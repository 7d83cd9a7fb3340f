// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SinkProbeTest {
    private final SinkProbe probe = new SinkProbe(Duration.ofSeconds(1));

    @Test
    void aListeningAddressIsReachable() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(probe.problem(URI.create("http://127.0.0.1:" + server.getLocalPort()), false))
                    .isEmpty();
        }
    }

    @Test
    void saysThatNobodyListens() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        assertThat(probe.problem(URI.create("http://127.0.0.1:" + port + "/v1/traces"), false)
                        .orElseThrow())
                .startsWith("127.0.0.1:" + port + " refuses connections: see whether the collector runs");
    }

    @Test
    void saysThatTheNameIsUnknown() {
        assertThat(probe.problem(URI.create("http://collector.invalid:4317"), false)
                        .orElseThrow())
                .startsWith("No address is known for collector.invalid");
    }

    @Test
    void saysThatTheOtherSideSpeaksNoTls() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread plain = Thread.ofVirtual().start(() -> {
                try (Socket socket = server.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n"
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(probe.problem(URI.create("https://127.0.0.1:" + server.getLocalPort()), false)
                            .orElseThrow())
                    .contains("TLS handshake")
                    .endsWith("see whether it speaks TLS there");
            plain.join();
        }
    }

    @Test
    void saysNothingAndGoesNowhereElseWhateverTheServerSays() throws IOException {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (ServerSocketChannel elsewhere = ServerSocketChannel.open().bind(loopback);
                ServerSocketChannel collector = ServerSocketChannel.open().bind(loopback)) {
            CompletableFuture<Integer> heard = CompletableFuture.supplyAsync(() -> {
                try (SocketChannel connection = collector.accept()) {
                    connection.write(ByteBuffer.wrap(("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:"
                                    + elsewhere.socket().getLocalPort() + "/\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII)));
                    return connection.read(ByteBuffer.allocate(1));
                } catch (IOException _) {
                    return -1; // The probe closed the connection without having read the redirect.
                }
            });

            assertThat(probe.problem(
                            URI.create("http://127.0.0.1:" + collector.socket().getLocalPort()), true))
                    .isEmpty();

            assertThat(heard.join()).as("the end of the connection").isEqualTo(-1);
            elsewhere.configureBlocking(false);
            assertThat(elsewhere.accept()).isNull();
        }
    }
}
