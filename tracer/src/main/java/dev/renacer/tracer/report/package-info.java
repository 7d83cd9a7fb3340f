// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * A trace as one self-contained HTML page: its rows travel as compressed columns, which the page's own script unpacks, counts and
 * draws. The scripts lie in the resources of this package; {@code codec.js} is the other half of {@link
 * dev.renacer.tracer.report.ReportBlock}.
 */
@NullMarked
package dev.renacer.tracer.report;

import org.jspecify.annotations.NullMarked;
