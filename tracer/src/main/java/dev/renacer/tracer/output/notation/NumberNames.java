// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.notation;

/** Writes what descriptors are whose numbers stand in the data of the call that is being written. */
@FunctionalInterface
public interface NumberNames {
    /** Writes nothing. */
    NumberNames NONE = (_, _) -> {};

    /** Writes what a descriptor is behind its number, if that is known. */
    void write(StringBuilder out, int number);
}
