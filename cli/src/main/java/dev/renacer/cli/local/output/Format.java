// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import static dev.renacer.cli.local.output.Format.Place.ANYWHERE;
import static dev.renacer.cli.local.output.Format.Place.FILE;
import static dev.renacer.cli.local.output.Format.Stacks.LEFT_OUT;
import static dev.renacer.cli.local.output.Format.Stacks.SHOWN;

import dev.renacer.cli.ProjectVersion;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.output.CsvOutput;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.output.TextOutput;
import dev.renacer.tracer.output.json.JsonLinesOutput;
import dev.renacer.tracer.output.json.JsonOutput;
import dev.renacer.tracer.output.perfetto.PerfettoOutput;
import dev.renacer.tracer.output.pprof.PprofOutput;
import dev.renacer.tracer.report.HtmlReport;
import dev.renacer.tracer.statistics.report.StatisticsOutput;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The formats of a trace: a line for each. */
enum Format {
    /** Lines in the manner of strace. */
    TEXT(ANYWHERE, SHOWN, (out, how) -> new TextOutput(out, how.style(), how.names(), how.form())),
    /** One document. */
    JSON(ANYWHERE, SHOWN, (out, how) -> new JsonOutput(out, version(), how.names(), how.detail())),
    /** An object a line. */
    JSONL(ANYWHERE, SHOWN, (out, how) -> new JsonLinesOutput(out, version(), how.names(), how.detail())),
    /** A row for each call. */
    CSV(ANYWHERE, LEFT_OUT, (out, how) -> new CsvOutput(out, how.columns(), how.names(), how.detail())),
    /** A page for a browser. */
    HTML(
            FILE,
            SHOWN,
            (out, how) -> new HtmlReport(out, how.facts().get(), how.descriptors(), how.names(), how.detail())),
    /** For Perfetto's viewer. */
    PERFETTO(FILE, SHOWN, (out, how) -> new PerfettoOutput(out, how.names(), how.descriptors(), how.detail())),
    /** A profile for go tool pprof. */
    PPROF(FILE, SHOWN, (out, _) -> new PprofOutput(out));

    /** Where a format may be written. */
    enum Place {
        /** Also among what a program writes to standard error. */
        ANYWHERE,
        /** To a file: it is nothing that a person reads. */
        FILE
    }

    /** Whether a format has room for the stacks of calls. */
    enum Stacks {
        SHOWN,
        LEFT_OUT
    }

    /** Makes what writes a format to a stream. */
    @FunctionalInterface
    interface Opener {
        TraceListener open(ReportStream out, Rendering how);
    }

    private final Place place;
    private final Stacks stacks;

    @SuppressWarnings("ImmutableEnumChecker") // a lambda that captures nothing
    private final Opener opener;

    Format(Place place, Stacks stacks, Opener opener) {
        this.place = place;
        this.stacks = stacks;
        this.opener = opener;
    }

    /** The format of this name, in any case; empty if there is none. */
    static Optional<Format> named(String name) {
        return Arrays.stream(values())
                .filter(format -> format.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** All names: {@code text, json, jsonl}. */
    static String names() {
        return Arrays.stream(values()).map(Format::toString).collect(Collectors.joining(", "));
    }

    boolean needsFile() {
        return place == Place.FILE;
    }

    /** Whether it goes by what descriptors are, -y or not. */
    boolean needsDescriptors() {
        return this == HTML || this == PERFETTO;
    }

    boolean showsStacks() {
        return stacks == Stacks.SHOWN;
    }

    /** The form that statistics have in this format; empty if they have none. */
    Optional<StatisticsOutput.Format> ofStatistics() {
        return switch (this) {
            case TEXT -> Optional.of(StatisticsOutput.Format.TEXT);
            case CSV -> Optional.of(StatisticsOutput.Format.CSV);
            case JSON -> Optional.of(StatisticsOutput.Format.JSON);
            case HTML -> Optional.of(StatisticsOutput.Format.HTML);
            default -> Optional.empty();
        };
    }

    TraceListener open(ReportStream out, Rendering how) {
        return opener.open(out, how);
    }

    private static String version() {
        return ProjectVersion.current();
    }

    /** In the spelling of the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
