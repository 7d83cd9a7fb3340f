// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.capture.PrintableText;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Why a TLS connection could not be made, in words, with what to do about it. The libraries' own are of their classes. */
final class TlsFailure {
    private static final String NOT_TRUSTED =
            " (trust the authority that signed it: --otlp-ca or OTEL_EXPORTER_OTLP_CERTIFICATE, in a TraceSink's credentials ca.crt)";
    private static final String OTHER_NAME =
            " (write a name the certificate is for into the endpoint, or have one issued for this)";
    private static final String SHOW_ONE =
            " (--otlp-cert and --otlp-key, or OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and _CLIENT_KEY, in a TraceSink's"
                    + " credentials tls.crt and tls.key)";

    /** What is refused is on our side: the certificate that was shown, or that none was. */
    private static final Pattern ALERT = Pattern.compile(
            "fatal alert: (bad_certificate|certificate_[a-z]+|unknown_ca|access_denied|unsupported_certificate)");

    private static final String LEAST_PATH = "unable to find valid certification path to requested target";

    private TlsFailure() {}

    /**
     * The failure in words; empty if it is not one of TLS that is known.
     *
     * @param shown  whether a client's certificate was shown
     */
    static Optional<String> of(Throwable failure, boolean shown) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Optional<String> words = words(cause, shown);
            if (words.isPresent()) {
                return words;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> words(Throwable cause, boolean shown) {
        String message = PrintableText.shortLine(String.valueOf(cause.getMessage()));
        return switch (cause) {
            case CertificateExpiredException _ ->
                Optional.of("the collector's certificate has expired (" + message + "); have it renewed");
            case CertificateNotYetValidException _ ->
                Optional.of("the collector's certificate is not valid yet (" + message + "); compare the clocks");
            case CertPathBuilderException _ ->
                Optional.of("the collector's certificate is not trusted: " + LEAST_PATH + NOT_TRUSTED);
            case CertPathValidatorException invalid
            when invalid.getCause() == null ->
                Optional.of("the collector's certificate is not trusted: " + message + NOT_TRUSTED);
            case CertificateException _
            when message.contains("lternative") || message.startsWith("No name") ->
                Optional.of("the collector's certificate is for another host: " + firstClause(message) + OTHER_NAME);
            case SSLException _ -> refused(message.toLowerCase(Locale.ROOT), shown);
            default -> Optional.empty();
        };
    }

    private static Optional<String> refused(String message, boolean shown) {
        Matcher alert = ALERT.matcher(message);
        if (!alert.find()) {
            return Optional.empty();
        }
        return Optional.of(
                shown
                        ? "the collector does not accept the certificate it is shown: " + alert.group(1)
                                + "; show one that its authority has signed" + SHOW_ONE
                        : "the collector wants to be shown a certificate: " + alert.group(1) + "; show it one"
                                + SHOW_ONE);
    }

    /** "No subject alternative DNS name matching localhost found for SNIHostName=..." up to what few can read. */
    private static String firstClause(String message) {
        int end = message.indexOf(" for SNI");
        return (end < 0 ? message : message.substring(0, end)).replaceFirst("\\.$", "");
    }
}
