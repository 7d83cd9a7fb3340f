// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** From system calls to spans: the span model, and how a process's trace is cut into slices. */
@NullMarked
package dev.renacer.tracer.span;

import org.jspecify.annotations.NullMarked;
