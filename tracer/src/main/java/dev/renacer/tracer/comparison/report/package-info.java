// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** How a comparison is written: text, JSON, and a page for a browser. */
@NullMarked
package dev.renacer.tracer.comparison.report;

import org.jspecify.annotations.NullMarked;
