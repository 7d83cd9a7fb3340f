// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.kubeconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each way to write a key, as the client reads it in the end. */
class ClientKeyTest {
    /** What stands before the PKCS #1 key in a PKCS #8 one of 2,048 bits. */
    private static final int RSA_ENVELOPE = 26;

    /** Of any key: the client does not compare them. */
    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBdTCCARugAwIBAgIUBunBlMsJlA0lwmvlPbZ5iY/rAlkwCgYIKoZIzj0EAwIw
            DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMzAwMTQ2NTVaGA8yMTI2MTEwNjAxNDY1
            NVowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABH/Z
            9M+zU9/ukEBHqwdpNybrvu/B3jutYUR2rC1yoTRTKCVoSWiMbFMsk0MgNnfXO835
            zkQUqvFfWiP3SAtDaAKjUzBRMB0GA1UdDgQWBBSyZw/SdHQrlEVHhq14O2WProS6
            UDAfBgNVHSMEGDAWgBSyZw/SdHQrlEVHhq14O2WProS6UDAPBgNVHRMBAf8EBTAD
            AQH/MAoGCCqGSM49BAMCA0gAMEUCIHu+OZKaEuod8+4mCzItZP8CZejrxnYsjFic
            2ayYrRKsAiEAwrXO8h+ptON6MKTGURWjkh0/U18eahAqBEzOd2g/Za0=
            -----END CERTIFICATE-----
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @ParameterizedTest
    @CsvSource({"EC, 256", "EC, 384", "RSA, 2048"})
    void readsPkcs8(String algorithm, int bits) throws Exception {
        PrivateKey key = generate(algorithm, bits);
        assertThat(read(pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
    }

    @Test
    void readsPkcs1() throws Exception {
        PrivateKey key = generate("RSA", 2048);
        byte[] encoded = key.getEncoded();
        byte[] pkcs1 = Arrays.copyOfRange(encoded, RSA_ENVELOPE, encoded.length);
        assertThat(read(pem("RSA PRIVATE KEY", pkcs1))).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({"secp256r1, 32, 06082a8648ce3d030107", "secp384r1, 48, 06052b81040022"})
    void readsSec1WhateverItsCurveAndItsParametersBefore(String curve, int size, String name) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        ECPrivateKey key = (ECPrivateKey) generator.generateKeyPair().getPrivate();
        byte[] parameters = HexFormat.of().parseHex(name);
        String sec1 = pem("EC PRIVATE KEY", sec1(key, size, parameters));

        assertThat(read(sec1)).isEqualTo(key);
        // As `openssl ecparam -genkey` writes it.
        assertThat(read(pem("EC PARAMETERS", parameters) + sec1)).isEqualTo(key);
    }

    @Test
    void readsAFileAndWhatAProgramThatLogsInHasWritten() throws Exception {
        PrivateKey key = generate("EC", 256);
        String pem = pem("EC PARAMETERS", HexFormat.of().parseHex("06082a8648ce3d030107"))
                + pem("PRIVATE KEY", key.getEncoded());
        Path file = Files.writeString(folder.resolve("client.key"), pem);

        assertThat(read(new ConfigBuilder(Config.empty())
                        .withClientKeyFile(file.toString())
                        .build()))
                .isEqualTo(key);
        assertThat(read(new ConfigBuilder(Config.empty()).withClientKeyData(pem).build()))
                .isEqualTo(key);
    }

    @Test
    void saysWhatIsNoBase64() {
        Config config =
                new ConfigBuilder(Config.empty()).withClientKeyData("YWJj=ZGVm").build();
        assertThatThrownBy(() -> ClientKey.prepare(config))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessage("client-key-data is not base64");
    }

    private static PrivateKey read(String pem) throws GeneralSecurityException, IOException {
        return read(new ConfigBuilder(Config.empty())
                .withClientKeyData(base64(pem))
                .withClientKeyAlgo(Config.getKeyAlgorithm(null, base64(pem)))
                .build());
    }

    private static PrivateKey read(Config config) throws GeneralSecurityException, IOException {
        config.setClientCertData(base64(CERTIFICATE));
        config.setClientKeyPassphrase("none");
        ClientKey.prepare(config);
        X509KeyManager manager = (X509KeyManager) SSLUtils.keyManagers(config)[0];
        return manager.getPrivateKey("cn=test");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static PrivateKey generate(String algorithm, int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair().getPrivate();
    }

    private static byte[] sec1(ECPrivateKey key, int size, byte[] curve) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(new byte[] {2, 1, 1, 4, (byte) size});
        content.writeBytes(unsigned(key.getS(), size));
        content.writeBytes(new byte[] {(byte) 0xa0, (byte) curve.length});
        content.writeBytes(curve);
        ByteArrayOutputStream sequence = new ByteArrayOutputStream();
        sequence.writeBytes(new byte[] {0x30, (byte) content.size()});
        sequence.writeBytes(content.toByteArray());
        return sequence.toByteArray();
    }

    private static byte[] unsigned(BigInteger number, int size) {
        byte[] bytes = number.toByteArray();
        byte[] padded = new byte[size];
        int length = Math.min(size, bytes.length);
        System.arraycopy(bytes, bytes.length - length, padded, size - length, length);
        return padded;
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + kind
                + "-----\n";
    }
}
