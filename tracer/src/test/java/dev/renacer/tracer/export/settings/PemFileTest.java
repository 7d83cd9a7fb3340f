// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of a file that cannot be used it is said which variable names it, and what is wrong with it. */
class PemFileTest {
    private static final String CA = "OTEL_EXPORTER_OTLP_CERTIFICATE";
    private static final String CERTIFICATE = "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE";
    private static final String KEY = "OTEL_EXPORTER_OTLP_CLIENT_KEY";

    @TempDir
    static Path folder = Path.of("");

    private static TestCertificate ours;
    private static TestCertificate other;
    private static TestCertificate rsa;

    @BeforeAll
    static void makeCertificates() throws IOException, InterruptedException, GeneralSecurityException {
        ours = TestCertificate.made(folder, "ours", "EC");
        other = TestCertificate.made(folder, "other", "EC");
        rsa = TestCertificate.made(folder, "rsa", "RSA");
        Files.write(folder.resolve("ours.crt"), ours.certificatePem());
        Files.write(folder.resolve("ours.key"), ours.keyPem());
    }

    private static String file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes).toString();
    }

    private static String file(String name, String text) throws IOException {
        return file(name, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void assertRefused(ThrowingCallable reading, String variable, String file, String why) {
        assertThatThrownBy(reading)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(variable + ": '" + file + "' ")
                .hasMessageContaining(why)
                .message()
                .doesNotContain("\n", "s3cret");
    }

    private static void assertRefused(Map<String, String> environment, String variable, String file, String why) {
        assertRefused(() -> OtlpSettings.fromEnvironment(environment), variable, file, why);
    }

    @Test
    void certificatesAndKeysAreReadFromTheirFiles() throws IOException, GeneralSecurityException {
        for (TestCertificate one : new TestCertificate[] {ours, rsa}) {
            OtlpSettings settings = OtlpSettings.fromEnvironment(Map.of(
                    CA, file("ca.crt", other.certificatePem()),
                    CERTIFICATE, file("tls.crt", one.certificatePem()),
                    KEY, file("tls.key", one.keyPem())));

            assertThat(settings.trustedCertificates().orElseThrow()).isEqualTo(other.certificatePem());
            assertThat(settings.clientTls().orElseThrow().privateKeyPem()).isEqualTo(one.keyPem());
            assertThat(settings.clientTls().orElseThrow().certificatePem()).isEqualTo(one.certificatePem());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s3cret nonsense | has no certificate in PEM; it begins with -----BEGIN CERTIFICATE-----",
                "'' | has no certificate in PEM: it is empty",
                "-----BEGIN CERTIFICATE-----s3cret | has a certificate that cannot be decoded",
                "-----BEGIN PRIVATE KEY-----s3cret | has no certificate in PEM but a private key",
            })
    void whatIsNoCertificateIsRefused(String text, String why) throws IOException {
        String file = file("bad.crt", text);

        assertRefused(Map.of(CA, file), CA, file, why);
    }

    @Test
    void binaryAndCutCertificatesAreToldApart() throws IOException, GeneralSecurityException {
        String der = file("der.crt", ours.certificate().getEncoded());
        assertRefused(Map.of(CA, der), CA, der, "looks like DER; convert it with 'openssl x509 -inform der'");

        byte[] pem = ours.certificatePem();
        String cut = file("cut.crt", Arrays.copyOf(pem, pem.length / 2));
        assertRefused(Map.of(CA, cut), CA, cut, "the file is damaged or cut off");
    }

    @Test
    void filesThatAreNotThereAreToldFromOthers() {
        String missing = folder.resolve("none.pem").toString();
        assertRefused(Map.of(CA, missing), CA, missing, "does not exist");
        assertRefused(Map.of(CA, folder.toString()), CA, folder.toString(), "is a folder");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-----BEGIN ENCRYPTED PRIVATE KEY-----s3cret | has an encrypted key",
                "-----BEGIN RSA PRIVATE KEY-----Proc-Type: 4,ENCRYPTED | has an encrypted key",
                "-----BEGIN RSA PRIVATE KEY-----s3cret | in another form than PKCS#8; convert it with 'openssl pkcs8",
                "-----BEGIN EC PRIVATE KEY-----s3cret | in another form than PKCS#8",
                "-----BEGIN CERTIFICATE-----s3cret | has no key in PEM but a certificate",
                "-----BEGIN PRIVATE KEY-----s3cret | damaged or cut off",
                "-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY----- | has a key that cannot be decoded",
                "s3cret | has no key in PEM; it begins with -----BEGIN PRIVATE KEY-----",
                "'' | has no key in PEM: it is empty",
            })
    void whatIsNoKeyIsRefused(String text, String why) throws IOException {
        String file = file("bad.key", text);

        assertRefused(Map.of(KEY, file, CERTIFICATE, folder.resolve("ours.crt").toString()), KEY, file, why);
    }

    @Test
    void theKeyOfAnotherCertificateIsRefused() throws IOException, GeneralSecurityException {
        String certificate = folder.resolve("ours.crt").toString();
        for (TestCertificate wrong : new TestCertificate[] {other, rsa}) {
            String file = file("wrong.key", wrong.keyPem());

            assertRefused(
                    Map.of(KEY, file, CERTIFICATE, certificate),
                    KEY,
                    file,
                    "has a key that does not belong to the certificate in " + certificate);
        }
    }

    @Test
    void oneOfKeyAndCertificateIsNotEnough() {
        assertThatThrownBy(() -> OtlpSettings.fromEnvironment(Map.of(KEY, "/etc/hostname")))
                .hasMessage("mutual TLS needs both a key and its certificate; OTEL_EXPORTER_OTLP_CLIENT_KEY is set,"
                        + " OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE is not");
    }
}
