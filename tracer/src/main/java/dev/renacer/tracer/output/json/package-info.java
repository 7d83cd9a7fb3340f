// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** A trace as JSON: one document, or an object a line. */
@NullMarked
package dev.renacer.tracer.output.json;

import org.jspecify.annotations.NullMarked;
