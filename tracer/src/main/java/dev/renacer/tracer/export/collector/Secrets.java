// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Keeps the values of headers out of reports about an export: a collector may quote the credentials that it refuses,
 * and a library may quote the header that it cannot send.
 */
final class Secrets {
    /** A shorter value is not a secret, and masking it would make holes in every sentence. */
    private static final int SHORTEST = 4;

    private static final String HIDDEN = "***";
    /** Where {@link dev.renacer.capture.PrintableText#shortLine} cuts. */
    private static final String CUT = "...";

    private final List<String> values;

    Secrets(Map<String, String> headers) {
        values = headers.values().stream()
                .map(Secrets::parts)
                .flatMap(Collection::stream)
                .filter(value -> value.length() >= SHORTEST)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** The whole value and each of its words: "Bearer TOKEN" may be quoted without the scheme. */
    private static List<String> parts(String value) {
        List<String> parts = new ArrayList<>(List.of(value.strip().split("\\s+")));
        parts.add(value.strip());
        return parts;
    }

    /** The same outcome without the values. */
    ExportOutcome hiddenIn(ExportOutcome outcome) {
        return switch (outcome) {
            case ExportOutcome.Accepted accepted ->
                new ExportOutcome.Accepted(accepted.rejected(), hiddenIn(accepted.message()));
            case ExportOutcome.Deferred deferred ->
                new ExportOutcome.Deferred(hiddenIn(deferred.cause()), deferred.retryAfter());
            case ExportOutcome.Unanswered(String cause) -> new ExportOutcome.Unanswered(hiddenIn(cause));
            case ExportOutcome.TooLarge(String cause) -> new ExportOutcome.TooLarge(hiddenIn(cause));
            case ExportOutcome.Refused(String cause) -> new ExportOutcome.Refused(hiddenIn(cause));
        };
    }

    private String hiddenIn(String text) {
        String shown = text;
        for (String value : values) {
            shown = shown.replace(value, HIDDEN);
        }
        int cut = shown.lastIndexOf(CUT);
        return cut < 0 ? shown : withoutHead(shown.substring(0, cut)) + shown.substring(cut);
    }

    /** A text that was cut may end within a value. */
    private String withoutHead(String text) {
        for (String value : values) {
            for (int length = value.length() - 1; length >= SHORTEST; length--) {
                if (text.endsWith(value.substring(0, length))) {
                    return text.substring(0, text.length() - length) + HIDDEN;
                }
            }
        }
        return text;
    }
}
