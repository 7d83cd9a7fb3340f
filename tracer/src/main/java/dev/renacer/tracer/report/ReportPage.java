// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.report.page.Page;
import java.util.List;

/** The page around the rows of a trace. For one thread. */
final class ReportPage {
    /** In this order, each in terms of those before it. */
    private static final List<String> SCRIPTS = List.of(
            "codec.js",
            "model.js",
            "selection.js",
            "table.js",
            "calls.js",
            "detail.js",
            "processes.js",
            "lanes.js",
            "timeline.js",
            "gestures.js",
            "overview.js",
            "latency.js",
            "lists.js",
            "flame.js",
            "keys.js",
            "app.js");

    private final Page page;

    ReportPage(ReportStream out) {
        page = new Page(out);
    }

    /** Writes everything in front of the rows. */
    void head(ReportFacts facts) {
        page.head(ReportPage.class, "page.html", "style.css", SCRIPTS);
        page.text("facts", facts.lines());
    }

    /**
     * Writes a block of rows.
     *
     * @param calls  how many of them are calls
     */
    void block(int calls, String packed) {
        page.element("block", " data-calls=\"" + calls + '"', packed);
    }

    /**
     * Writes the end.
     *
     * @param notes  what a reader must know of what is missing, a sentence each
     */
    void end(List<String> notes) {
        page.end(notes);
    }
}
