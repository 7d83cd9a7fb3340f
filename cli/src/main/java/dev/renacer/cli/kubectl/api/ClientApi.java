// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** By the Kubernetes client's own HTTP client, which knows every way to log in, proxies too. */
public record ClientApi(String server, Optional<String> namespace, HttpClient http) implements RawApi {
    /** Makes no request yet. */
    public static ClientApi of(Config config) {
        return new ClientApi(
                RawApi.withSlash(config.getMasterUrl()),
                Optional.ofNullable(config.getNamespace()),
                new JdkHttpClientFactory().newBuilder(config).build());
    }

    @Override
    public JsonNode get(String path, String accept) throws InterruptedException {
        HttpResponse<byte[]> response =
                answer(http.sendAsync(request(path, accept).build(), byte[].class));
        return RawApi.read(response.code(), response.body());
    }

    @Override
    public void stream(String path, String accept, Consumer<JsonNode> each) throws InterruptedException {
        HttpRequest request = request(path, accept)
                .timeout(RawApi.STREAM_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .forStreaming()
                .build();
        HttpResponse<InputStream> response = answer(http.sendAsync(request, InputStream.class));
        try (InputStream body = response.body()) {
            if (!response.isSuccessful()) {
                RawApi.read(response.code(), body.readAllBytes());
            }
            RawApi.readAll(body, each);
        } catch (IOException e) {
            throw new KubernetesClientException(String.valueOf(e.getMessage()), e);
        }
    }

    private HttpRequest.Builder request(String path, String accept) {
        return http.newHttpRequestBuilder().uri(server + path).header("Accept", accept);
    }

    private static <T> HttpResponse<T> answer(CompletableFuture<HttpResponse<T>> sent) throws InterruptedException {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new KubernetesClientException(String.valueOf(cause.getMessage()), cause);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
