// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/**
 * Reads from the API server without the Kubernetes client's types, whose loading would cost a listing more time than all
 * the rest of it. The HTTP client below is the same, so log-in, certificates and proxies are too.
 */
final class RawApi implements AutoCloseable {
    /** Objects as rows and columns: what {@code kubectl get} asks for, plain JSON from a server that does not know it. */
    static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    static final String JSON = "application/json";

    private static final int FIRST_ERROR = 400;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String server;
    private final HttpClient http;

    private RawApi(String server, HttpClient http) {
        this.server = server;
        this.http = http;
    }

    /** Makes no request yet. */
    static RawApi of(Config config) {
        String url = config.getMasterUrl();
        return new RawApi(
                url.endsWith("/") ? url : url + "/",
                new JdkHttpClientFactory().newBuilder(config).build());
    }

    /** The server's URL, for messages. */
    String server() {
        return server;
    }

    /**
     * One GET.
     *
     * @param path  without a leading slash
     * @throws KubernetesClientException if the server refuses or cannot be reached
     */
    JsonNode get(String path, String accept) throws InterruptedException {
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(server + path)
                .header("Accept", accept)
                .build();
        try {
            HttpResponse<byte[]> response =
                    http.sendAsync(request, byte[].class).get();
            if (response.code() >= FIRST_ERROR) {
                throw refused(response);
            }
            return MAPPER.readTree(response.body());
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new KubernetesClientException(String.valueOf(cause.getMessage()), cause);
        } catch (IOException e) {
            throw new KubernetesClientException("the answer is no JSON: " + e.getMessage(), e);
        }
    }

    private static KubernetesClientException refused(HttpResponse<byte[]> response) throws IOException {
        byte[] body = response.body();
        boolean isStatus = body.length > 0 && body[0] == '{';
        Status status = isStatus ? MAPPER.readValue(body, Status.class) : new Status();
        String message = status.getMessage() == null ? "HTTP " + response.code() : status.getMessage();
        return new KubernetesClientException(message, response.code(), status);
    }

    @Override
    public void close() {
        http.close();
    }
}
