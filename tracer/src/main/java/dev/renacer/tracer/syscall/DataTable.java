// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + resource, e);
        }
    }
}
