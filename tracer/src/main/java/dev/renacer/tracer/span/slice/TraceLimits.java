// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.slice;

import java.time.Duration;

/**
 * When a trace is closed for all processes in it.
 *
 * @param maxSpans  it is full with this many spans, including its roots; at least 3
 * @param maxAge    it has been open this long; at least 1 ms
 */
public record TraceLimits(int maxSpans, Duration maxAge) {}
