// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells as lines of text: each column as wide as its widest cell, numbers to the right, the last column to the left. */
final class TextTable {
    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... headings) {
        row(headings);
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    void writeTo(StringBuilder out) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        for (List<String> row : rows) {
            for (int column = 0; column < columns - 1; column++) {
                out.repeat(' ', widths[column] - row.get(column).length())
                        .append(row.get(column))
                        .append("  ");
            }
            out.append(row.getLast()).append('\n');
        }
    }
}
