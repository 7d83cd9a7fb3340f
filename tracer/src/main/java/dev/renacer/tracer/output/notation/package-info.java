// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Writes single values in the notations of strace: strings, file modes, numbers that consist of several, signals. */
@NullMarked
package dev.renacer.tracer.output.notation;

import org.jspecify.annotations.NullMarked;
