// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Label and field selectors of list and watch, in the API server's syntax. */
final class Selectors {
    private static final Pattern SET = Pattern.compile("(?<key>\\S+)\\s+(?<op>in|notin)\\s+\\((?<values>[^)]*)\\)");
    private static final Pattern EQUALITY = Pattern.compile("(?<key>[^!=\\s]+)\\s*(?<op>==|=|!=)\\s*(?<value>\\S*)");
    /** A comma that is not inside parentheses. */
    private static final Pattern COMMA = Pattern.compile(",(?![^(]*\\))");

    private Selectors() {}

    /** What the query's `labelSelector` and `fieldSelector` ask for; everything if it has neither. */
    static Predicate<JsonNode> of(Map<String, String> query) {
        return all(query.get("labelSelector"), Selectors::label).and(all(query.get("fieldSelector"), Selectors::field));
    }

    private static String label(JsonNode object, String key) {
        return object.path("metadata").path("labels").path(key).asText();
    }

    private static String field(JsonNode object, String path) {
        return JsonPath.text(object, path);
    }

    private interface Lookup {
        String value(JsonNode object, String key);
    }

    private static Predicate<JsonNode> all(@Nullable String selector, Lookup lookup) {
        Predicate<JsonNode> all = object -> true;
        if (selector != null && !selector.isBlank()) {
            for (String requirement : COMMA.splitAsStream(selector).toList()) {
                all = all.and(requirement(requirement.strip(), lookup));
            }
        }
        return all;
    }

    private static Predicate<JsonNode> requirement(String requirement, Lookup lookup) {
        Matcher set = SET.matcher(requirement);
        if (set.matches()) {
            List<String> values = Arrays.stream(set.group("values").split(",", -1))
                    .map(String::strip)
                    .toList();
            String key = set.group("key");
            boolean in = set.group("op").equals("in");
            return object -> values.contains(lookup.value(object, key)) == in;
        }
        Matcher equality = EQUALITY.matcher(requirement);
        if (equality.matches()) {
            String key = equality.group("key");
            String value = equality.group("value");
            boolean equal = !equality.group("op").equals("!=");
            return object -> lookup.value(object, key).equals(value) == equal;
        }
        return requirement.startsWith("!")
                ? object -> lookup.value(object, requirement.substring(1)).isEmpty()
                : object -> !lookup.value(object, requirement).isEmpty();
    }
}
