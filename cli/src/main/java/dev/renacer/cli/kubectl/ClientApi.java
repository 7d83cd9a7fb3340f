// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** By the Kubernetes client's own HTTP client, which knows every way to log in, proxies too. */
record ClientApi(String server, Optional<String> namespace, HttpClient http) implements RawApi {
    /** Makes no request yet. */
    static ClientApi of(Config config) {
        return new ClientApi(
                RawApi.withSlash(config.getMasterUrl()),
                Optional.ofNullable(config.getNamespace()),
                new JdkHttpClientFactory().newBuilder(config).build());
    }

    @Override
    public JsonNode get(String path, String accept) throws InterruptedException {
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(server + path)
                .header("Accept", accept)
                .build();
        try {
            HttpResponse<byte[]> response =
                    http.sendAsync(request, byte[].class).get();
            return RawApi.read(response.code(), response.body());
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
