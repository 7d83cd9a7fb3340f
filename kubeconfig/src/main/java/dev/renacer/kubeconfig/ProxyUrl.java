// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.kubeconfig;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URI;
import java.net.URISyntaxException;

/** The {@code proxy-url} of a kubeconfig, for a client that speaks plain HTTP with proxies, and nothing else. */
final class ProxyUrl {
    private static final int DEFAULT_PORT = 80;

    private ProxyUrl() {}

    /**
     * With a port, the scheme's own if there is none.
     *
     * @param cluster  whose it is
     * @throws KubernetesClientException if the client could not use it, or would send what is secret in plain text; does not quote
     *     the URL, which may hold a password
     */
    static String complete(String cluster, String url) {
        URI proxy = parse(cluster, url);
        if (!"http".equalsIgnoreCase(proxy.getScheme())) {
            throw new KubernetesClientException(
                    of(cluster) + " does not begin with http://; proxies that speak TLS or SOCKS are not supported");
        }
        if (proxy.getHost() == null) {
            throw new KubernetesClientException(of(cluster) + " names no host");
        }
        String user = proxy.getRawUserInfo() == null ? "" : proxy.getRawUserInfo() + "@";
        int port = proxy.getPort() < 0 ? DEFAULT_PORT : proxy.getPort();
        return "http://" + user + proxy.getHost() + ":" + port;
    }

    private static URI parse(String cluster, String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new KubernetesClientException(of(cluster) + " is not a URL: " + e.getReason());
        }
    }

    private static String of(String cluster) {
        return "proxy-url of the cluster '" + cluster + "'";
    }
}
