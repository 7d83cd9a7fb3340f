// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.sink;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Connects to a sink's address, and for https does the TLS handshake. Sends nothing. Does not judge whether the
 * certificate is trusted: the agents have the authority's certificate, and refuse if necessary.
 */
final class SinkProbe {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Duration patience;

    /**
     * @param patience  for connecting, and for each answer of the handshake
     */
    SinkProbe(Duration patience) {
        this.patience = patience;
    }

    /** Why the sink cannot be reached; empty if it can. */
    Optional<String> problem(URI endpoint, boolean withCredentials) {
        boolean tls = "https".equals(endpoint.getScheme());
        int port = endpoint.getPort() > 0 ? endpoint.getPort() : tls ? HTTPS_PORT : HTTP_PORT;
        // The URI keeps the brackets of an IPv6 address.
        String host = Objects.requireNonNullElse(endpoint.getHost(), "").replaceAll("[\\[\\]]", "");
        String where = endpoint.getHost() + ":" + port;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), port), (int) patience.toMillis());
            socket.setSoTimeout((int) patience.toMillis());
            return tls ? handshake(socket, host, port, where, withCredentials) : Optional.empty();
        } catch (UnknownHostException _) {
            return Optional.of(
                    "No address is known for " + host + ": correct spec.endpoint, or see the service it names");
        } catch (SocketTimeoutException _) {
            return Optional.of("No answer from " + where + " within " + patience.toSeconds()
                    + " s: see network policies and firewalls on the way");
        } catch (ConnectException e) {
            return Optional.of(where + " refuses connections: see whether the collector runs and listens there ("
                    + e.getMessage() + ")");
        } catch (IOException e) {
            return Optional.of("Cannot connect to " + where + ": " + e.getMessage());
        }
    }

    private Optional<String> handshake(Socket socket, String host, int port, String where, boolean withCredentials) {
        try (SSLSocket tls = (SSLSocket) trusting().getSocketFactory().createSocket(socket, host, port, true)) {
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            if (host.matches("[a-zA-Z][-a-zA-Z0-9.]*")) {
                parameters.setServerNames(List.of(new SNIHostName(host)));
            }
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            return Optional.empty();
        } catch (SocketTimeoutException _) {
            return Optional.of("No TLS handshake with " + where + " within " + patience.toSeconds()
                    + " s: see whether it speaks TLS there");
        } catch (IOException e) {
            // The agents have the client certificate; being asked for one is an answer.
            boolean asksForCertificate = withCredentials
                    && String.valueOf(e.getMessage())
                            .matches("(?i).*(certificate_required|bad_certificate|handshake_failure).*");
            return asksForCertificate
                    ? Optional.empty()
                    : Optional.of("The TLS handshake with " + where + " fails: " + e.getMessage()
                            + ": see whether it speaks TLS there");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }

    private static SSLContext trusting() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustEveryone()}, null);
        return context;
    }

    /** Nothing is sent over these connections, and nothing is read from them. */
    private static final class TrustEveryone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
