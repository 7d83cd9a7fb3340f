// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lists such as {@code key=value,key=value} in OpenTelemetry's environment variables (the format of W3C Baggage without
 * properties).
 */
public final class KeyValueList {
    private KeyValueList() {}

    /**
     * Reads a list; percent escapes are decoded and empty members skipped.
     *
     * @param variable  where the list comes from, for the message
     * @throws IllegalArgumentException if it is malformed; a message of one line, without the values, since they may be
     * secret
     */
    public static Map<String, String> parse(String variable, String list) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : list.split(",", -1)) {
            if (pair.isBlank()) {
                continue;
            }
            int equals = pair.indexOf('=');
            if (equals < 1 || pair.substring(0, equals).isBlank()) {
                throw new IllegalArgumentException(variable + " must be a list key=value,key=value");
            }
            values.put(decoded(variable, pair.substring(0, equals)), decoded(variable, pair.substring(equals + 1)));
        }
        return values;
    }

    private static String decoded(String variable, String text) {
        try {
            // Unlike in a URL's query, a plus sign stands for itself.
            return URLDecoder.decode(text.strip().replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(variable + " has a malformed percent escape", e);
        }
    }
}
