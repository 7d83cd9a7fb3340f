// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of JSONPath that printer columns and field selectors use: `.field`, `[index]`, `[*]`, `['name']` and
 * `[?(@.field=="value")]`.
 */
final class JsonPath {
    private static final Pattern STEP = Pattern.compile("\\.(?<field>[A-Za-z0-9_-]+)"
            + "|\\[(?<index>\\d+)\\]"
            + "|(?<all>\\[\\*\\])"
            + "|\\['(?<quoted>[^']+)'\\]"
            + "|\\[\\?\\(@\\.(?<key>[A-Za-z0-9_.-]+)\\s*==\\s*[\"'](?<value>[^\"']*)[\"']\\)\\]");

    private JsonPath() {}

    /**
     * All values at the path; none if there is nothing.
     *
     * @throws IllegalArgumentException if the path uses what this class does not know
     */
    static List<JsonNode> values(JsonNode root, String path) {
        List<JsonNode> found = List.of(root);
        Matcher step = STEP.matcher(path.startsWith(".") || path.startsWith("[") ? path : "." + path);
        int at = 0;
        while (at < step.regionEnd()) {
            if (!step.find(at) || step.start() != at) {
                throw new IllegalArgumentException("JSONPath not understood: " + path);
            }
            found = take(found, step);
            at = step.end();
        }
        return found;
    }

    private static List<JsonNode> take(List<JsonNode> from, Matcher step) {
        List<JsonNode> found = new ArrayList<>();
        String field = step.group("field") != null ? step.group("field") : step.group("quoted");
        String index = step.group("index");
        for (JsonNode node : from) {
            if (field != null) {
                found.add(node.path(field));
            } else if (index != null) {
                found.add(node.path(Integer.parseInt(index)));
            } else {
                node.forEach(element -> {
                    if (step.group("all") != null || holds(element, step.group("key"), step.group("value"))) {
                        found.add(element);
                    }
                });
            }
        }
        found.removeIf(node -> node.isMissingNode() || node.isNull());
        return found;
    }

    private static boolean holds(JsonNode element, String path, String value) {
        return values(element, path).stream().anyMatch(found -> found.asText().equals(value));
    }

    /** The first value as text, empty if there is nothing. */
    static String text(JsonNode root, String path) {
        List<JsonNode> values = values(root, path);
        return values.isEmpty() ? "" : values.getFirst().asText();
    }
}
