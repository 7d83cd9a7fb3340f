// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.AotCache;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * What a cluster has for TLS, made for one training: an authority with an RSA key as most clusters have it, and below it a server with
 * an elliptic-curve key and a client with an RSA key, so that a cache knows both.
 */
final class TrainingKeys {
    private static final String PASSWORD = "training";
    private static final String STORE = "training.p12";
    private static final String AUTHORITY = "authority";
    private static final List<String> ELLIPTIC_CURVE = List.of("-keyalg", "EC", "-groupname", "secp256r1");
    private static final List<String> RSA = List.of("-keyalg", "RSA", "-keysize", "2048");

    private final KeyStore server;
    private final KeyStore client;

    private TrainingKeys(KeyStore server, KeyStore client) {
        this.server = server;
        this.client = client;
    }

    /** Makes the keys in this folder. */
    static TrainingKeys make(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        generate(folder, AUTHORITY, RSA, List.of("-ext", "bc:c"));
        generate(folder, "server", ELLIPTIC_CURVE, List.of("-signer", AUTHORITY, "-ext", "san=ip:127.0.0.1"));
        generate(folder, "client", RSA, List.of("-signer", AUTHORITY, "-ext", "eku=clientAuth"));
        KeyStore made = KeyStore.getInstance("PKCS12");
        made.load(new ByteArrayInputStream(Files.readAllBytes(folder.resolve(STORE))), PASSWORD.toCharArray());
        return new TrainingKeys(only("server", made), only("client", made));
    }

    private static void generate(Path folder, String alias, List<String> algorithm, List<String> more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(AotCache.jdk("keytool"), "-genkeypair", "-alias", alias));
        command.addAll(algorithm);
        command.addAll(more);
        command.addAll(List.of("-dname", "CN=" + alias, "-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of("-keystore", folder.resolve(STORE).toString()));
        AotCache.run(folder, Map.of(), "", command);
    }

    private static KeyStore only(String alias, KeyStore all) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] password = PASSWORD.toCharArray();
        store.setKeyEntry(alias, all.getKey(alias, password), password, all.getCertificateChain(alias));
        store.setCertificateEntry(AUTHORITY, all.getCertificate(AUTHORITY));
        return store;
    }

    /** For a server that lets in whom the authority knows. */
    SSLContext tls() throws GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(server, PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(server);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return tls;
    }

    /** The authority's certificate, as a kubeconfig has it. */
    String authority() throws GeneralSecurityException {
        return pem("CERTIFICATE", client.getCertificate(AUTHORITY).getEncoded());
    }

    /** The client's certificate, as a kubeconfig has it. */
    String client() throws GeneralSecurityException {
        return pem("CERTIFICATE", client.getCertificate("client").getEncoded());
    }

    /** The client's key, as a kubeconfig has it. */
    String clientKey() throws GeneralSecurityException {
        return pem(
                "PRIVATE KEY", client.getKey("client", PASSWORD.toCharArray()).getEncoded());
    }

    private static String pem(String type, byte[] content) {
        String pem = """
                -----BEGIN %s-----
                %s
                -----END %s-----
                """.formatted(type, Base64.getMimeEncoder().encodeToString(content), type);
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.ISO_8859_1));
    }
}
