// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads from the API server without the Kubernetes client's types, whose loading would cost a listing more time than all
 * the rest of it.
 */
public sealed interface RawApi extends AutoCloseable permits DirectApi, ClientApi {
    /** Objects as rows and columns: what {@code kubectl get} asks for, plain JSON from a server that does not know it. */
    String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    String JSON = "application/json";

    /** A person waits for the answer: say early that nobody is there. */
    int CONNECT_TIMEOUT_MILLIS = 5_000;

    int REQUEST_TIMEOUT_MILLIS = 10_000;

    /** How long a server is asked to keep an answer going on. */
    int STREAM_SECONDS = 240;

    /** How long such an answer may be silent until the connection counts as lost: the server ends it before. */
    int STREAM_TIMEOUT_MILLIS = (STREAM_SECONDS + 30) * 1_000;

    /** Shared, because the first use of each costs tens of milliseconds. */
    ObjectMapper MAPPER = new ObjectMapper();

    /** The server's URL with a slash at its end. */
    String server();

    /** The namespace that the kubeconfig's context names. */
    Optional<String> namespace();

    /**
     * One GET.
     *
     * @param path  without a leading slash
     * @throws KubernetesClientException if the server refuses or cannot be reached
     */
    JsonNode get(String path, String accept) throws InterruptedException;

    /**
     * One GET whose answer goes on: one JSON value after the other, until the server ends it.
     *
     * @param each  gets each value as it comes, on the calling thread; what it throws ends the answer
     * @throws KubernetesClientException if the server refuses or cannot be reached, or is lost
     */
    void stream(String path, String accept, Consumer<JsonNode> each) throws InterruptedException;

    @Override
    void close();

    /** Reads such an answer to its end. */
    static void readAll(InputStream body, Consumer<JsonNode> each) throws IOException {
        try (MappingIterator<JsonNode> values = MAPPER.readerFor(JsonNode.class).readValues(body)) {
            while (values.hasNextValue()) {
                each.accept(values.nextValue());
            }
        }
    }

    /** The URL with a slash at its end. */
    static String withSlash(String url) {
        return url.endsWith("/") ? url : url + "/";
    }

    /**
     * What an answer holds.
     *
     * @throws KubernetesClientException if it is a refusal
     */
    static JsonNode read(int code, byte[] body) {
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
