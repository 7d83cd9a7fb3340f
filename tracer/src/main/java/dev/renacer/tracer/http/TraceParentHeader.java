// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.context.ThreadContext.Source;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header {@code traceparent} of W3C Trace Context, in a request that somebody else has written. */
final class TraceParentHeader {
    private static final int VERSION_00_LENGTH = 55;
    private static final int HALF = 16;
    private static final Pattern FIELDS = Pattern.compile(
            "(?<version>[0-9a-f]{2})-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(-.*)?");

    private TraceParentHeader() {}

    /** The span it names; empty if it is malformed: the specification asks to pass over such a one. */
    static Optional<ThreadContext> of(String value) {
        Matcher fields = FIELDS.matcher(value);
        if (!fields.matches()
                || fields.group("version").equals("ff")
                || (fields.group("version").equals("00") && value.length() != VERSION_00_LENGTH)) {
            return Optional.empty();
        }
        long high = HexFormat.fromHexDigitsToLong(value, 3, 3 + HALF);
        long low = HexFormat.fromHexDigitsToLong(value, 3 + HALF, 3 + 2 * HALF);
        long span = HexFormat.fromHexDigitsToLong(fields.group("span"));
        return (high == 0 && low == 0) || span == 0
                ? Optional.empty()
                : Optional.of(new ThreadContext(
                        high, low, span, HexFormat.fromHexDigits(fields.group("flags")), Source.HTTP_HEADER));
    }
}
