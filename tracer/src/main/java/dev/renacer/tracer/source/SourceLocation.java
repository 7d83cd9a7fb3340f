// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import java.util.Optional;

/**
 * Where in the user's own code a system call comes from: the innermost function of its stack that belongs to neither the C library
 * nor a language's. What debug information says, and so what a program says of itself; control characters are replaced.
 *
 * @param function  its name, as the debug information or the symbol table has it
 * @param file      its source file; empty without debug information
 * @param line      line of the call, from 1 on; of code that a program makes while it runs the line where the function begins; 0 if
 *     unknown
 */
public record SourceLocation(Optional<String> function, Optional<String> file, int line) {
    /** {@code file:line}, or the file alone without a line; empty if the file is unknown. */
    public Optional<String> place() {
        return file.map(this::withLine);
    }

    /** As {@link #place()}, the file without its folders. */
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
