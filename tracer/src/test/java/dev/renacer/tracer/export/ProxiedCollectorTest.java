// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.tracer.export.SpanSink.Counts;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpEndpoint.Protocol;
import dev.renacer.tracer.export.settings.OtlpSettings;
import dev.renacer.tracer.export.settings.Proxies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A collector whose name nobody but a proxy knows. */
class ProxiedCollectorTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String USER =
            "Basic " + Base64.getEncoder().encodeToString("me:hush".getBytes(StandardCharsets.US_ASCII));

    private final List<ExportNotice> notices = new CopyOnWriteArrayList<>();

    /** Tunnels (CONNECT) or forwards to one receiver, for one user. Keeps the heads of requests. */
    private static final class UserProxy implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<String> heads = new CopyOnWriteArrayList<>();
        private final int receiver;

        UserProxy(int receiver) throws IOException {
            this.receiver = receiver;
            Thread.ofVirtual().start(this::accept);
        }

        private void accept() {
            while (!server.isClosed()) {
                try {
                    Socket client = server.accept();
                    Thread.ofVirtual().start(() -> serve(client));
                } catch (IOException _) {
                    return; // closed by the test
                }
            }
        }

        private void serve(Socket client) {
            try (client;
                    Socket collector = new Socket(InetAddress.getLoopbackAddress(), receiver)) {
                String head = head(client.getInputStream());
                heads.add(head);
                OutputStream back = client.getOutputStream();
                if (!head.contains(USER)) {
                    back.write(String.join(
                                    "\r\n",
                                    "HTTP/1.1 407 Proxy Authentication Required",
                                    "Proxy-Authenticate: Basic realm=p",
                                    "Content-Length: 0",
                                    "Connection: close",
                                    "",
                                    "")
                            .getBytes(StandardCharsets.US_ASCII));
                    return;
                }
                if (head.startsWith("CONNECT ")) {
                    back.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } else {
                    collector.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
                }
                Thread answers = Thread.ofVirtual().start(() -> relay(collector, client));
                relay(client, collector);
                answers.join();
            } catch (IOException | InterruptedException _) {
                // the other side has gone
            }
        }

        private static String head(InputStream stream) throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = stream.read();
                if (next < 0) {
                    break;
                }
                head.write(next);
            }
            return head.toString(StandardCharsets.ISO_8859_1);
        }

        private static void relay(Socket from, Socket to) {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
                to.shutdownOutput();
            } catch (IOException _) {
                // one side has gone
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private static TestReceiver receiver(Protocol protocol) throws IOException {
        return protocol == Protocol.GRPC ? new GrpcTestReceiver() : new HttpTestReceiver();
    }

    private static OtlpEndpoint behind(Protocol protocol) {
        return new OtlpEndpoint(URI.create("http://collector.invalid:4711"), protocol);
    }

    private OtlpSpanPipeline pipeline(Protocol protocol, String proxy) {
        OtlpSettings settings = OtlpSettings.defaults().withProxies(Proxies.of(Map.of("HTTP_PROXY", proxy)));
        return OtlpSpanPipeline.open(behind(protocol), settings, notices::add);
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void isReachedThroughTheProxyWhichIsToldWhoAsks(Protocol protocol) throws IOException {
        try (TestReceiver receiver = receiver(protocol);
                UserProxy proxy = new UserProxy(receiver.port());
                OtlpSpanPipeline pipeline =
                        pipeline(protocol, "http://me:hush@127.0.0.1:" + proxy.server.getLocalPort())) {
            SpanSink sink = pipeline.target("t");
            sink.offer(NumberedSpan.of(1));

            assertThat(pipeline.flush(LONG)).isTrue();
            assertThat(sink.counts()).isEqualTo(new Counts(1, 1, 0, 0, 0, 0));
            assertThat(receiver.spans()).hasSize(1);
            assertThat(proxy.heads.getLast())
                    .startsWith(
                            protocol == Protocol.GRPC
                                    ? "CONNECT collector.invalid:4711 "
                                    : "POST http://collector.invalid:4711/v1/traces ");
            assertThat(notices).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aProxyThatIsAwayIsToldByItsVariable(Protocol protocol) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (OtlpSpanPipeline pipeline = pipeline(protocol, "http://me:hush@127.0.0.1:" + port)) {
            pipeline.target("t").offer(NumberedSpan.of(1));

            await().atMost(LONG).until(() -> !notices.isEmpty());
            assertThat(notices.getFirst().message())
                    .contains("cannot connect to the proxy 127.0.0.1:" + port + " (HTTP_PROXY): ")
                    .doesNotContain("hush");
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aProxyThatWantsAnotherUserIsTold(Protocol protocol) throws IOException {
        try (TestReceiver receiver = receiver(protocol);
                UserProxy proxy = new UserProxy(receiver.port());
                OtlpSpanPipeline pipeline = pipeline(protocol, "http://127.0.0.1:" + proxy.server.getLocalPort())) {
            pipeline.target("t").offer(NumberedSpan.of(1));

            await().atMost(LONG).until(() -> !notices.isEmpty());
            assertThat(notices.getFirst().message()).contains("407", "HTTPS_PROXY");
            assertThat(receiver.requests).isEmpty();
        }
    }
}
