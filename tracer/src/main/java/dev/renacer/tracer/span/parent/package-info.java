// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What the span of a call is a child of: a span of the application's own where that is known, or its process's root. */
@NullMarked
package dev.renacer.tracer.span.parent;

import org.jspecify.annotations.NullMarked;
