// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.recording;

import dev.renacer.capture.ByteText;
import dev.renacer.capture.CaptureException;
import dev.renacer.capture.PrintableText;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.ProjectVersion;
import dev.renacer.tracer.Listeners;
import dev.renacer.tracer.RedactedCalls;
import dev.renacer.tracer.comparison.Comparison;
import dev.renacer.tracer.comparison.FailureCondition;
import dev.renacer.tracer.comparison.TraceProfile;
import dev.renacer.tracer.comparison.report.ComparisonDocument;
import dev.renacer.tracer.comparison.report.ComparisonPage;
import dev.renacer.tracer.comparison.report.ComparisonText;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.recording.RecordedTrace;
import dev.renacer.tracer.recording.RecordingFacts;
import dev.renacer.tracer.redact.Redactor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code renacer diff}: says what differs between two recorded traces. */
@Command(
        name = "renacer diff",
        mixinStandardHelpOptions = true,
        versionProvider = ProjectVersion.class,
        sortOptions = false,
        customSynopsis = {"renacer diff [OPTIONS] A B"},
        description = {
            "Says what differs between two traces that 'renacer record' has recorded, what matters most first: new",
            "and vanished calls and errors, other counts, and calls that take longer or shorter. Calls are aligned by",
            "what they are and who makes them, never by when.",
            ""
        },
        footer = {
            "",
            "Exit code: 0, whether the traces differ or not; 3 if a condition of --fail-on is not kept; 1 if a file",
            "cannot be read or is not whole; 2 for wrong arguments.",
            "",
            "Examples:",
            "  renacer diff before.rnc after.rnc",
            "  renacer diff --fail-on new-errors,latency:20%% before.rnc after.rnc",
            "  renacer diff --format json before.rnc after.rnc",
            "  renacer diff --format text --format html=diff.html before.rnc after.rnc",
        })
public final class DiffCommand implements Callable<Integer> {
    /** As it is called behind {@code renacer}. */
    public static final String NAME = "diff";

    /** A condition of --fail-on is not kept. */
    static final int DIFFERENT = 3;

    @Parameters(index = "0", paramLabel = "A", description = "The first recording; '-' is standard input.")
    String before = "";

    @Parameters(index = "1", paramLabel = "B", description = "The second.")
    String after = "";

    @Option(
            names = "--fail-on",
            paramLabel = "CONDITION,...",
            description =
                    "Exit with code 3 if one of these is there: new-errors, new-calls, vanished-calls, latency:20%% (a"
                            + " median that grew by as much and not by chance), calls:50%% (calls that are made as much"
                            + " more often).")
    @Nullable
    String failOn;

    @Option(
            names = "--format",
            paramLabel = "FORMAT[=FILE]",
            converter = DiffOutput.Converter.class,
            description =
                    "text (the default), json or html: a page for a browser that needs no network, with distributions and"
                            + " a differential flame graph. May be repeated, each with a FILE of its own; one may do"
                            + " without and goes to standard output.")
    List<DiffOutput> outputs = new ArrayList<>();

    private boolean damaged;

    @Override
    public Integer call() {
        List<FailureCondition> conditions = conditions();
        List<DiffOutput> asked =
                outputs.isEmpty() ? List.of(new DiffOutput(DiffOutput.Format.TEXT, Optional.empty())) : outputs;
        DiffOutput.check(asked, List.of(before, after));
        Comparison comparison = Comparison.of(profile(before), profile(after));
        asked.forEach(output -> output.write(stream -> write(stream, output.format(), comparison, conditions)));
        return exitCode(comparison, conditions);
    }

    private void write(
            ReportStream stream, DiffOutput.Format format, Comparison comparison, List<FailureCondition> conditions) {
        StringBuilder text = new StringBuilder();
        switch (format) {
            case TEXT -> new ComparisonText(comparison).writeTo(text, before, after);
            case JSON -> ComparisonDocument.writeTo(text, comparison, before, after, conditions);
            case HTML ->
                ComparisonPage.writeTo(stream, comparison, before, after, conditions, ProjectVersion.current());
        }
        stream.print(text);
    }

    private int exitCode(Comparison comparison, List<FailureCondition> conditions) {
        boolean failed = false;
        for (FailureCondition condition : conditions) {
            int violations = condition.violations(comparison).size();
            if (violations > 0) {
                failed = true;
                tell("renacer: --fail-on " + condition + ": " + violations
                        + (violations == 1 ? " difference" : " differences"));
            }
        }
        if (damaged) {
            return ExitCode.FAILURE;
        }
        return failed ? DIFFERENT : ExitCode.SUCCESS;
    }

    private List<FailureCondition> conditions() {
        if (failOn == null) {
            return List.of();
        }
        try {
            return FailureCondition.parse(failOn);
        } catch (FailureCondition.InvalidException e) {
            throw CommandFailure.usage("--fail-on: " + e.getMessage());
        }
    }

    private TraceProfile profile(String file) {
        try (RecordedFile recorded = RecordedFile.open(file)) {
            RecordedTrace trace = recorded.trace();
            RecordingFacts facts = trace.facts();
            if (!facts.calls().isEmpty()) {
                tell("renacer: '" + ByteText.shown(file) + "' has only the calls of -e trace=" + facts.calls());
            }
            Redactor redactor = facts.redacted() ? Redactor.NONE : Redactor.known();
            Descriptors descriptors = Descriptors.replayed(redactor);
            TraceProfile profile = new TraceProfile(descriptors);
            Listeners all = new Listeners(List.of(descriptors, profile));
            Replay replay = new Replay(descriptors.replay(), facts.sources(), facts.stacks());
            replay.to(facts.redacted() ? all : new RedactedCalls(redactor, all));
            Optional<String> damage = trace.replay(replay, () -> false).damage("compared");
            if (damage.isPresent()) {
                damaged = true;
                tell("renacer: '" + ByteText.shown(file) + "' is not whole: " + damage.get());
            }
            if (!all.failures().isEmpty()) {
                throw new CommandFailure(
                        ExitCode.FAILURE,
                        "comparing '" + ByteText.shown(file) + "' failed: "
                                + all.failures().getFirst().cause() + "; please report this");
            }
            return profile;
        } catch (CaptureException e) {
            throw new CommandFailure(ExitCode.FAILURE, String.valueOf(e.getMessage()), e);
        }
    }

    private static void tell(String line) {
        System.err.println(PrintableText.of(line));
    }
}
