// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.api;

import dev.renacer.kubeconfig.PemPrivateKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A way to an API server that certificates and a token open: no log-in program, no proxy, no exception from the rules of TLS.
 *
 * @param server     the URL
 * @param namespace  the context's own
 * @param authority  certificates in PEM that the server's must go back to; those of the JDK if absent
 * @param identity   the user's certificate and key, both in PEM
 * @param token      the user's bearer token
 */
public record PlainAccess(
        String server,
        Optional<String> namespace,
        Optional<String> authority,
        Optional<Identity> identity,
        Optional<String> token) {
    /** A client certificate (with what it goes back to) and its key. */
    record Identity(String certificate, String key) {}

    /**
     * TLS as this access asks for it.
     *
     * @throws GeneralSecurityException if a certificate or a key makes no sense
     */
    SSLContext tls() throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers(), trustManagers(), null);
        return context;
    }

    private KeyManager @Nullable [] keyManagers() throws GeneralSecurityException {
        if (identity.isEmpty()) {
            return null;
        }
        Identity own = identity.get();
        X509Certificate[] chain = certificates(own.certificate).toArray(X509Certificate[]::new);
        return new KeyManager[] {new OneIdentity(PemPrivateKey.read(own.key), chain)};
    }

    private TrustManager @Nullable [] trustManagers() throws GeneralSecurityException, IOException {
        if (authority.isEmpty()) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int count = 0;
        for (Certificate certificate : certificates(authority.get())) {
            store.setCertificateEntry("authority-" + count++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static Collection<? extends Certificate> certificates(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
