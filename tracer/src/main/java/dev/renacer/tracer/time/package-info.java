// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Where the time of threads went: on a CPU, waiting for one, blocked and in what, and in the tracer. Knows calls and what
 * the capture core tells of threads ({@link dev.renacer.tracer.ThreadTime}), no spans.
 */
@NullMarked
package dev.renacer.tracer.time;

import org.jspecify.annotations.NullMarked;
