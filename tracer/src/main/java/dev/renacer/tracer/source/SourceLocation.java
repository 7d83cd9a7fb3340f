// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import java.util.Optional;

/**
 * Where in the user's own code a system call comes from: the innermost function of its stack that belongs neither to
 * the C library nor to a language's. It comes from debug information, which is what a program says about itself;
 * control characters are replaced.
 *
 * @param function  its name, as the debug information or the symbol table has it
 * @param file      its source file; empty without debug information
 * @param line      line of the call, from 1 on; for code that a program generates while it runs, the line where the
 *     function begins; 0 if unknown
 */
public record SourceLocation(Optional<String> function, Optional<String> file, int line) {
    /** {@code file:line}, or only the file if the line is unknown; empty if the file is unknown. */
    public Optional<String> place() {
        return file.map(this::withLine);
    }

    /** As {@link #place()}, but the file without its folders. */
    public Optional<String> shortPlace() {
        return fileName().map(this::withLine);
    }

    private String withLine(String path) {
        return line == 0 ? path : path + ':' + line;
    }

    /** The file without its folders. */
    public Optional<String> fileName() {
        return file.map(path -> path.substring(path.lastIndexOf('/') + 1));
    }
}
