// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate and its key, made for a test by the JDK's keytool.
 *
 * @param name   its subject, and its name in the store
 * @param store  with {@link #PASSWORD}
 */
public record TestCertificate(String name, KeyStore store) {
    public static final char[] PASSWORD = "changeit".toCharArray();

    /**
     * Makes one.
     *
     * @param algorithm  of the key: EC or RSA
     */
    public static TestCertificate made(Path folder, String name, String algorithm)
            throws IOException, InterruptedException, GeneralSecurityException {
        return made(folder.resolve(name + ".p12"), name, algorithm, "-ext", "SAN=ip:127.0.0.1");
    }

    /** Makes an authority that can sign others. */
    public static TestCertificate authority(Path folder, String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        return made(folder.resolve(name + ".p12"), name, "EC", "-ext", "bc:c");
    }

    /**
     * Makes one that an authority has signed.
     *
     * @param authority  made in the same folder
     * @param more       further options of keytool: for whom it is, from when and how long
     */
    public static TestCertificate signed(Path folder, TestCertificate authority, String name, String... more)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path file = folder.resolve(name + ".p12");
        Files.copy(folder.resolve(authority.name() + ".p12"), file);
        List<String> options = new ArrayList<>(List.of("-signer", authority.name()));
        options.addAll(List.of(more));
        return made(file, name, "EC", options.toArray(String[]::new));
    }

    private static TestCertificate made(Path file, String name, String algorithm, String... more)
            throws IOException, InterruptedException, GeneralSecurityException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString()));
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(file)) {
            store.load(stream, PASSWORD);
        }
        return new TestCertificate(name, store);
    }

    public Certificate certificate() throws GeneralSecurityException {
        return store.getCertificate(name);
    }

    public byte[] certificatePem() throws GeneralSecurityException {
        return pem("CERTIFICATE", certificate().getEncoded());
    }

    public byte[] keyPem() throws GeneralSecurityException {
        return pem("PRIVATE KEY", store.getKey(name, PASSWORD).getEncoded());
    }

    private static byte[] pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return ("-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
