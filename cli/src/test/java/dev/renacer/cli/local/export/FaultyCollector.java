// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;

/** An OTLP/HTTP collector on a port of loopback that fails in a certain way, and counts the spans that it has taken nevertheless. */
final class FaultyCollector implements AutoCloseable {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int LARGEST = 64 * 1_024;
    private static final String NOWHERE = "http://collector.invalid:4318";

    private final CollectorFault fault;
    private final AtomicLong accepted = new AtomicLong();
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> flags = new ArrayList<>();

    /**
     * @param folder  for certificates, if the fault is one of TLS; empty
     */
    FaultyCollector(CollectorFault fault, Path folder)
            throws IOException, InterruptedException, GeneralSecurityException {
        this.fault = fault;
        open.add(threads);
        flags.add("--otlp-endpoint");
        switch (fault) {
            case UNKNOWN_HOST -> flags.add(NOWHERE);
            case NOBODY -> flags.add("http://127.0.0.1:" + unusedPort());
            case RESETTING, HALF_OPEN -> flags.add("http://127.0.0.1:" + sockets());
            case EXPIRED_CERTIFICATE, WRONG_AUTHORITY, TLS_WHERE_PLAIN_IS_EXPECTED -> tls(folder);
            case PLAIN_WHERE_TLS_IS_EXPECTED -> flags.add("https://127.0.0.1:" + serve(HttpServer.create(ANY, 0)));
            default -> flags.add("http://127.0.0.1:" + serve(HttpServer.create(ANY, 0)));
        }
        flags.addAll(List.of("--otlp-protocol", "http/protobuf"));
    }

    /** How renacer is told of it. */
    List<String> flags() {
        return List.copyOf(flags);
    }

    /** The spans of the requests that it has acknowledged. */
    long accepted() {
        return accepted.get();
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void tls(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        TestAuthority authority = TestAuthority.made(folder, "authority");
        boolean expired = fault == CollectorFault.EXPIRED_CERTIFICATE;
        SSLContext context = expired
                ? authority.server("server", "-startdate", "-9d", "-validity", "3")
                : authority.server("server");
        HttpsServer server = HttpsServer.create(ANY, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        boolean plain = fault == CollectorFault.TLS_WHERE_PLAIN_IS_EXPECTED;
        flags.add((plain ? "http" : "https") + "://127.0.0.1:" + serve(server));
        if (expired) {
            flags.addAll(List.of("--otlp-ca", authority.certificate().toString()));
        }
    }

    private int serve(HttpServer server) {
        server.createContext("/v1/traces", this::answer);
        server.setExecutor(threads);
        server.start();
        open.addFirst(() -> server.stop(0));
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        switch (fault) {
            case HANGING -> await(Long.MAX_VALUE);
            case SLOW -> await(2_000);
            case TOO_MANY_REQUESTS -> exchange.getResponseHeaders().set("Retry-After", "1");
            default -> {
                // answers at once
            }
        }
        int status = status(body.length);
        try (exchange) {
            if (status == 200) {
                accepted.addAndGet(spans(body));
                exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            }
            byte[] said = fault == CollectorFault.BAD_REQUEST_AS_TOO_LARGE && status == 400
                    ? "http: request body too large\n".getBytes(StandardCharsets.UTF_8)
                    : new byte[0];
            exchange.sendResponseHeaders(status, said.length == 0 ? -1 : said.length);
            exchange.getResponseBody().write(said);
        }
    }

    private int status(int length) {
        return switch (fault) {
            case TOO_MANY_REQUESTS -> 429;
            case UNAVAILABLE -> 503;
            case BAD_REQUEST -> 400;
            case TOO_LARGE -> length > LARGEST ? 413 : 200;
            case BAD_REQUEST_AS_TOO_LARGE -> length > LARGEST ? 400 : 200;
            default -> 200;
        };
    }

    private static void await(long millis) throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(millis); // the fault itself
        } catch (InterruptedException e) {
            throw new IOException("closed", e);
        }
    }

    private static long spans(byte[] body) throws IOException {
        return ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .mapToLong(scope -> scope.getSpansCount())
                .sum();
    }

    /** Resets each connection once something was sent, or takes it and never reads. */
    private int sockets() throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReceiveBufferSize(4_096);
        server.bind(ANY);
        open.addFirst(server);
        threads.execute(() -> {
            while (!server.isClosed()) {
                try {
                    Socket client = server.accept();
                    open.add(client);
                    if (fault == CollectorFault.RESETTING) {
                        threads.execute(() -> reset(client));
                    }
                } catch (IOException _) {
                    return; // the test is over
                }
            }
        });
        return server.getLocalPort();
    }

    private static void reset(Socket client) {
        try (client) {
            client.setSoLinger(true, 0);
            int _ = client.getInputStream().read();
        } catch (IOException _) {
            // the other side was faster
        }
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IOException("the collector cannot be closed", e);
            }
        }
    }
}
