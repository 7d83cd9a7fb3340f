// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ContextCounts;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus.CallInFlight;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.process.TestContainer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in a container: why its calls stay under its process, and what it waits for while it is traced. */
class ServedConnectionsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String NAMED = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";

    /** Serves one connection after the other, encrypted or not. */
    private static final String SERVER = """
            import socket, ssl
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain("cert.pem", "key.pem")
            server = socket.create_server(("127.0.0.1", 0))
            open("port.new", "w").write(str(server.getsockname()[1]))
            import os
            os.rename("port.new", "port")
            while True:
                connection = server.accept()[0]
                if connection.recv(1, socket.MSG_PEEK) == b"\\x16":
                    connection = tls.wrap_socket(connection, server_side=True)
                request = b""
                while b"\\r\\n\\r\\n" not in request:
                    request += connection.recv(4096)
                other = connection.dup() if b"/dup " in request else None
                garbage = b"/garbage " in request
                connection.sendall(b"no HTTP\\r\\n\\r\\n" if garbage else b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n")
                if other:
                    other.close()
                connection.close()
            """;

    @TempDir
    Path folder = Path.of("");

    private final List<SpanData> spans = new CopyOnWriteArrayList<>();

    /** What is done with the server while it is traced. */
    private interface Traffic {
        void with(int port, ContainerTrace trace) throws Exception;
    }

    @Test
    void whyCallsStayUnderTheProcessIsCountedByTheReason() throws Exception {
        ContainerTrace.Figures figures = served((port, _) -> {
            ask(port, "/", NAMED); // the first of the process
            ask(port, "/", ""); // names no span
            ask(port, "/", NAMED);
            ask(port, "/dup", NAMED);
            ask(port, "/garbage", NAMED);
            askEncrypted(port);
        });

        assertThat(figures.contexts()).isEqualTo(new ContextCounts(0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0));
        for (String figure : List.of(
                "connections.encrypted",
                "connections.unfollowed",
                "connections.duplicated",
                "requests.unnamed",
                "requests.first")) {
            assertThat(spans)
                    .filteredOn(span -> span.getName().startsWith("process: "))
                    .as(figure)
                    .anySatisfy(root -> assertThat(root.getAttributes().get(AttributeKey.longKey("renacer." + figure)))
                            .isEqualTo(1));
        }
    }

    @Test
    void theCallThatATracedServerWaitsInIsTold() throws Exception {
        Instant before = Instant.now().minusSeconds(1);
        served((port, trace) -> {
            ask(port, "/", "");
            List<CallInFlight> calls =
                    Awaitility.await().atMost(LIMIT).until(trace::callsInFlight, found -> !found.isEmpty());

            assertThat(calls).singleElement().satisfies(call -> {
                assertThat(call.call()).startsWith("accept4(").contains(":" + port);
                assertThat(call.threads()).isOne();
                assertThat(call.threadName()).startsWith("python");
                assertThat(Instant.parse(call.since())).isBetween(before, Instant.now());
            });
        });
    }

    private static void ask(int port, String path, String header) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: here\r\n" + header + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
        }
    }

    private static void askEncrypted(int port) throws Exception {
        Process client = new ProcessBuilder("openssl", "s_client", "-quiet", "-connect", "127.0.0.1:" + port)
                .redirectErrorStream(true)
                .start();
        try (var request = client.outputWriter()) {
            request.write("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
            request.flush();
            assertThat(client.inputReader().readAllLines()).contains("HTTP/1.1 200 OK");
        } finally {
            client.destroyForcibly();
        }
    }

    private ContainerTrace.Figures served(Traffic traffic) throws Exception {
        certify();
        Files.writeString(folder.resolve("server.py"), SERVER);
        try (TestContainer container = TestContainer.create()) {
            // A JVM cannot trace its own child: its reaper waits for it.
            Process parent = container.start("cd " + folder + " && { python3 server.py & wait; }");
            Path port = folder.resolve("port");
            Awaitility.await().atMost(LIMIT).until(() -> Files.exists(port));
            ProcessHandle server = parent.children().findFirst().orElseThrow();
            try {
                return trace(container, server, Integer.parseInt(Files.readString(port)), traffic);
            } finally {
                server.destroyForcibly();
            }
        }
    }

    private void certify() throws Exception {
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-subj",
                        "/CN=localhost",
                        "-keyout",
                        folder.resolve("key.pem").toString(),
                        "-out",
                        folder.resolve("cert.pem").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("openssl.log").toFile())
                .start();
        assertThat(openssl.waitFor()).isZero();
    }

    private ContainerTrace.Figures trace(TestContainer container, ProcessHandle server, int port, Traffic traffic)
            throws Exception {
        Target target = new Target("p", container.podUid(), null, "ns", "main", container.containerId(), null, null);
        CountDownLatch ended = new CountDownLatch(1);
        PtraceTraceOpener.Node node = new PtraceTraceOpener.Node(
                "node",
                new ProcessFinder(Path.of("/proc"), ProcessHandle.current().pid()),
                _ -> {},
                Optional.empty());
        ContainerTrace.Parameters parameters = new ContainerTrace.Parameters(
                "ns/t",
                target,
                () -> new KeepingPipeline(spans),
                Serialization.unmarshal("--- {maxSpansPerSecond: 100000, arguments: Names}", Profile.class));
        try (PtraceTraceOpener opener = new PtraceTraceOpener(node);
                ContainerTrace trace = opener.open(parameters, LIMIT, ended::countDown)) {
            trace.attach((int) server.pid());
            traffic.with(port, trace);
            trace.stop();
            assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return trace.figures();
        }
    }
}
