// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.listing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renacer.cli.kubectl.print.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A {@code meta.k8s.io/v1 Table} as text: the very columns {@code kubectl get} prints, since the server chooses them. */
final class ServerTable {
    private ServerTable() {}

    /**
     * Header and one line an object.
     *
     * @param wide        with the columns of a lower priority
     * @param namespaces  with a first column that names the namespace
     */
    static List<String> lines(JsonNode table, boolean wide, boolean namespaces) {
        JsonNode columns = table.path("columnDefinitions");
        TextTable text = new TextTable().row(header(columns, wide, namespaces));
        for (JsonNode row : table.path("rows")) {
            text.row(cells(columns, row, wide, namespaces));
        }
        return text.lines();
    }

    /** The columns' names, of a table's {@code columnDefinitions}. */
    static List<String> header(JsonNode columns, boolean wide, boolean namespaces) {
        List<String> header = new ArrayList<>();
        if (namespaces) {
            header.add("NAMESPACE");
        }
        for (JsonNode column : columns) {
            if (isShown(column, wide)) {
                header.add(column.path("name").asText().toUpperCase(Locale.ROOT));
            }
        }
        return header;
    }

    /** What stands below {@link #header} for one row of the table. */
    static List<String> cells(JsonNode columns, JsonNode row, boolean wide, boolean namespaces) {
        List<String> cells = new ArrayList<>();
        if (namespaces) {
            cells.add(row.path("object").path("metadata").path("namespace").asText());
        }
        for (int i = 0; i < columns.size(); i++) {
            if (isShown(columns.path(i), wide)) {
                cells.add(oneLine(row.path("cells").path(i)));
            }
        }
        return cells;
    }

    private static boolean isShown(JsonNode column, boolean wide) {
        return wide || column.path("priority").asInt() == 0;
    }

    /** As kubectl: a cell never breaks its row, and what is absent stays empty. */
    private static String oneLine(JsonNode cell) {
        if (cell.isNull() || cell.isMissingNode()) {
            return "";
        }
        String text = cell.asText();
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end) + "...";
    }
}
