// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What differs between two traces: calls are aligned by what they are and who makes them, never by when. */
@NullMarked
package dev.renacer.tracer.comparison;

import org.jspecify.annotations.NullMarked;
