// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What the calls of a trace come to: counts and times by call and by function, and calls that are slow by their own past. */
@NullMarked
package dev.renacer.tracer.statistics;

import org.jspecify.annotations.NullMarked;
