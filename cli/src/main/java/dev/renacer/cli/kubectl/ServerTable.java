// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
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
        List<Integer> shown = new ArrayList<>();
        List<String> header = new ArrayList<>();
        if (namespaces) {
            header.add("NAMESPACE");
        }
        for (int i = 0; i < columns.size(); i++) {
            if (wide || columns.path(i).path("priority").asInt() == 0) {
                shown.add(i);
                header.add(columns.path(i).path("name").asText().toUpperCase(Locale.ROOT));
            }
        }
        TextTable text = new TextTable().row(header);
        for (JsonNode row : table.path("rows")) {
            List<String> cells = new ArrayList<>();
            if (namespaces) {
                cells.add(row.path("object").path("metadata").path("namespace").asText());
            }
            shown.forEach(i -> cells.add(oneLine(row.path("cells").path(i))));
            text.row(cells);
        }
        return text.lines();
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
