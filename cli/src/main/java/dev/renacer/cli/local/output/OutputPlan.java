// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import dev.renacer.capture.ByteText;
import dev.renacer.capture.CaptureException;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.local.statistics.StatisticsOptions;
import dev.renacer.tracer.output.LineStyle;
import dev.renacer.tracer.output.PidPrefix;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.redact.Redactor;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** What is written where; nothing of it is open yet. Immutable. */
public final class OutputPlan {
    private final Optional<Destination> main;
    private final List<Destination> others;
    private final StatisticsOptions statistics;
    private final Function<PidPrefix, LineStyle> style;
    private final Shown shown;
    private final Redactor redactor;

    /**
     * @param main     the output that goes where -o says
     * @param others   those that name their file
     * @param statistics  which ones the first has, beside the trace or instead of it
     * @param style    of lines of text
     */
    OutputPlan(
            Optional<Destination> main,
            List<Destination> others,
            StatisticsOptions statistics,
            Function<PidPrefix, LineStyle> style,
            Shown shown,
            Redactor redactor) {
        this.main = main;
        this.others = others;
        this.statistics = statistics;
        this.style = style;
        this.shown = shown;
        this.redactor = redactor;
    }

    /** Nothing is written: the trace is only recorded. */
    public static OutputPlan nothing(boolean redacted) {
        LineOptions lines = new LineOptions();
        return new OutputPlan(
                Optional.empty(),
                List.of(),
                new StatisticsOptions(),
                lines::style,
                Shown.DEFAULT,
                redacted ? Redactor.known() : Redactor.NONE);
    }

    /**
     * Refuses to write over a file that is needed otherwise.
     *
     * @param name  the file
     * @param use   what it is needed for, as "is read" or "is recorded into"
     * @throws CommandFailure if an output would
     */
    public void keepOff(String name, String use) {
        destinations().filter(destination -> destination.isAt(name)).findFirst().ifPresent(destination -> {
            throw CommandFailure.usage(destination.option() + " would write over '"
                    + ByteText.shown(destination.file().orElseThrow()) + "', which " + use
                    + "; give it another file");
        });
    }

    /** Whether nothing is written. */
    public boolean writesNothing() {
        return destinations().findAny().isEmpty();
    }

    /** Whether secrets are taken out. */
    public boolean redacts() {
        return redactor != Redactor.NONE;
    }

    /** How calls are shown. */
    public Shown shown() {
        return shown;
    }

    /** Takes out what must not be shown. */
    public Redactor redactor() {
        return redactor;
    }

    /** Whether there are statistics. */
    public boolean summarizes() {
        return statistics.areAsked();
    }

    /** Whether it is told what the trace cost (--profile-self). */
    public boolean profilesItself() {
        return statistics.profileItself();
    }

    /** Whether anything shows calls one by one. */
    public boolean showsCalls() {
        return !statistics.replaceTrace() || !others.isEmpty();
    }

    /** Whether anything that is written goes by what descriptors are: with -y, or because of its format. */
    public boolean needsDescriptors() {
        Stream<Destination> traces = statistics.replaceTrace() ? others.stream() : destinations();
        return shown.namesDescriptors()
                || statistics.areTimes()
                || traces.anyMatch(destination -> destination.format().needsDescriptors());
    }

    /** Whether it is told where time went (--time). */
    public boolean tellsTimes() {
        return statistics.areTimes();
    }

    /** Whether anything goes to standard output. */
    public boolean writesStandardOutput() {
        return destinations().anyMatch(Destination::isStandardOutput);
    }

    /** Whether other lines on standard error leave the output intact. */
    public boolean allowsRemarks() {
        return destinations()
                .allMatch(destination -> !destination.isStandardError() || destination.format() == Format.TEXT);
    }

    /**
     * Opens all streams; a file stays as it is until {@link Outputs#begin}.
     *
     * @param complaints  receives what a person should see
     * @throws CommandFailure if a file cannot be written; none is open then
     * @throws CaptureException if the capture core cannot be loaded
     */
    public Outputs open(Consumer<String> complaints) throws CaptureException {
        List<Outputs.Output> open = new ArrayList<>();
        try {
            for (Destination destination : destinations().toList()) {
                boolean isMain = main.filter(destination::equals).isPresent();
                Destination.Open opened = isMain && shown.eachThread()
                        ? new Destination.Open(new ReportStream("no file", OutputStream.nullOutputStream(), complaints))
                        : destination.open(complaints);
                open.add(new Outputs.Output(
                        destination,
                        opened.stream(),
                        opened.replaced(),
                        isMain && statistics.areAsked() ? Optional.of(statistics) : Optional.empty(),
                        isMain && shown.eachThread()));
            }
            return new Outputs(open, style, shown, complaints);
        } catch (CommandFailure | CaptureException e) {
            open.forEach(output -> output.stream().close());
            throw e;
        }
    }

    private Stream<Destination> destinations() {
        return Stream.concat(main.stream(), others.stream());
    }
}
