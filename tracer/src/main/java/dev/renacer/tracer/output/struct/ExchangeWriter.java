// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import org.jspecify.annotations.Nullable;

/** Writes a struct that a call reads and then fills in, so that it can be seen what it was asked and what it answered. */
@FunctionalInterface
public interface ExchangeWriter {
    /**
     * Writes it.
     *
     * @param before  as it was when the call was made
     * @param after   as it was when the call had returned; null if it failed
     */
    void write(StringBuilder out, Memory before, @Nullable Memory after);
}
