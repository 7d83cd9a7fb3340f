// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Writes the fields of structs that structs.tsv names, from their bytes alone, as strace does. */
@NullMarked
package dev.renacer.tracer.output.struct;

import org.jspecify.annotations.NullMarked;
