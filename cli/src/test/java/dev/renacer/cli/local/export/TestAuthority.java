// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * An authority that signs certificates for this machine, made by the JDK's keytool.
 *
 * @param folder  of its files
 * @param name    of its certificate
 */
record TestAuthority(Path folder, String name) {
    private static final String PASSWORD = "changeit";

    static TestAuthority made(Path folder, String name) throws IOException, InterruptedException {
        TestAuthority authority = new TestAuthority(folder, name);
        keytool(authority.store(), name, "-ext", "bc:c");
        return authority;
    }

    private Path store() {
        return folder.resolve(name + ".p12");
    }

    /** Its own certificate, as a file in PEM. */
    Path certificate() throws IOException, GeneralSecurityException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(read(store()).getCertificate(name).getEncoded());
        return Files.writeString(
                folder.resolve(name + ".pem"),
                "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
    }

    /**
     * What a server on this machine needs to show a certificate of this authority.
     *
     * @param validity  options of keytool that say from when and how long
     */
    SSLContext server(String subject, String... validity)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path file = folder.resolve(subject + ".p12");
        Files.copy(store(), file);
        List<String> options = new ArrayList<>(List.of("-signer", name, "-ext", "SAN=ip:127.0.0.1"));
        options.addAll(List.of(validity));
        keytool(file, subject, options.toArray(String[]::new));
        KeyStore all = read(file);
        all.deleteEntry(name);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(all, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static KeyStore read(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(file)) {
            store.load(stream, PASSWORD.toCharArray());
        }
        return store;
    }

    private static void keytool(Path file, String subject, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                subject,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + subject,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString()));
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
    }
}
