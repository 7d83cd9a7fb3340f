// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.tracer.export.settings.Proxies;
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
     * @param proxy  in between: it is tried instead
     * @return why it did not work; empty if it did
     */
    static Optional<String> failure(URI uri, Optional<Proxies.Proxy> proxy, Duration timeout) {
        return proxy.isPresent()
                ? failure(proxy.get().host(), proxy.get().port(), "the proxy " + proxy.get(), timeout)
                : isProxied(uri)
                        ? Optional.empty()
                        : failure(host(uri), uri.getPort(), uri.getHost() + ":" + uri.getPort(), timeout);
    }

    private static Optional<String> failure(String host, int port, String shown, Duration timeout) {
        try (Socket socket = new Socket()) {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                return Optional.of("cannot resolve " + (shown.endsWith(")") ? shown : host));
            }
            socket.connect(address, (int) timeout.toMillis());
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("cannot connect to " + shown + ": " + OutcomeRules.cause(e));
        }
    }

    /** The host of a URL as the resolver wants it: an IPv6 address without its brackets. */
    static String host(URI uri) {
        String host = uri.getHost();
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** Whether the JVM's own settings name another host in between. */
    static boolean isProxied(URI uri) {
        ProxySelector selector = ProxySelector.getDefault();
        List<Proxy> proxies = selector == null ? List.of() : selector.select(uri);
        return proxies.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT);
    }
}
