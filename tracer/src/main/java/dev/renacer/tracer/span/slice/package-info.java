// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * How a process's life is cut into slices, and slices into traces: the root spans, and which of them a call belongs
 * to.
 */
@NullMarked
package dev.renacer.tracer.span.slice;

import org.jspecify.annotations.NullMarked;
