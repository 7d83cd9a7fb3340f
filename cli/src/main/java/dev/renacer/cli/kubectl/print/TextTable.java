// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.print;

import dev.renacer.crds.UserText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of text laid out as kubectl lays them out: columns as wide as their widest cell, three blanks between them. What would break a
 * row or steer the terminal is spelt out.
 */
public final class TextTable {
    private static final int GAP = 3;
    private static final int LEAST = 6;

    private final List<List<String>> rows = new ArrayList<>();
    private int[] widths = {};

    /** Header first; every row has as many cells. */
    public TextTable row(List<String> cells) {
        List<String> printable = cells.stream().map(UserText::printable).toList();
        rows.add(printable);
        widths = Arrays.copyOf(widths, printable.size());
        for (int column = 0; column < widths.length; column++) {
            widths[column] = Math.max(
                    widths[column], Math.max(LEAST, printable.get(column).length() + GAP));
        }
        return this;
    }

    /** One line a row. */
    public List<String> lines() {
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    /** The lines of the rows since the last call, in columns no narrower than before. */
    public List<String> drain() {
        List<String> lines = lines();
        rows.clear();
        return lines;
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
