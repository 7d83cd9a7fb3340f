// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.kubeconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PemPrivateKeyTest {
    /** What stands before the PKCS #1 key in a PKCS #8 one of 2,048 bits. */
    private static final int RSA_ENVELOPE = 26;

    @ParameterizedTest
    @CsvSource({"EC, 256", "EC, 384", "RSA, 2048"})
    void readsPkcs8(String algorithm, int bits) throws GeneralSecurityException {
        PrivateKey key = generate(algorithm, bits);
        assertThat(PemPrivateKey.read(pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
    }

    @Test
    void readsPkcs1() throws GeneralSecurityException {
        PrivateKey key = generate("RSA", 2048);
        byte[] encoded = key.getEncoded();
        byte[] pkcs1 = Arrays.copyOfRange(encoded, RSA_ENVELOPE, encoded.length);
        assertThat(PemPrivateKey.read(pem("RSA PRIVATE KEY", pkcs1))).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({"secp256r1, 32, 06082a8648ce3d030107", "secp384r1, 48, 06052b81040022"})
    void readsSec1WhateverItsCurveAndItsParametersBefore(String curve, int size, String name)
            throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        ECPrivateKey key = (ECPrivateKey) generator.generateKeyPair().getPrivate();
        String sec1 = pem("EC PRIVATE KEY", sec1(key, size, HexFormat.of().parseHex(name)));
        // As `openssl ecparam -genkey` writes it.
        String parameters = pem("EC PARAMETERS", HexFormat.of().parseHex(name));

        ECPrivateKey read = (ECPrivateKey) PemPrivateKey.read(parameters + sec1);

        assertThat(read.getS()).isEqualTo(key.getS());
        assertThat(read.getParams().getCurve()).isEqualTo(key.getParams().getCurve());
    }

    @Test
    void saysWhatIsNoKey() throws GeneralSecurityException {
        byte[] cut = Arrays.copyOf(generate("EC", 256).getEncoded(), 10);
        assertThatThrownBy(() -> PemPrivateKey.read(pem("PRIVATE KEY", cut)))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("cut off");
        assertThatThrownBy(() -> PemPrivateKey.read(pem("CERTIFICATE", cut)))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("no private key");
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
