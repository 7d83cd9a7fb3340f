// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** How statistics are written: tables of text, CSV, one JSON document, and a page for a browser. */
@NullMarked
package dev.renacer.tracer.statistics.report;

import org.jspecify.annotations.NullMarked;
