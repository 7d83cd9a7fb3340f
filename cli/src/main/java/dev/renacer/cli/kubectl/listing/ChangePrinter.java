// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.listing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renacer.cli.kubectl.api.RawApi;
import dev.renacer.cli.kubectl.print.ObjectPrinter;
import dev.renacer.cli.kubectl.print.OutputFormat;
import dev.renacer.cli.kubectl.print.TextTable;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Prints objects as they change, in the manner of {@code kubectl get -w}: a table's header once and then a row a change, one JSON
 * or YAML document a change, or one name. Each version of an object is printed once. Not thread-safe.
 */
public final class ChangePrinter {
    private final Listing listing;
    private final OutputFormat format;
    private final boolean namespaces;
    private final PrintWriter out;
    private final TextTable table = new TextTable();
    private final Map<String, String> seen = new HashMap<>();
    private JsonNode columns = RawApi.MAPPER.createArrayNode();
    private boolean begun;

    /**
     * @param namespaces  with a first column that names the namespace
     */
    public ChangePrinter(Listing listing, OutputFormat format, boolean namespaces, PrintWriter out) {
        this.listing = listing;
        this.format = format;
        this.namespaces = namespaces;
        this.out = out;
    }

    /** What to ask the server for. */
    String accept() {
        return isDocument() ? RawApi.JSON : RawApi.TABLE;
    }

    /**
     * Prints what is new of a list, of one object, or of a table of either.
     *
     * @return false if nobody reads the output any more
     */
    boolean print(JsonNode answer, boolean deleted) {
        if (isDocument()) {
            for (JsonNode object : answer.has("items") ? answer.path("items") : List.of(answer)) {
                if (isNews(object, deleted)) {
                    document(object);
                }
            }
        } else {
            // Of a watch only the first table names the columns.
            if (!answer.path("columnDefinitions").isEmpty()) {
                columns = answer.path("columnDefinitions");
            }
            for (JsonNode row : answer.path("rows")) {
                if (isNews(row.path("object"), deleted)) {
                    row(row);
                }
            }
            table.drain().forEach(out::println);
        }
        return !out.checkError();
    }

    /** The version of an object, or of the one that a table holds. */
    static String version(JsonNode object) {
        JsonNode first = object.path("rows").path(0).path("object");
        return (first.isMissingNode() ? object : first)
                .path("metadata")
                .path("resourceVersion")
                .asText();
    }

    private boolean isDocument() {
        return format == OutputFormat.JSON || format == OutputFormat.YAML;
    }

    private boolean isNews(JsonNode object, boolean deleted) {
        String uid = object.path("metadata").path("uid").asText();
        String version = object.path("metadata").path("resourceVersion").asText();
        if (deleted) {
            seen.remove(uid);
            return true;
        }
        return !version.equals(seen.put(uid, version));
    }

    private void document(JsonNode object) {
        if (begun && format == OutputFormat.YAML) {
            out.println("---");
        }
        begun = true;
        ObjectPrinter.print(out, format, object);
    }

    private void row(JsonNode row) {
        if (format == OutputFormat.NAME) {
            out.println(listing.qualifiedName(row));
            return;
        }
        boolean wide = format == OutputFormat.WIDE;
        if (!begun) {
            begun = true;
            table.row(ServerTable.header(columns, wide, namespaces));
        }
        table.row(ServerTable.cells(columns, row, wide, namespaces));
    }
}
