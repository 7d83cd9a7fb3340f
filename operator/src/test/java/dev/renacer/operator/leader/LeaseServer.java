// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.leader;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An API server as far as one Lease needs it, which can fall silent: it then takes requests and never answers. */
final class LeaseServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger renewals = new AtomicInteger();
    private volatile boolean silent;
    private @Nullable Lease lease; // guarded by this

    LeaseServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From here on nothing is answered. */
    void fallSilent() {
        silent = true;
    }

    /** Renewals answered so far. */
    int renewals() {
        return renewals.get();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (silent) {
                closed.await();
                return;
            }
            answer(exchange, body);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, String body) throws IOException {
        int code = HttpURLConnection.HTTP_OK;
        String json;
        synchronized (this) {
            if (lease != null && body.startsWith("[")) {
                // The only JSON patch there is: a replica gives the lease back.
                lease.getSpec().setHolderIdentity("");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                lease = Serialization.unmarshal(body, Lease.class);
                lease.getMetadata().setResourceVersion(Integer.toString(renewals.incrementAndGet()));
            }
            if (lease == null) {
                code = HttpURLConnection.HTTP_NOT_FOUND;
                json = "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":404}";
            } else {
                json = Serialization.asJson(lease);
            }
        }
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
