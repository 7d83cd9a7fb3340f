// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.metrics;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A request to the API server in the words of its authorizer.
 *
 * @param verb      get, list, watch, create, update, patch, delete or deletecollection
 * @param resource  in the plural, with its subresource, such as {@code tracerequests/status}; {@code none} for a path such as /version
 */
record ApiRequest(String verb, String resource) {
    private static final String NONE = "none";

    /** Reads method and address: /api/VERSION/… or /apis/GROUP/VERSION/…, then [namespaces/NAME/]RESOURCE[/NAME[/SUBRESOURCE]]. */
    static ApiRequest of(String method, URI uri) {
        List<String> path = Arrays.stream(uri.getPath().split("/"))
                .filter(part -> !part.isEmpty())
                .toList();
        int start = path.indexOf("api") == 0 ? 2 : path.indexOf("apis") == 0 ? 3 : path.size();
        List<String> rest = path.subList(Math.min(start, path.size()), path.size());
        if (rest.size() > 2
                && rest.getFirst().equals("namespaces")
                && !rest.get(2).equals("status")) {
            rest = rest.subList(2, rest.size());
        }
        if (rest.isEmpty()) {
            return new ApiRequest(method.toLowerCase(Locale.ROOT), NONE);
        }
        boolean named = rest.size() > 1;
        String resource = rest.size() > 2 ? rest.getFirst() + "/" + rest.get(2) : rest.getFirst();
        return new ApiRequest(verb(method, named, uri.getQuery() == null ? "" : uri.getQuery()), resource);
    }

    private static String verb(String method, boolean named, String query) {
        return switch (method) {
            case "GET" -> query.contains("watch=true") ? "watch" : named ? "get" : "list";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "DELETE" -> named ? "delete" : "deletecollection";
            default -> method.toLowerCase(Locale.ROOT);
        };
    }
}
