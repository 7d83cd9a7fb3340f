// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import java.util.ArrayList;
import java.util.List;

/** Rows of text laid out as kubectl lays them out: columns as wide as their widest cell, three blanks between them. */
final class TextTable {
    private static final int GAP = 3;
    private static final int LEAST = 6;

    private final List<List<String>> rows = new ArrayList<>();

    /** Header first. */
    TextTable row(List<String> cells) {
        rows.add(List.copyOf(cells));
        return this;
    }

    /** One line a row. */
    List<String> lines() {
        int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] =
                        Math.max(widths[column], Math.max(LEAST, row.get(column).length() + GAP));
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            line.append(cell);
            if (column < widths.length - 1) {
                line.repeat(' ', widths[column] - cell.length());
            }
        }
        return line.toString();
    }
}
