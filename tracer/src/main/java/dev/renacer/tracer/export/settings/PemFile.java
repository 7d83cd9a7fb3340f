// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import dev.renacer.capture.PrintableText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of certificates or with a key, in PEM (RFC 7468), as a variable names it. What is wrong with it is said of the variable and the
 * file, and never quotes what is in it.
 *
 * @param variable  that names it
 * @param file      its path
 */
record PemFile(String variable, String file) {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA", "RSASSA-PSS");

    /** How a key of an algorithm proves itself; of others that is not tried. */
    private static final Map<String, String> SIGNATURES =
            Map.of("EC", "SHA256withECDSA", "RSA", "SHA256withRSA", "EdDSA", "EdDSA");

    private static final String TO_PKCS8 = "; convert it with 'openssl pkcs8 -topk8 -nocrypt'";

    /**
     * Reads certificates.
     *
     * @throws IllegalArgumentException if there are none in it
     */
    byte[] certificates() {
        byte[] bytes = read();
        certificates(bytes);
        return bytes;
    }

    /**
     * Reads the key of a certificate.
     *
     * @param certificates  what was read of their file
     * @throws IllegalArgumentException if it has no key that can be used, or that of another certificate
     */
    byte[] key(PemFile certificateFile, byte[] certificates) {
        byte[] bytes = read();
        PublicKey certified =
                certificateFile.certificates(certificates).iterator().next().getPublicKey();
        PrivateKey key = key(bytes);
        if (!isPair(key, certified)) {
            throw unusable("has a key that does not belong to the certificate in "
                    + PrintableText.shortLine(certificateFile.file()) + "; give the one it was issued for");
        }
        return bytes;
    }

    private byte[] read() {
        try {
            Path path = Path.of(file);
            if (Files.isDirectory(path)) {
                throw unusable("is a folder; give a file in PEM");
            }
            return Files.readAllBytes(path);
        } catch (NoSuchFileException | InvalidPathException _) {
            throw unusable("does not exist; give a file in PEM");
        } catch (AccessDeniedException _) {
            throw unusable("cannot be read: permission denied; give this user the right to read it");
        } catch (IOException e) {
            throw unusable("cannot be read: "
                    + String.valueOf(e.getMessage()).replace(file, "").toLowerCase(Locale.ROOT));
        }
    }

    private Collection<? extends Certificate> certificates(byte[] bytes) {
        String text = text(bytes);
        if (!text.contains("-----BEGIN CERTIFICATE-----")) {
            throw unusable("has no certificate in PEM" + insteadOfCertificate(bytes, text));
        }
        try {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes));
            if (!all.isEmpty()) {
                return all;
            }
        } catch (GeneralSecurityException _) {
            // its message may quote the file
        }
        throw unusable("has a certificate that cannot be decoded: the file is damaged or cut off");
    }

    private static String insteadOfCertificate(byte[] bytes, String text) {
        if (bytes.length == 0) {
            return ": it is empty";
        }
        if (text.contains("PRIVATE KEY-----")) {
            return " but a private key; give the file with the certificate";
        }
        return isDer(bytes)
                ? " but looks like DER; convert it with 'openssl x509 -inform der'"
                : "; it begins with -----BEGIN CERTIFICATE-----";
    }

    private PrivateKey key(byte[] bytes) {
        String text = text(bytes);
        if (text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED")) {
            throw unusable("has an encrypted key, whose passphrase nobody can be asked for; decrypt it with"
                    + " 'openssl pkcs8 -topk8 -nocrypt'");
        }
        Matcher key = KEY.matcher(text);
        if (!key.find()) {
            throw unusable(insteadOfKey(bytes, text));
        }
        return decoded(key.group(1))
                .orElseThrow(() -> unusable(
                        "has a key that cannot be decoded: the file is damaged, or its kind of key is unknown"));
    }

    private static String insteadOfKey(byte[] bytes, String text) {
        if (bytes.length == 0) {
            return "has no key in PEM: it is empty";
        }
        if (text.contains("-----BEGIN PRIVATE KEY-----")) {
            return "has a key that cannot be decoded: the file is damaged or cut off";
        }
        if (text.contains("PRIVATE KEY-----")) {
            return "has a key in another form than PKCS#8" + TO_PKCS8;
        }
        if (text.contains("-----BEGIN CERTIFICATE-----")) {
            return "has no key in PEM but a certificate; give the file with its private key";
        }
        return "has no key in PEM"
                + (isDer(bytes)
                        ? " but looks like DER" + TO_PKCS8 + " -inform der"
                        : "; it begins with -----BEGIN PRIVATE KEY-----");
    }

    private static Optional<PrivateKey> decoded(String base64) {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                byte[] der = Base64.getMimeDecoder().decode(base64);
                return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
            } catch (GeneralSecurityException | IllegalArgumentException _) {
                // perhaps it is of another algorithm
            }
        }
        return Optional.empty();
    }

    private static boolean isPair(PrivateKey key, PublicKey certified) {
        Optional<String> proof = Optional.ofNullable(SIGNATURES.get(certified.getAlgorithm()));
        if (proof.isEmpty()) {
            return true;
        }
        try {
            byte[] message = "renacer".getBytes(StandardCharsets.US_ASCII);
            Signature signing = Signature.getInstance(proof.get());
            signing.initSign(key);
            signing.update(message);
            byte[] signature = signing.sign();
            Signature verifying = Signature.getInstance(proof.get());
            verifying.initVerify(certified);
            verifying.update(message);
            return verifying.verify(signature);
        } catch (GeneralSecurityException _) {
            return false; // a key of another kind
        }
    }

    /** ASN.1's sequence, with a length of two bytes as every certificate and key has one. */
    private static boolean isDer(byte[] bytes) {
        return bytes.length > 2 && bytes[0] == 0x30 && (bytes[1] & 0x80) != 0;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private IllegalArgumentException unusable(String how) {
        return new IllegalArgumentException(variable + ": '" + PrintableText.shortLine(file) + "' " + how);
    }
}
