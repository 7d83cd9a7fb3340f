// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.tracer.export.settings.OtlpEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds out which protocol a port speaks after an export failed there without an answer. Libraries report this in as
 * many ways as there are servers ("header parser received no bytes", "First received frame was not SETTINGS"), so the
 * port itself is asked.
 */
final class OtherProtocol {
    static final String USE_GRPC =
            " (is this a gRPC port? set OTEL_EXPORTER_OTLP_PROTOCOL=grpc, in a TraceSink protocol: grpc)";
    static final String USE_HTTP =
            " (is this an OTLP/HTTP port? set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf, in a TraceSink protocol:"
                    + " http/protobuf)";
    static final String USE_HTTPS = " (this port wants TLS: write https:// in the endpoint)";
    private static final String USE_PLAIN = " (this port does not speak TLS: write http:// in the endpoint)";

    /** Enough of an HTTP/1.1 answer to contain what servers say that want TLS. */
    private static final int ENOUGH = 1_024;
    /** A frame's header: three bytes of length, type, flags, stream. */
    private static final int FRAME_HEAD = 9;

    private static final byte[] HTTP_2_PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

    /** The protocol in which a port answered. */
    private enum Spoken {
        HTTP_1,
        HTTP_2,
        TLS,
        NOTHING
    }

    private OtherProtocol() {}

    /**
     * Asks a port, at most three times, over new connections; nothing but a request for {@code /} is sent.
     *
     * @param timeout  for each connection
     * @return what to change, to be appended to a cause; empty if the port speaks the endpoint's protocol, or says
     *     nothing
     */
    static Optional<String> hint(OtlpEndpoint endpoint, Duration timeout) {
        URI uri = endpoint.uri();
        boolean secure = uri.getScheme().equals("https");
        boolean grpc = endpoint.protocol() == OtlpEndpoint.Protocol.GRPC;
        byte[] http1 = ("GET / HTTP/1.1\r\nHost: " + uri.getHost() + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        Spoken spoken = answer(uri, http1, timeout);
        if (spoken == Spoken.NOTHING) {
            spoken = answer(uri, HTTP_2_PREFACE, timeout);
        }
        return switch (spoken) {
            case TLS -> secure ? Optional.empty() : Optional.of(USE_HTTPS);
            case HTTP_1 ->
                secure
                        ? Optional.of(USE_PLAIN)
                        : TlsHandshake.isSpoken(uri, timeout)
                                ? Optional.of(USE_HTTPS) // the text that says so was lost with the connection
                                : grpc ? Optional.of(USE_HTTP) : Optional.empty();
            case HTTP_2 -> secure ? Optional.of(USE_PLAIN) : grpc ? Optional.empty() : Optional.of(USE_GRPC);
            case NOTHING -> !secure && TlsHandshake.isSpoken(uri, timeout) ? Optional.of(USE_HTTPS) : Optional.empty();
        };
    }

    private static Spoken answer(URI uri, byte[] question, Duration timeout) {
        int millis = (int) timeout.toMillis();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(ConnectionProbe.host(uri), uri.getPort()), millis);
            socket.setSoTimeout(millis);
            socket.getOutputStream().write(question);
            return spoken(head(socket.getInputStream()));
        } catch (IOException | RuntimeException _) {
            return Spoken.NOTHING; // a guess less; the cause itself is told in any case
        }
    }

    /** What arrives until the end, an error, or enough bytes. */
    private static byte[] head(InputStream stream) {
        byte[] head = new byte[ENOUGH];
        int length = 0;
        try {
            while (length < ENOUGH) {
                int more = stream.read(head, length, ENOUGH - length);
                if (more < 0) {
                    break;
                }
                length += more;
                if (spoken(Arrays.copyOf(head, length)) == Spoken.HTTP_2) {
                    break; // such a server waits for us
                }
            }
        } catch (IOException _) {
            // reset, or silent after its answer
        }
        return Arrays.copyOf(head, length);
    }

    private static Spoken spoken(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.startsWith("HTTP/")) {
            return text.contains("HTTPS server") || text.contains("HTTPS port") ? Spoken.TLS : Spoken.HTTP_1;
        }
        if (head.length >= 3 && head[0] == 0x15 && head[1] == 3) { // an alert
            return Spoken.TLS;
        }
        // SETTINGS, or GOAWAY from a server that rejects the question, of a moderate length
        boolean frame = head.length >= FRAME_HEAD && head[0] == 0 && head[1] == 0 && (head[3] == 4 || head[3] == 7);
        return frame ? Spoken.HTTP_2 : Spoken.NOTHING;
    }
}
