// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * How many of a target's calls become spans: the budget, what is folded into one span, and what that says. Knows calls
 * and their times, no spans.
 */
@NullMarked
package dev.renacer.tracer.span.volume;

import org.jspecify.annotations.NullMarked;
