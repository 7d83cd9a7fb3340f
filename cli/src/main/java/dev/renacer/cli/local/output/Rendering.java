// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.CsvOutput;
import dev.renacer.tracer.output.LineStyle;
import dev.renacer.tracer.output.TextForm;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.report.ReportFacts;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * All that a format may need to write calls.
 *
 * @param style    of lines of text
 * @param names    writes what descriptors are
 * @param shown    what else is shown
 * @param several  whether more than one process may be traced
 * @param descriptors  knows what descriptors are
 * @param facts    what a report says of the trace beside the calls
 */
record Rendering(
        LineStyle style,
        NameWriter names,
        Shown shown,
        boolean several,
        Descriptors descriptors,
        Supplier<ReportFacts> facts) {
    TextDetail detail() {
        return shown.detail();
    }

    TextForm form() {
        return shown.form();
    }

    /** What a row of CSV has beside call, arguments and result. */
    Set<CsvOutput.Column> columns() {
        Set<CsvOutput.Column> columns = EnumSet.noneOf(CsvOutput.Column.class);
        if (style.durations()) {
            columns.add(CsvOutput.Column.DURATION);
        }
        if (shown.sources()) {
            columns.add(CsvOutput.Column.SOURCE_LOCATION);
        }
        if (several) {
            columns.add(CsvOutput.Column.PROCESS);
        }
        return columns;
    }
}
