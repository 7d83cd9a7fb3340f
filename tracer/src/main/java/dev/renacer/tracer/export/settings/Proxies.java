// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The proxies of an environment: HTTPS_PROXY for https, HTTP_PROXY for http, in lower or upper case, and NO_PROXY. OTLP over gRPC needs
 * one that tunnels (CONNECT), which the one for https is sure to, so that goes first. This machine itself is never proxied.
 */
public final class Proxies {
    /** An environment without proxies. */
    public static final Proxies NONE = new Proxies(Map.of(), List.of());

    private static final int DEFAULT_PORT = 80;
    private static final int BITS_OF_A_BYTE = 8;
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F]*:[0-9a-fA-F:.]*");

    private final Map<String, Proxy> byScheme;
    private final List<String> exceptions;

    /**
     * A proxy.
     *
     * @param host      a name or an address, an IPv6 one without brackets
     * @param user      empty: it wants none
     * @param variable  that names it
     */
    public record Proxy(String host, int port, Optional<String> user, String password, String variable) {
        /** Without the password. */
        @Override
        public String toString() {
            return host + ":" + port + " (" + variable + ")";
        }
    }

    private Proxies(Map<String, Proxy> byScheme, List<String> exceptions) {
        this.byScheme = Map.copyOf(byScheme);
        this.exceptions = List.copyOf(exceptions);
    }

    /**
     * Reads an environment.
     *
     * @throws IllegalArgumentException if a proxy is none that can be used; a message of one line that names the variable, without its
     *     value, which may hold a password
     */
    public static Proxies of(Map<String, String> environment) {
        Map<String, Proxy> found = new LinkedHashMap<>();
        for (String scheme : List.of("http", "https")) {
            String name = scheme + "_proxy";
            for (String variable : List.of(name, name.toUpperCase(Locale.ROOT))) {
                String value = environment.getOrDefault(variable, "").strip();
                if (!value.isEmpty() && !found.containsKey(scheme)) {
                    found.put(scheme, parse(variable, value));
                }
            }
        }
        String none = environment.getOrDefault("no_proxy", environment.getOrDefault("NO_PROXY", ""));
        return new Proxies(
                found,
                List.of(none.split(",")).stream()
                        .map(String::strip)
                        .filter(exception -> !exception.isEmpty())
                        .toList());
    }

    /** The proxy on the way to an endpoint; empty: there is none. */
    public Optional<Proxy> on(OtlpEndpoint endpoint) {
        URI uri = endpoint.uri();
        String host = bare(uri.getHost());
        if (byScheme.isEmpty()
                || endpoint.isLoopback()
                || exceptions.stream().anyMatch(each -> covers(each, host, uri.getPort()))) {
            return Optional.empty();
        }
        Optional<Proxy> own = Optional.ofNullable(byScheme.get(uri.getScheme()));
        return endpoint.protocol() == OtlpEndpoint.Protocol.GRPC
                ? Optional.ofNullable(byScheme.get("https")).or(() -> own)
                : own;
    }

    private static Proxy parse(String variable, String value) {
        IllegalArgumentException unusable = new IllegalArgumentException(
                variable + " is no proxy that can be used: write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT");
        URI uri;
        try {
            uri = new URI(value.contains("://") ? value : "http://" + value);
        } catch (URISyntaxException _) {
            throw unusable; // its message quotes the value
        }
        if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
            throw unusable;
        }
        String user = Optional.ofNullable(uri.getRawUserInfo()).orElse("");
        int colon = user.indexOf(':');
        return new Proxy(
                bare(uri.getHost()),
                uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort(),
                Optional.of(decoded(colon < 0 ? user : user.substring(0, colon)))
                        .filter(name -> !name.isEmpty()),
                colon < 0 ? "" : decoded(user.substring(colon + 1)),
                variable);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** As curl and Go read it: a star, a name and all below it, an address, a network, each but the first perhaps with a port. */
    private static boolean covers(String exception, String host, int port) {
        if (exception.equals("*")) {
            return true;
        }
        if (exception.contains("/")) {
            return isIn(exception, host);
        }
        String name = exception;
        int colon = exception.lastIndexOf(':');
        if (colon > 0 && (exception.charAt(colon - 1) == ']' || exception.indexOf(':') == colon)) {
            if (!exception.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
            name = exception.substring(0, colon);
        }
        String suffix = bare(name).replaceFirst("^\\*?\\.", "").toLowerCase(Locale.ROOT);
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.equals(suffix) || lower.endsWith("." + suffix);
    }

    private static boolean isIn(String network, String host) {
        int slash = network.indexOf('/');
        String begin = bare(network.substring(0, slash));
        if (!ADDRESS.matcher(host).matches() || !ADDRESS.matcher(begin).matches()) {
            return false; // names are not looked up
        }
        try {
            byte[] address = InetAddress.ofLiteral(host).getAddress();
            byte[] first = InetAddress.ofLiteral(begin).getAddress();
            int free = first.length * BITS_OF_A_BYTE - Integer.parseInt(network.substring(slash + 1));
            return address.length == first.length
                    && free >= 0
                    && new BigInteger(1, address).shiftRight(free).equals(new BigInteger(1, first).shiftRight(free));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Proxies that && byScheme.equals(that.byScheme) && exceptions.equals(that.exceptions);
    }

    @Override
    public int hashCode() {
        return byScheme.hashCode() * 31 + exceptions.hashCode();
    }

    /** Without passwords. */
    @Override
    public String toString() {
        return byScheme.values() + " except " + exceptions;
    }
}
