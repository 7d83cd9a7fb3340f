// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the API server what has no type in the Kubernetes client: the tables that {@code kubectl get} prints. The requests go
 * through that client all the same, so that they know every way to log in.
 *
 * @param streamLimit  how long an answer that goes on may last until the connection counts as lost
 */
public record RawApi(KubernetesClient client, Duration streamLimit) {
    /** Objects as rows and columns: what {@code kubectl get} asks for, plain JSON from a server that does not know it. */
    public static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    /** Objects as they are. */
    public static final String JSON = "application/json";

    /** How long a server is asked to keep an answer going on. */
    public static final int STREAM_SECONDS = 240;

    /** The server ends it before. */
    private static final Duration STREAM_LIMIT = Duration.ofSeconds(STREAM_SECONDS + 30);

    /** Shared, because the first use of each costs tens of milliseconds. */
    public static final ObjectMapper MAPPER = new ObjectMapper();

    /** With the limit that fits {@link #STREAM_SECONDS}. */
    public RawApi(KubernetesClient client) {
        this(client, STREAM_LIMIT);
    }

    /** The server's URL. */
    public String server() {
        return client.getMasterUrl().toString();
    }

    /**
     * One GET.
     *
     * @param path  without a leading slash
     * @throws KubernetesClientException if the server refuses or cannot be reached, or has not answered in full within the request
     *     timeout of the client's configuration
     */
    public JsonNode get(String path, String accept) throws InterruptedException {
        Duration limit = Duration.ofMillis(client.getConfiguration().getRequestTimeout());
        HttpRequest request = request(path, accept)
                .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .build();
        HttpResponse<byte[]> response = answer(client.getHttpClient().sendAsync(request, byte[].class), limit);
        return read(response.code(), response.body());
    }

    /**
     * One GET whose answer goes on: one JSON value after the other, until the server ends it.
     *
     * @param each  gets each value as it comes, on the calling thread; what it throws ends the answer
     * @throws KubernetesClientException if the server refuses or cannot be reached, or is lost, also without a word
     */
    public void stream(String path, String accept, Consumer<JsonNode> each) throws InterruptedException {
        Instant end = Instant.now().plus(streamLimit);
        HttpRequest request = request(path, accept)
                .timeout(streamLimit.toMillis(), TimeUnit.MILLISECONDS)
                .forStreaming()
                .build();
        HttpResponse<InputStream> response =
                answer(client.getHttpClient().sendAsync(request, InputStream.class), streamLimit);
        CompletableFuture<Void> over = new CompletableFuture<>();
        try (InputStream body = response.body()) {
            // The request's own limit ends with the headers of the answer, and a read of the body waits without one.
            over.orTimeout(Duration.between(Instant.now(), end).toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(_ -> closed(body));
            if (!response.isSuccessful()) {
                read(response.code(), body.readAllBytes());
            }
            try (MappingIterator<JsonNode> values =
                    MAPPER.readerFor(JsonNode.class).readValues(body)) {
                while (values.hasNextValue()) {
                    each.accept(values.nextValue());
                }
            }
        } catch (IOException e) {
            if (over.isCompletedExceptionally()) {
                throw late("no end of the answer", streamLimit);
            }
            throw new KubernetesClientException(String.valueOf(e.getMessage()), e);
        } finally {
            over.complete(null);
        }
    }

    /** Ends whoever reads it. */
    private static @Nullable Void closed(InputStream body) {
        try {
            body.close();
        } catch (IOException _) {
            // It is given up in any case.
        }
        return null;
    }

    private HttpRequest.Builder request(String path, String accept) {
        return client.getHttpClient()
                .newHttpRequestBuilder()
                .uri((server().endsWith("/") ? server() : server() + "/") + path)
                .header("Accept", accept);
    }

    /** The request's own limit ends with the headers of the answer, and begins anew with each retry. */
    private static <T> HttpResponse<T> answer(CompletableFuture<HttpResponse<T>> sent, Duration limit)
            throws InterruptedException {
        try {
            return sent.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw late("no answer", limit);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof HttpTimeoutException && !(cause instanceof HttpConnectTimeoutException)) {
                throw late("no answer", limit);
            }
            throw new KubernetesClientException(String.valueOf(cause.getMessage()), cause);
        }
    }

    private static KubernetesClientException late(String what, Duration limit) {
        String seconds =
                BigDecimal.valueOf(limit.toMillis(), 3).stripTrailingZeros().toPlainString();
        String message = what + " within " + seconds + " s";
        return new KubernetesClientException(message, new HttpTimeoutException(message));
    }

    /**
     * What an answer holds.
     *
     * @throws KubernetesClientException if it is a refusal
     */
    private static JsonNode read(int code, byte[] body) {
        try {
            if (code < 400) {
                return MAPPER.readTree(body);
            }
            boolean isStatus = body.length > 0 && body[0] == '{';
            Status status = isStatus ? MAPPER.readValue(body, Status.class) : new Status();
            String message = status.getMessage() == null ? "HTTP " + code : status.getMessage();
            throw new KubernetesClientException(message, code, status);
        } catch (IOException e) {
            throw new KubernetesClientException("the answer is not JSON: " + e.getMessage(), e);
        }
    }
}
