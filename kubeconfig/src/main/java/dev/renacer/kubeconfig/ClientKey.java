// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.kubeconfig;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The private key of a client certificate, prepared so that the client reads it whatever it is written as. */
final class ClientKey {
    private static final String BEGIN = "-----BEGIN ";
    private static final Pattern KEY = Pattern.compile("-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----");
    private static final String PKCS8_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String PKCS8_END = "-----END PRIVATE KEY-----";

    private ClientKey() {}

    /**
     * The client takes the first block of PEM for the key, where {@code openssl ecparam -genkey} puts the parameters of the curve. It
     * takes a key for RSA unless its PEM header says EC; the header of a PKCS #8 key (what {@code openssl req} writes) names no
     * algorithm, so it is found by trying.
     */
    static void prepare(Config config) {
        String pem = read(config);
        if (pem == null) {
            return;
        }
        Matcher key = KEY.matcher(pem);
        if (key.find() && pem.indexOf(BEGIN) < key.start()) {
            byte[] alone = pem.substring(key.start()).getBytes(StandardCharsets.ISO_8859_1);
            config.setClientKeyData(Base64.getEncoder().encodeToString(alone));
        }
        if (isEllipticCurve(pem)) {
            config.setClientKeyAlgo("EC");
        }
    }

    private static @Nullable String read(Config config) {
        String data = config.getClientKeyData();
        if (data != null) {
            // As it is from a program that logs in.
            return data.contains(BEGIN) ? data : decoded(data);
        }
        String file = config.getClientKeyFile();
        if (file == null) {
            return null;
        }
        try {
            return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException("client key " + file + " cannot be read", e);
        }
    }

    private static String decoded(String data) {
        try {
            return new String(Base64.getMimeDecoder().decode(data), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException _) {
            throw new KubernetesClientException("client-key-data is not base64");
        }
    }

    private static boolean isEllipticCurve(String pem) {
        int start = pem.indexOf(PKCS8_BEGIN);
        int end = pem.indexOf(PKCS8_END);
        if (start < 0 || end < start) {
            return false;
        }
        try {
            byte[] key = Base64.getMimeDecoder().decode(pem.substring(start + PKCS8_BEGIN.length(), end));
            KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key));
            return true;
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            // Of another kind. If it is none at all, the client says what is wrong with it once it is used.
            return false;
        }
    }
}
