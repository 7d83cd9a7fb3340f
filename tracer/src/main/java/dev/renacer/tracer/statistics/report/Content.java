// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics.report;

import dev.renacer.tracer.statistics.RowOrder;
import java.util.List;

/**
 * Which statistics are wanted.
 *
 * @param summary    the table of -c
 * @param spread     percentiles and errors of each call
 * @param functions  times by function; calls must have stacks and sources
 * @param order      of rows about calls
 * @param columns    of the table of -c
 */
public record Content(boolean summary, boolean spread, boolean functions, RowOrder order, List<SummaryColumn> columns) {
    /** The table of -c as strace has it. */
    public static final Content SUMMARY = new Content(true, false, false, RowOrder.TIME, SummaryColumn.USUAL);

    public Content {
        columns = List.copyOf(columns);
    }
}
