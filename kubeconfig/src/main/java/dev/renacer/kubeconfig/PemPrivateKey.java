// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.kubeconfig;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * Private keys in PEM as kubeconfigs hold them: PKCS #8, PKCS #1 (RSA, from kubeadm, kind and minikube) and SEC 1 (elliptic curves,
 * from k3s). Java reads the first alone, so the others are put into its envelope (RFC 5958).
 */
public final class PemPrivateKey {
    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int OBJECT_ID = 0x06;
    private static final int SEQUENCE = 0x30;
    /** Tag of the curve in an ECPrivateKey (RFC 5915). */
    private static final int PARAMETERS = 0xa0;

    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    private static final byte[] RSA = {
        SEQUENCE, 13, OBJECT_ID, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
    };
    private static final byte[] ELLIPTIC_CURVE = {OBJECT_ID, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private PemPrivateKey() {}

    /**
     * The first private key in a text.
     *
     * @throws GeneralSecurityException if there is none, or one of a kind that is not known
     */
    public static PrivateKey read(String pem) throws GeneralSecurityException {
        for (String kind : new String[] {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"}) {
            String begin = "-----BEGIN " + kind + "-----";
            int start = pem.indexOf(begin);
            int end = pem.indexOf("-----END " + kind + "-----");
            if (start >= 0 && end > start) {
                byte[] der = Base64.getMimeDecoder().decode(pem.substring(start + begin.length(), end));
                return read(kind, der);
            }
        }
        throw new InvalidKeySpecException("there is no private key in PEM");
    }

    private static PrivateKey read(String kind, byte[] der) throws GeneralSecurityException {
        try {
            return switch (kind) {
                case "RSA PRIVATE KEY" -> generate("RSA", element(SEQUENCE, VERSION_0, RSA, element(OCTETS, der)));
                case "EC PRIVATE KEY" -> {
                    byte[] algorithm = element(SEQUENCE, ELLIPTIC_CURVE, curve(der));
                    yield generate("EC", element(SEQUENCE, VERSION_0, algorithm, element(OCTETS, der)));
                }
                default -> generate(isEllipticCurve(der) ? "EC" : "RSA", der);
            };
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new InvalidKeySpecException("the private key is cut off", e);
        }
    }

    private static PrivateKey generate(String algorithm, byte[] pkcs8) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /** Whether a PKCS #8 key says so: sequence, version, sequence of the algorithm's name. */
    private static boolean isEllipticCurve(byte[] pkcs8) {
        int algorithm = content(pkcs8, content(pkcs8, 0) + VERSION_0.length);
        return Arrays.equals(
                pkcs8, algorithm, algorithm + ELLIPTIC_CURVE.length, ELLIPTIC_CURVE, 0, ELLIPTIC_CURVE.length);
    }

    /** The curve's name in an ECPrivateKey: sequence, version, the number, [0] the curve. */
    private static byte[] curve(byte[] sec1) throws InvalidKeySpecException {
        int number = content(sec1, 0) + VERSION_0.length;
        int parameters = end(sec1, number);
        if (parameters >= sec1.length || (sec1[parameters] & 0xff) != PARAMETERS) {
            throw new InvalidKeySpecException("the private key does not name its curve");
        }
        return Arrays.copyOfRange(sec1, content(sec1, parameters), end(sec1, parameters));
    }

    /** Where the content of the element at {@code at} starts. */
    private static int content(byte[] der, int at) {
        int length = der[at + 1] & 0xff;
        return at + 2 + (length < 0x80 ? 0 : length & 0x7f);
    }

    /** Where the element at {@code at} ends. */
    private static int end(byte[] der, int at) {
        int content = content(der, at);
        int length = der[at + 1] & 0xff;
        if (length >= 0x80) {
            length = 0;
            for (int i = at + 2; i < content; i++) {
                length = (length << 8) | (der[i] & 0xff);
            }
        }
        return content + length;
    }

    private static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        int size = content.size();
        if (size < 0x80) {
            element.write(size);
        } else {
            // Two bytes of length hold every key.
            element.write(0x82);
            element.write(size >> 8);
            element.write(size);
        }
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
