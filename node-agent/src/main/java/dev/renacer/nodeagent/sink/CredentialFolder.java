// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.sink;

import dev.renacer.nodeagent.refusal.LogText;
import dev.renacer.tracer.export.settings.OtlpSettings;
import dev.renacer.tracer.export.settings.OtlpSettings.ClientTls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The files of one sink's credentials, each optional: {@code headers} (lines of {@code Name: value} or
 * {@code name=value}), {@code ca.crt}, {@code tls.crt} and {@code tls.key} (PEM), {@code endpoint}. Messages name files
 * and lines, never their content.
 */
final class CredentialFolder {
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e\\t]*");
    private static final String PKCS8 = "-----BEGIN PRIVATE KEY-----";

    private final Map<String, String> headers;
    private final Optional<byte[]> trusted;
    private final Optional<ClientTls> clientTls;

    private CredentialFolder(Map<String, String> headers, Optional<byte[]> trusted, Optional<ClientTls> clientTls) {
        this.headers = headers;
        this.trusted = trusted;
        this.clientTls = clientTls;
    }

    /** The files cannot be used; the message says which and what to do. */
    static class UnusableException extends Exception {
        UnusableException(String message) {
            super(message);
        }
    }

    /** The credentials are for another endpoint. */
    static final class ForeignEndpointException extends UnusableException {
        ForeignEndpointException() {
            super(
                    "they are for another endpoint than the TraceSink's (their file 'endpoint' says which) and are not sent"
                            + " there; correct the TraceSink, or the Secret");
        }
    }

    /**
     * Reads a folder.
     *
     * @param endpoint  where the credentials are to be sent
     * @throws UnusableException if a file is not as it should be, or the credentials are for another endpoint
     */
    static CredentialFolder read(Path folder, String endpoint) throws UnusableException {
        Optional<String> pinned = text(folder, "endpoint").map(String::strip);
        if (pinned.filter(only -> !sameEndpoint(only, endpoint)).isPresent()) {
            throw new ForeignEndpointException();
        }
        Optional<byte[]> certificate = bytes(folder, "tls.crt");
        Optional<byte[]> key = bytes(folder, "tls.key");
        if (certificate.isPresent() != key.isPresent()) {
            throw new UnusableException("mutual TLS needs tls.crt and tls.key, but one of them is missing");
        }
        if (key.isPresent() && !new String(key.get(), StandardCharsets.ISO_8859_1).contains(PKCS8)) {
            throw new UnusableException("tls.key is not an unencrypted PKCS#8 key in PEM; convert it with"
                    + " 'openssl pkcs8 -topk8 -nocrypt', or have cert-manager write it (privateKey.encoding: PKCS8)");
        }
        return new CredentialFolder(
                headers(text(folder, "headers").orElse("")),
                certificates(bytes(folder, "ca.crt"), "ca.crt"),
                certificates(certificate, "tls.crt").flatMap(chain -> key.map(k -> new ClientTls(k, chain))));
    }

    /** The common settings with these credentials. */
    OtlpSettings settings(OtlpSettings common) {
        OtlpSettings with = headers.isEmpty() ? common : common.withHeaders(headers);
        with = trusted.map(with::withTrustedCertificates).orElse(with);
        return clientTls.map(with::withClientTls).orElse(with);
    }

    boolean sameAs(CredentialFolder other) {
        return headers.equals(other.headers)
                && Arrays.equals(trusted.orElse(null), other.trusted.orElse(null))
                && Arrays.equals(
                        clientTls.map(ClientTls::privateKeyPem).orElse(null),
                        other.clientTls.map(ClientTls::privateKeyPem).orElse(null))
                && Arrays.equals(
                        clientTls.map(ClientTls::certificatePem).orElse(null),
                        other.clientTls.map(ClientTls::certificatePem).orElse(null));
    }

    private static Map<String, String> headers(String text) throws UnusableException {
        Map<String, String> headers = new LinkedHashMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            int end = separator(line);
            String name = end < 0 ? "" : line.substring(0, end).strip();
            String value = line.substring(end + 1).strip();
            if (!HEADER_NAME.matcher(name).matches()
                    || !HEADER_VALUE.matcher(value).matches()) {
                throw new UnusableException("line " + number + " of file headers is not 'Name: value'");
            }
            headers.put(name.toLowerCase(Locale.ROOT), value); // gRPC takes no other case
        }
        return headers;
    }

    /** Whichever of ':' and '=' comes first; a value may contain both. */
    private static int separator(String line) {
        int colon = line.indexOf(':');
        int equals = line.indexOf('=');
        return colon < 0 || (equals >= 0 && equals < colon) ? equals : colon;
    }

    private static Optional<byte[]> certificates(Optional<byte[]> pem, String file) throws UnusableException {
        if (pem.isPresent()) {
            try {
                if (CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(pem.get()))
                        .isEmpty()) {
                    throw new UnusableException(file + " contains no certificate in PEM");
                }
            } catch (CertificateException _) { // its message may quote the file
                throw new UnusableException(file + " contains no certificate in PEM");
            }
        }
        return pem;
    }

    private static boolean sameEndpoint(String pinned, String endpoint) {
        return withoutSlash(pinned).equalsIgnoreCase(withoutSlash(endpoint.strip()));
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static Optional<String> text(Path folder, String file) throws UnusableException {
        return bytes(folder, file).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    private static Optional<byte[]> bytes(Path folder, String file) throws UnusableException {
        try {
            return Optional.of(Files.readAllBytes(folder.resolve(file)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UnusableException("file " + file + " cannot be read: " + LogText.of(e));
        }
    }
}
