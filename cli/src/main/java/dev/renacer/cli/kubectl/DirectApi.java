// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;

/**
 * By the JDK's old HTTP connection, for a kubeconfig that needs nothing else. It starts no threads, and both it and what it needs
 * to know are ready in a fraction of the time that the Kubernetes client's take.
 */
record DirectApi(PlainAccess access) implements RawApi {
    @Override
    public String server() {
        return RawApi.withSlash(access.server());
    }

    @Override
    public Optional<String> namespace() {
        return access.namespace();
    }

    @Override
    public JsonNode get(String path, String accept) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(server() + path).toURL().openConnection(Proxy.NO_PROXY);
            if (connection instanceof HttpsURLConnection https) {
                https.setSSLSocketFactory(access.tls().getSocketFactory());
            }
            connection.setConnectTimeout(ClusterOptions.CONNECT_TIMEOUT_MILLIS);
            connection.setReadTimeout(ClusterOptions.REQUEST_TIMEOUT_MILLIS);
            connection.setInstanceFollowRedirects(false);
            connection.setRequestProperty("Accept", accept);
            access.token().ifPresent(token -> connection.setRequestProperty("Authorization", "Bearer " + token));
            int code = connection.getResponseCode();
            try (InputStream body = code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return RawApi.read(code, body == null ? new byte[0] : body.readAllBytes());
            }
        } catch (IOException e) {
            throw new KubernetesClientException(String.valueOf(e.getMessage()), e);
        } catch (GeneralSecurityException e) {
            throw new KubernetesClientException("the kubeconfig's certificates: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        // A connection ends with its answer.
    }
}
