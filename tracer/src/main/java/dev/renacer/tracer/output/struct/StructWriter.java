// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

/** Writes one struct of a kind. */
@FunctionalInterface
public interface StructWriter {
    /** Writes it; the memory has as many bytes as structs.tsv says, or as many as the program gave. */
    void write(StringBuilder out, Memory memory);
}
