// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Metrics of calls, which are complete whatever becomes of the spans: how many, how long, how many bytes. */
@NullMarked
package dev.renacer.tracer.metric;

import org.jspecify.annotations.NullMarked;
