// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import dev.renacer.capture.PrintableText;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where spans go.
 *
 * @param uri       http or https, with host and port; for HTTP/protobuf, {@code /v1/traces} is appended if the path is
 *     empty
 * @param protocol  how they are sent
 */
public record OtlpEndpoint(URI uri, Protocol protocol) {
    /** Where an OTLP/HTTP receiver takes traces. */
    static final String TRACES_PATH = "/v1/traces";

    /** Likewise, metrics. */
    static final String METRICS_PATH = "/v1/metrics";

    private static final int HTTP_PROTOBUF_PORT = 4318;
    private static final String EXAMPLES = "; write http://HOST:4317 (gRPC) or http://HOST:4318 (HTTP/protobuf)";
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "[::1]", "ip6-localhost");

    /** OTLP transports, by the names of OTEL_EXPORTER_OTLP_PROTOCOL. */
    public enum Protocol {
        GRPC,
        HTTP_PROTOBUF
    }

    /**
     * Reads an endpoint's URL. Without a port, the scheme's default is used. Without a protocol, port 4318 or a path
     * means HTTP/protobuf, and everything else means gRPC. The path {@code /} counts as no path.
     *
     * @throws IllegalArgumentException if it is not an endpoint's URL; a message of one line that says why and what to
     * write instead
     */
    public static OtlpEndpoint parse(String url, Optional<Protocol> protocol) {
        String shown = "OTLP endpoint '" + PrintableText.shortLine(withoutUser(url)) + "'";
        URI uri;
        try {
            uri = new URI(url.strip());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    shown + " is not a URL: " + PrintableText.shortLine(e.getReason()) + EXAMPLES);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!url.contains("://")) {
            throw new IllegalArgumentException(shown + " has no scheme" + EXAMPLES);
        }
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException(
                    shown + " has the scheme '" + PrintableText.shortLine(scheme) + "', not http or https" + EXAMPLES);
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException(shown + " has no valid host and port" + EXAMPLES);
        }
        if (uri.getUserInfo() != null || uri.getQuery() != null || uri.getFragment() != null) {
            throw new IllegalArgumentException(
                    "an OTLP endpoint must have no user, query or fragment; put credentials into OTEL_EXPORTER_OTLP_HEADERS");
        }
        int port = uri.getPort() == -1 ? defaultPort(scheme) : uri.getPort();
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(shown + " has a port that is not between 1 and 65535" + EXAMPLES);
        }
        String path = uri.getPath().equals("/") ? "" : uri.getPath();
        if (!path.isEmpty() && protocol.equals(Optional.of(Protocol.GRPC))) {
            throw new IllegalArgumentException(shown
                    + " has a path, and gRPC has no use for one; leave the path out (gRPC is usually port 4317), or"
                    + " choose the protocol http/protobuf");
        }
        OtlpEndpoint endpoint = of(scheme, uri.getHost(), port, path, Protocol.GRPC);
        return new OtlpEndpoint(endpoint.uri(), protocol.orElseGet(endpoint::protocolByForm));
    }

    /**
     * The endpoint of a flag, or otherwise that of OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT in
     * the environment. The protocol is the environment's in either case.
     *
     * @return empty if none is given, or if the environment switches export off and there is no flag
     * @throws IllegalArgumentException if the given value cannot be used; a message of one line that names the variable
     */
    public static Optional<OtlpEndpoint> find(Optional<String> flag, Map<String, String> environment) {
        OtlpEnvironment variables = new OtlpEnvironment(environment);
        return flag.isPresent() ? Optional.of(parse(flag.get(), variables.protocol())) : variables.endpoint();
    }

    /** Where HTTP/protobuf requests go. */
    public URI tracesUri() {
        return uri.getPath().isEmpty() ? withPath(TRACES_PATH).uri() : uri;
    }

    /** Where metrics go over HTTP/protobuf: beside the traces. */
    public URI metricsUri() {
        String path = tracesUri().getPath();
        String beside = path.endsWith(TRACES_PATH) ? path.substring(0, path.length() - TRACES_PATH.length()) : path;
        return withPath(beside + METRICS_PATH).uri();
    }

    boolean hasPath() {
        return !uri.getPath().isEmpty();
    }

    OtlpEndpoint withPath(String path) {
        return of(uri.getScheme(), uri.getHost(), uri.getPort(), path, protocol);
    }

    /** Whether spans stay on this machine, judged by the host's name; nothing is resolved. */
    public boolean isLoopback() {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        return LOOPBACK_NAMES.contains(host) || host.matches("127(\\.\\d{1,3}){3}");
    }

    private Protocol protocolByForm() {
        return uri.getPort() == HTTP_PROTOBUF_PORT || hasPath() ? Protocol.HTTP_PROTOBUF : Protocol.GRPC;
    }

    private static OtlpEndpoint of(String scheme, String host, int port, String path, Protocol protocol) {
        try {
            return new OtlpEndpoint(new URI(scheme, null, host, port, path, null, null), protocol);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "OTLP endpoint on host '" + PrintableText.shortLine(host) + "' cannot be written as a URL", e);
        }
    }

    /** A URL that can be shown: the part before an @ may be a password. */
    private static String withoutUser(String url) {
        int at = url.lastIndexOf('@');
        int slashes = url.indexOf("//");
        return at < 0
                ? url
                : (slashes >= 0 && slashes < at ? url.substring(0, slashes + 2) : "") + "***" + url.substring(at);
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }
}
