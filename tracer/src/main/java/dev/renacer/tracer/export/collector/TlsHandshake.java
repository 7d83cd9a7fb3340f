// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.tracer.export.settings.OtlpSettings;
import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why an export over TLS failed, by a handshake of its own with the same certificates. With TLS 1.3 a server refuses a
 * client's certificate after the handshake, when libraries are already writing, so that they report a broken pipe or nothing at all.
 */
final class TlsHandshake {
    /** How long a server may take to refuse; a shorter wait would miss it, a longer one delays the report. */
    private static final int REFUSAL_MILLIS = 500;

    private static final String[] PROTOCOLS = {"h2", "http/1.1"};

    private TlsHandshake() {}

    /**
     * Tries a handshake. Blocks for at most the timeout and half a second, plus the time of the resolver.
     *
     * @return why it failed, with what to do about it; empty if it did not, or for a reason that is not of TLS
     */
    static Optional<String> failure(URI uri, OtlpSettings settings, Duration timeout) {
        try {
            shakeHands(uri, context(settings), "HTTPS", timeout);
            return Optional.empty();
        } catch (SSLException e) {
            return TlsFailure.of(e, settings.clientTls().isPresent());
        } catch (IOException | GeneralSecurityException | RuntimeException _) {
            return Optional.empty(); // the export's own failure is told
        }
    }

    /** Whether a port speaks TLS, whatever its certificate. Nothing is sent over the connection. */
    static boolean isSpoken(URI uri, Duration timeout) {
        try {
            SSLContext anybody = SSLContext.getInstance("TLS");
            anybody.init(null, null, null);
            shakeHands(uri, anybody, null, timeout);
            return true;
        } catch (SSLException e) {
            return TlsFailure.of(e, false).isPresent();
        } catch (IOException | GeneralSecurityException | RuntimeException _) {
            return false;
        }
    }

    private static void shakeHands(URI uri, SSLContext context, @Nullable String identification, Duration timeout)
            throws IOException {
        int millis = (int) timeout.toMillis();
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(ConnectionProbe.host(uri), uri.getPort()), millis);
            plain.setSoTimeout(millis);
            // Not closed as such: that would wait for an answer to its goodbye.
            SSLSocket socket = (SSLSocket)
                    context.getSocketFactory().createSocket(plain, ConnectionProbe.host(uri), uri.getPort(), false);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm(identification);
            parameters.setApplicationProtocols(PROTOCOLS);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            plain.setSoTimeout(REFUSAL_MILLIS);
            awaitRefusal(socket);
        }
    }

    private static void awaitRefusal(SSLSocket socket) throws IOException {
        try {
            int _ = socket.getInputStream().read();
        } catch (SocketTimeoutException _) {
            // nothing was refused
        }
    }

    private static SSLContext context(OtlpSettings settings) throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys(settings), trust(settings), null);
        return context;
    }

    private static KeyManager @Nullable [] keys(OtlpSettings settings) throws GeneralSecurityException, IOException {
        if (settings.clientTls().isEmpty()) {
            return null;
        }
        OtlpSettings.ClientTls client = settings.clientTls().get();
        KeyStore store = emptyStore();
        store.setKeyEntry(
                "client",
                CertificateUtils.getPrivateKey(new ByteArrayInputStream(client.privateKeyPem())),
                new char[0],
                CertificateUtils.getX509Certificates(new ByteArrayInputStream(client.certificatePem())));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static TrustManager @Nullable [] trust(OtlpSettings settings) throws GeneralSecurityException, IOException {
        if (settings.trustedCertificates().isEmpty()) {
            return null;
        }
        KeyStore store = emptyStore();
        int number = 0;
        for (X509Certificate certificate : CertificateUtils.getX509Certificates(
                new ByteArrayInputStream(settings.trustedCertificates().get()))) {
            store.setCertificateEntry("ca" + number++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
