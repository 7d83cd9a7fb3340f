// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.renacer.cli.CommandFailure;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RawApiTest {
    /** Of a request that shall run into it. */
    private static final int SHORT_TIMEOUT_MILLIS = 300;

    private static final int LONG_TIMEOUT_MILLIS = 60_000;

    private final AtomicReference<String> authorization = new AtomicReference<>("");

    @SuppressWarnings("NullAway.Init") // set before each test
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/things", 200, "{\"kind\": \"Table\"}");
        answer("/forbidden", 403, "{\"kind\": \"Status\", \"message\": \"you may not\", \"code\": 403}");
        answer("/busy", 503, "");
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void readsAsTheClientLogsIn() throws InterruptedException {
        try (KubernetesClient client = client()) {
            assertThat(new RawApi(client)
                            .get("things", RawApi.TABLE)
                            .path("kind")
                            .asText())
                    .isEqualTo("Table");
        }
        assertThat(authorization.get()).isEqualTo("Bearer secret");
    }

    @Test
    void aRefusalKeepsTheServersWords() {
        try (KubernetesClient client = client()) {
            RawApi api = new RawApi(client);
            assertThatExceptionOfType(KubernetesClientException.class)
                    .isThrownBy(() -> api.get("forbidden", RawApi.JSON))
                    .satisfies(refusal -> assertThat(refusal.getCode()).isEqualTo(403))
                    .withMessageContaining("you may not");
            assertThatExceptionOfType(KubernetesClientException.class)
                    .isThrownBy(() -> api.get("busy", RawApi.JSON))
                    .withMessageContaining("HTTP 503");
        }
    }

    @Test
    void aServerThatIsGoneIsAnIoFailure() {
        try (KubernetesClient client = client()) {
            server.stop(0);
            assertThatExceptionOfType(KubernetesClientException.class)
                    .isThrownBy(() -> new RawApi(client).get("things", RawApi.JSON))
                    .withCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void aServerThatTakesTheConnectionAndNeverAnswersIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                KubernetesClient client = client(silent.getLocalPort(), SHORT_TIMEOUT_MILLIS)) {
            RawApi api = new RawApi(client);
            assertThatExceptionOfType(CommandFailure.class)
                    .isThrownBy(() -> ApiFailures.explained(api.server(), () -> api.get("things", RawApi.JSON)))
                    .withMessage("cannot reach the API server " + api.server()
                            + ": no answer within 0.3 s; check the cluster and the kubeconfig context"
                            + " ('kubectl config current-context')");
        }
    }

    @Test
    void anAnswerThatStopsInTheMiddleIsGivenUp() {
        CountDownLatch over = new CountDownLatch(1);
        server.createContext("/half", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            awaitQuietly(over);
            exchange.close();
        });
        try (KubernetesClient client = client(server.getAddress().getPort(), SHORT_TIMEOUT_MILLIS)) {
            assertThatExceptionOfType(KubernetesClientException.class)
                    .isThrownBy(() -> new RawApi(client).get("half", RawApi.JSON))
                    .withMessage("no answer within 0.3 s");
        } finally {
            over.countDown();
        }
    }

    @Test
    void aWatchWhoseServerIsGoneWithoutAWordIsGivenUp() {
        CountDownLatch over = new CountDownLatch(1);
        server.createContext("/watch", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("{\"type\": \"ADDED\"}\n".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            awaitQuietly(over);
            exchange.close();
        });
        List<String> seen = new ArrayList<>();
        try (KubernetesClient client = client()) {
            RawApi api = new RawApi(client, Duration.ofSeconds(1));
            assertThatExceptionOfType(KubernetesClientException.class)
                    .isThrownBy(() -> api.stream(
                            "watch",
                            RawApi.JSON,
                            event -> seen.add(event.path("type").asText())))
                    .withMessage("no end of the answer within 1 s");
        } finally {
            over.countDown();
        }
        assertThat(seen).containsExactly("ADDED");
    }

    private static void awaitQuietly(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private KubernetesClient client() {
        return client(server.getAddress().getPort(), LONG_TIMEOUT_MILLIS);
    }

    private static KubernetesClient client(int port, int requestTimeoutMillis) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + port)
                        .withOauthToken("secret")
                        .withRequestRetryBackoffLimit(0)
                        .withRequestTimeout(requestTimeoutMillis)
                        .build())
                .build();
    }

    private void answer(String path, int code, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            authorization.set(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
