// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import dev.renacer.tracer.context.ThreadContext;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * What the head of a message of HTTP/1.1 says, as far as it matters here (RFC 9112). Nothing else of it is kept.
 *
 * @param status  of a response; 0: it is a request
 * @param length  its bytes, with the empty line
 * @param body    how many bytes follow; {@link #CHUNKED}, or {@link #UNSAID}
 * @param asksForHead  whether it is a request whose response has no body (HEAD)
 * @param parent  what {@code traceparent} says (W3C Trace Context), if it is there once and valid
 */
record Head(int status, int length, long body, boolean asksForHead, Optional<ThreadContext> parent) {
    /** The body is in chunks, whose lengths stand among them. */
    static final long CHUNKED = -1;

    /** The head says nothing of a body: a request has none, a response one up to the connection's end. */
    static final long UNSAID = -2;

    private static final int MOST_DIGITS = 18;
    private static final int STATUS_AT = 9;

    /**
     * Reads a head.
     *
     * @param text  it, with its empty line
     * @return empty if it is no head, or contradicts itself
     */
    static Optional<Head> of(byte[] text) {
        String[] lines = new String(text, StandardCharsets.ISO_8859_1).split("\r?\n", -1);
        int status = status(lines[0]);
        if (status < 0) {
            return Optional.empty();
        }
        long body = UNSAID;
        int parents = 0;
        Optional<ThreadContext> parent = Optional.empty();
        for (int line = 1; line < lines.length && !lines[line].isEmpty(); line++) {
            int colon = lines[line].indexOf(':');
            if (colon <= 0) {
                return Optional.empty(); // a folded line too: nobody sends those any more
            }
            String value = lines[line].substring(colon + 1).strip();
            switch (lines[line].substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> {
                    long said = number(value);
                    if (said < 0 || (body != UNSAID && body != said)) {
                        return Optional.empty(); // with CHUNKED besides too: that is how requests are smuggled
                    }
                    body = said;
                }
                case "transfer-encoding" -> {
                    if (body >= 0) {
                        return Optional.empty();
                    }
                    body = CHUNKED;
                }
                case "traceparent" -> {
                    parents++;
                    parent = TraceParentHeader.of(value);
                }
                default -> {
                    // It says nothing of this.
                }
            }
        }
        return Optional.of(new Head(
                status,
                text.length,
                body,
                status == 0 && lines[0].startsWith("HEAD "),
                parents == 1 ? parent : Optional.empty()));
    }

    boolean isRequest() {
        return status == 0;
    }

    /** Of the first line: 0 for a request, the status of a response, -1 for neither. */
    private static int status(String line) {
        if (line.startsWith("HTTP/1.")) {
            String status = line.length() < STATUS_AT + 3 ? "" : line.substring(STATUS_AT, STATUS_AT + 3);
            return status.matches("[1-9][0-9][0-9]") ? Integer.parseInt(status) : -1;
        }
        return line.matches("[A-Z]+ \\S+ HTTP/1\\.[01]") ? 0 : -1;
    }

    private static long number(String value) {
        return value.length() <= MOST_DIGITS && value.matches("[0-9]+") ? Long.parseLong(value) : -1;
    }
}
