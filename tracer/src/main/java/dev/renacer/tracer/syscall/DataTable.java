// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The rows of a tab-separated resource; lines that start with {@code #} are comments. */
public final class DataTable {
    private DataTable() {}

    /** Reads a resource of this package. */
    static List<String[]> rows(String resource) {
        return rows(DataTable.class, resource);
    }

    /**
     * Reads a resource.
     *
     * @param owner  a class of the package that it belongs to
     * @throws IllegalStateException if it is missing: the build is broken
     */
    public static List<String[]> rows(Class<?> owner, String resource) {
        try (InputStream in = owner.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(
                        "the resource " + resource + " is missing; build the tracer module again");
            }
            return parsed(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + resource, e);
        }
    }

    /** Plain loops: a program that ends at once would spend more time on streams than on its trace. */
    private static List<String[]> parsed(String text) {
        List<String[]> rows = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            if (end > start && text.charAt(start) != '#') {
                rows.add(columns(text, start, end));
            }
            start = end + 1;
        }
        return rows;
    }

    private static String[] columns(String text, int start, int end) {
        int count = 1;
        for (int tab = text.indexOf('\t', start); tab >= 0 && tab < end; tab = text.indexOf('\t', tab + 1)) {
            count++;
        }
        String[] columns = new String[count];
        int from = start;
        for (int column = 0; column < count; column++) {
            int to = column < count - 1 ? text.indexOf('\t', from) : end;
            columns[column] = text.substring(from, to);
            from = to + 1;
        }
        return columns;
    }
}
