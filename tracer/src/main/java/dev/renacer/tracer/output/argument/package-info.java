// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Writes what the arguments of a call point to, by the structs that signatures.tsv names, as strace does. */
@NullMarked
package dev.renacer.tracer.output.argument;

import org.jspecify.annotations.NullMarked;
