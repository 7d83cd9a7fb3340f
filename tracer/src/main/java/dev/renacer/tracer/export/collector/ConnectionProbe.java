// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Checks, before the first span is made, whether anybody listens at an endpoint. */
final class ConnectionProbe {
    private ConnectionProbe() {}

    /**
     * Connects and closes the connection. Blocks for at most the timeout, plus the time of the resolver.
     *
     * @return why it did not work; empty if it did, or if there is a proxy in between, so that nothing can be said
     */
    static Optional<String> failure(URI uri, Duration timeout) {
        if (isProxied(uri)) {
            return Optional.empty();
        }
        String where = uri.getHost() + ":" + uri.getPort();
        try (Socket socket = new Socket()) {
            InetSocketAddress address = new InetSocketAddress(host(uri), uri.getPort());
            if (address.isUnresolved()) {
                return Optional.of("cannot resolve " + uri.getHost());
            }
            socket.connect(address, (int) timeout.toMillis());
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("cannot connect to " + where + ": " + OutcomeRules.cause(e));
        }
    }

    /** The host of a URL as the resolver wants it: an IPv6 address without its brackets. */
    static String host(URI uri) {
        String host = uri.getHost();
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** Whether there is another host in between. */
    static boolean isProxied(URI uri) {
        ProxySelector selector = ProxySelector.getDefault();
        List<Proxy> proxies = selector == null ? List.of() : selector.select(uri);
        return proxies.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT);
    }
}
