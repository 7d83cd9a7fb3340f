// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.TraceTotals;
import dev.renacer.crds.testing.RealApiServer;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a container's budget of spans is spent on where it makes far more calls than that. Root is needed. */
@Tag(RealApiServer.TAG)
class AgentBudgetIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    /** The schema's default. */
    private static final int BUDGET = 2_000;

    private static final int PLANTED = 24;

    @TempDir
    private static Path files;

    private final TestNode node;
    private final HttpClient client = HttpClient.newHttpClient();
    /** When the server was up, nanoseconds since the epoch: what it did not find at its start is not part of the test. */
    private long upNanos;

    AgentBudgetIT() throws IOException {
        node = new TestNode(SERVER, files);
    }

    @BeforeEach
    void agentIsUp() {
        node.awaitAgent();
    }

    @AfterEach
    void end() throws Exception {
        node.end();
    }

    @Test
    void allFailuresOfALoadedServerArriveWhileTheRestIsThinnedOut() throws Exception {
        assumeTrue(isHere("nginx") && isHere("wrk"), "nginx or wrk is not installed");
        int port = freePort();
        Path conf = Files.writeString(files.resolve("nginx.conf"), """
                daemon off; master_process off; user root; pid %1$s/pid; error_log %1$s/error.log;
                events {}
                http { access_log %1$s/access.log; client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi; uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
                  server { listen 127.0.0.1:%2$d; root %1$s; } }
                """.formatted(files, port));
        trace("nginx", port, "exec nginx -p " + files + " -c " + conf);
        Process load = new ProcessBuilder("wrk", "-t1", "-c10", "-d12s", "http://127.0.0.1:" + port + "/index.html")
                .redirectErrorStream(true)
                .redirectOutput(files.resolve("wrk.txt").toFile())
                .start();
        for (int planted = 0; planted < PLANTED; planted++) {
            assertThat(get(port, "missing-" + planted)).isEqualTo(404);
        }
        assertThat(load.waitFor()).isZero();

        assertThat(end("nginx").lost()).isPositive(); // else nothing was shown
        assertThat(spans()).filteredOn(this::isMissing).hasSize(PLANTED);
    }

    @Test
    void noFailureOfAProgramOfAHundredRequestsASecondIsLost() throws Exception {
        assumeTrue(isHere("python3"), "python3 is not installed");
        int port = freePort();
        trace("python", port, "exec python3 -m http.server -b 127.0.0.1 -d " + files + " " + port + " 2> /dev/null");
        int requests = 1_000;
        for (int request = 0; request < requests; request++) {
            boolean planted = request % (requests / PLANTED) == 0 && request / (requests / PLANTED) < PLANTED;
            assertThat(get(port, planted ? "missing-" + request : "index.html")).isEqualTo(planted ? 404 : 200);
            LockSupport.parkNanos(10_000_000L); // the pace of the load, which nothing waits for
        }
        end("python");
        assertThat(spans()).filteredOn(this::isMissing).hasSize(PLANTED);
    }

    /** Starts a server of {@link #files} in the container and traces it. */
    private void trace(String name, int port, String server) throws Exception {
        Files.writeString(files.resolve("index.html"), "hello");
        Process process = node.container.start(server);
        node.create(name, node.spec(TestNode.later(), Profile.everything(BUDGET), null));
        node.awaitTraced(process);
        await().atMost(TestNode.LIMIT).ignoreExceptions().until(() -> get(port, "index.html") == 200);
        Instant now = Instant.now();
        upNanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    private TraceTotals end(String name) {
        node.trace(name).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"stop\":true}}");
        NodeTraceStatus over = node.awaitPhase(name, "Finished");
        return Objects.requireNonNull(over.totals());
    }

    private List<Span> spans() {
        return node.collector.spans(node.container.containerId());
    }

    private boolean isMissing(Span span) {
        return span.getName().startsWith("syscall: open")
                && span.getStatus().getMessage().equals("ENOENT")
                && span.getStartTimeUnixNano() > upNanos;
    }

    private int get(int port, String path) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + path))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isHere(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
