// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import dev.renacer.capture.PrintableText;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks whether headers can be sent at all, over HTTP/1.1, HTTP/2 and gRPC alike. Messages never contain a value. */
final class OtlpHeaders {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e\\t]*");
    /** Set by the transport; the HTTP client and gRPC refuse them or send other values. */
    private static final Set<String> OF_THE_TRANSPORT = Set.of(
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "expect",
            "host",
            "te",
            "transfer-encoding",
            "upgrade");

    private OtlpHeaders() {}

    /**
     * Refuses headers that cannot be sent.
     *
     * @throws IllegalArgumentException with a message of one line that names the header and says what to do
     */
    static void check(Map<String, String> headers) {
        headers.forEach(OtlpHeaders::check);
    }

    private static void check(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            // The name may be a secret in the wrong place.
            throw new IllegalArgumentException("a header for the collector has a name that HTTP does not allow: write"
                    + " name=value, with only letters, digits and - in the name");
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (OF_THE_TRANSPORT.contains(lower) || lower.startsWith("grpc-") || lower.endsWith("-bin")) {
            throw new IllegalArgumentException("the header '" + PrintableText.shortLine(name)
                    + "' for the collector is the transport's own and cannot be set");
        }
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("the value of the header '" + PrintableText.shortLine(name)
                    + "' for the collector contains a line break, as in wrapped base64 output: write it on one"
                    + " line (base64 -w0)");
        }
        if (!VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException("the value of the header '" + PrintableText.shortLine(name)
                    + "' for the collector contains a character that no header can carry: only printable ASCII"
                    + " can be sent");
        }
    }
}
