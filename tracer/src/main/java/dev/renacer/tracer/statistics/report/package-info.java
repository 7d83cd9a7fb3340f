// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** How statistics are written: tables of text, CSV, and one JSON document. */
@NullMarked
package dev.renacer.tracer.statistics.report;

import org.jspecify.annotations.NullMarked;
