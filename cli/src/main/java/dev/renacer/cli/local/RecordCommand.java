// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.plan.CapturePlan;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ProjectVersion;
import dev.renacer.cli.local.output.OutputCommand;
import dev.renacer.cli.local.output.OutputPlan;
import dev.renacer.cli.local.recording.RecordingFile;
import dev.renacer.cli.local.statistics.AnomalyOptions;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.filter.SyscallFilter.Following;
import dev.renacer.tracer.output.CallSelection;
import dev.renacer.tracer.recording.RecordingFacts;
import dev.renacer.tracer.report.ReportFacts;
import dev.renacer.tracer.source.CallSites;
import dev.renacer.tracer.subject.Subjects;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code renacer record}: traces as {@code renacer} does, and keeps everything in a file instead of showing it. */
@Command(
        name = "renacer record",
        mixinStandardHelpOptions = true,
        versionProvider = ProjectVersion.class,
        sortOptions = false,
        customSynopsis = {
            "renacer record [OPTIONS] -o FILE [--] PROGRAM [ARGS...]",
            "renacer record [OPTIONS] -o FILE -p PID[,PID...]"
        },
        description = {
            "Records the system calls of a program in a file. 'renacer replay FILE' shows them later, with any of the",
            "options of renacer, on any machine.",
            ""
        },
        footer = {
            "",
            "The exit code is that of renacer. The file is only for its owner to read. If this process is killed,",
            "everything up to the last second can still be replayed.",
            "",
            "Examples:",
            "  renacer record -f -o t.rnc -- make",
            "  renacer record -o t.rnc -p \"$(pgrep nginx)\" --attach-for 10s",
            "  renacer record -s -k --string-limit 4096 -o t.rnc -- ./program",
        })
public final class RecordCommand implements Callable<Integer> {
    static final String NAME = "record";

    @Mixin
    TargetOptions target = new TargetOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The file to record into.")
    @Nullable
    String file;

    @Option(names = "--force", description = "Replace FILE if it is there already.")
    boolean replace;

    @Mixin
    TracingOptions tracing = new TracingOptions();

    @Option(
            names = {"-e", "--expr"},
            paramLabel = "trace=LIST",
            description =
                    "Record only these system calls; see renacer --help. Everything else of -e is for renacer replay.")
    List<String> expressions = new ArrayList<>();

    @Mixin
    SourceOptions source = new SourceOptions();

    @Option(
            names = "--string-limit",
            paramLabel = "BYTES",
            description =
                    "Record at most so many bytes of a buffer (default: ${DEFAULT-VALUE}; at most 4096). -e read= and"
                            + " write= of renacer replay need 4096.")
    int limit = DetailOptions.DEFAULT_LIMIT;

    @Option(
            names = "--no-redact",
            description = "Record passwords, tokens, keys and query strings in arguments as they are, not [redacted].")
    boolean unredacted;

    @Override
    public Integer call() {
        if (file == null) {
            throw CommandFailure.usage("nothing says where to record; give a file with -o");
        }
        if (file.equals("-") || OutputCommand.in(file).isPresent()) {
            throw CommandFailure.usage(
                    "-o " + file + ": a recording goes to a file, one of this name is './" + file + "'");
        }
        if (tracing.eachThread()) {
            throw CommandFailure.usage("-ff is for lines of text: record with -f, and give -ff to renacer replay");
        }
        SelectionOptions selected = new SelectionOptions();
        selected.expressions = traced();
        DetailOptions detail = new DetailOptions();
        detail.limit = limit;
        detail.text(); // checks
        SyscallFilter filter = selected.filter();
        CapturePlan plan = filter.plan(ArgumentDetail.ALL, EnumSet.allOf(Following.class));
        CaptureOptions options = source.with(tracing.options(plan, detail.bufferLimit(false), target.window()))
                .withThreadTimes();
        CallSites sites = source.sites();
        TraceTarget whom = tracing.filtered(target.target());
        OutputPlan output = OutputPlan.nothing(!unredacted);
        RecordingFacts facts = RecordingFile.facts(
                options,
                selected.traced(),
                !unredacted,
                source.source,
                source.stack,
                options.followChildren() || whom.isSeveral(),
                whom.shown(output.redactor()));
        return new LocalTrace(
                        whom,
                        tracing.colocated(options),
                        sites,
                        CallSelection.ALL,
                        Subjects.ANY,
                        output,
                        new AnomalyOptions(),
                        OtlpOptions.none(),
                        () -> ReportFacts.here(whom.shown(output.redactor()), ProjectVersion.current(), List.of()),
                        false,
                        true,
                        Optional.of(new RecordingFile(file, replace, facts)))
                .run();
    }

    private List<String> traced() {
        for (String expression : expressions) {
            Qualifier qualifier = Qualifier.read(expression).qualifier();
            if (qualifier != Qualifier.TRACE) {
                throw CommandFailure.usage("-e " + qualifier + "= says what is shown, not what is recorded; give it to"
                        + " renacer replay");
            }
        }
        return expressions;
    }
}
