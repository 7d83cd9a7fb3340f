// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Where in a program's source a system call comes from: a confined unwinder follows copied stacks, and its answers are
 * kept.
 */
@NullMarked
package dev.renacer.tracer.source;

import org.jspecify.annotations.NullMarked;
