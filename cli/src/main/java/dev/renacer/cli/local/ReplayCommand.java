// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.ByteText;
import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.PrintableText;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.ProjectVersion;
import dev.renacer.cli.Signals;
import dev.renacer.cli.local.output.OutputPlan;
import dev.renacer.cli.local.output.Outputs;
import dev.renacer.cli.local.recording.RecordedFile;
import dev.renacer.cli.local.recording.Replay;
import dev.renacer.tracer.Listeners;
import dev.renacer.tracer.RedactedCalls;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.output.CallSelection;
import dev.renacer.tracer.output.LossReport;
import dev.renacer.tracer.output.SelectedCalls;
import dev.renacer.tracer.recording.Ending;
import dev.renacer.tracer.recording.RecordedTrace;
import dev.renacer.tracer.recording.RecordingCounts;
import dev.renacer.tracer.recording.RecordingFacts;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.report.ReportFacts;
import dev.renacer.tracer.subject.Subjects;
import dev.renacer.tracer.syscall.Syscall;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code renacer replay}: shows a recorded trace as {@code renacer} would have shown it. */
@Command(
        name = "renacer replay",
        mixinStandardHelpOptions = true,
        versionProvider = ProjectVersion.class,
        sortOptions = false,
        customSynopsis = {"renacer replay FILE [OPTIONS]"},
        description = {
            "Shows a trace that 'renacer record' has recorded in any format, or exports it as OpenTelemetry",
            "spans. Needs neither the programs nor their machine, nor root.",
            ""
        },
        footer = {
            "",
            "Exit code: 0; 1 if the file is not whole (what there is of it was shown) or cannot be read, or if an output",
            "could not be written or exported; 2 for wrong arguments, or if something is asked for that was not recorded.",
            "",
            "Examples:",
            "  renacer replay t.rnc -T -yy -o trace.txt",
            "  renacer replay t.rnc -c",
            "  renacer replay t.rnc -e trace=%%network --errors-only",
            "  renacer replay t.rnc --otlp-endpoint http://localhost:4317",
        })
public final class ReplayCommand implements Callable<Integer> {
    static final String NAME = "replay";
    private static final String STANDARD_INPUT = "/dev/stdin";

    @Parameters(paramLabel = "FILE", hideParamSyntax = true, description = "What to replay; '-' is standard input.")
    String file = "";

    @Option(
            names = {"-f", "--follow-forks"},
            description =
                    "Has no effect: all processes that were recorded are shown. Given twice (-ff), the trace of each"
                            + " thread is written to a file of its own, FILE.TID of -o FILE.")
    boolean[] followForks = {};

    @Mixin
    ShownOptions shown = new ShownOptions();

    /** The signal that asked for the end; 0: none. */
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public Integer call() {
        OutputPlan written = shown.plan(followForks.length == 2);
        if (written.profilesItself()) {
            throw CommandFailure.usage(
                    "--profile-self tells what a trace costs, and a replay traces nothing; leave it out");
        }
        if (shown.source.map != null) {
            throw CommandFailure.usage(
                    "--transpiler-map: a recording has the places that it was made with; give the map to"
                            + " renacer record -s");
        }
        written.keepOff(file.equals("-") ? STANDARD_INPUT : file, "is replayed");
        SyscallFilter filter = shown.selected.filter();
        CallSelection selection = shown.selected.selection();
        Subjects subjects = shown.selected.subjects(this::tell);
        try (RecordedFile recorded = RecordedFile.open(file)) {
            RecordedTrace trace = recorded.trace();
            check(trace.facts(), written);
            return replay(trace, written, filter, selection, subjects);
        } catch (CaptureException e) {
            throw ExitCodes.of(e);
        } catch (OutOfMemoryError e) { // what listeners remember grows with the processes of a trace
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "'" + ByteText.shown(file) + "' needs more memory than there is: it has very many processes and"
                            + " descriptors, or is no trace at all; replay it without -y, -P, --peer and spans",
                    e);
        }
    }

    /** Refuses what was not recorded. */
    private void check(RecordingFacts facts, OutputPlan written) {
        String name = ByteText.shown(file);
        if (shown.source.functions && !(facts.sources() && facts.stacks())) {
            throw CommandFailure.usage("--function-time goes by stacks and places in the source, which are not in '"
                    + name + "'; record with -s and -k");
        }
        if (shown.source.source && !facts.sources()) {
            throw CommandFailure.usage("-s: where calls come from is not in '" + name + "'; record with -s");
        }
        if (shown.source.stack && !facts.stacks()) {
            throw CommandFailure.usage("-k: stacks are not in '" + name + "'; record with -k");
        }
        if (shown.detail.limit > Math.max(facts.bufferLimit(), DetailOptions.DEFAULT_LIMIT)) {
            throw CommandFailure.usage("--string-limit " + shown.detail.limit + ": '" + name + "' has at most "
                    + facts.bufferLimit() + " bytes of a buffer; record with --string-limit " + shown.detail.limit);
        }
        if (shown.selected.dumps() && facts.bufferLimit() < CaptureOptions.MAX_BUFFER_LIMIT) {
            throw CommandFailure.usage("-e read= and write= show whole buffers, and '" + name + "' has at most "
                    + facts.bufferLimit() + " bytes of each; record with --string-limit "
                    + CaptureOptions.MAX_BUFFER_LIMIT);
        }
        if (!facts.calls().isEmpty() && written.allowsRemarks()) {
            tell("renacer: '" + name + "' has only the calls of -e trace=" + facts.calls());
        }
        if (!written.redacts() && facts.redacted()) {
            tell("renacer: --no-redact: secrets are not in '" + name + "'; they are there if it is recorded with"
                    + " --no-redact");
        }
    }

    private int replay(
            RecordedTrace trace, OutputPlan written, SyscallFilter filter, CallSelection selection, Subjects subjects)
            throws CaptureException {
        RecordingFacts facts = trace.facts();
        Redactor redactor = facts.redacted() ? Redactor.NONE : written.redactor();
        Descriptors descriptors = Descriptors.replayed(redactor);
        Replay replay = new Replay(descriptors.replay(), shown.source.asksForSources(), shown.source.asksForStacks());
        shown.otlp.recorded(new OtlpOptions.Recorded(replay.threads(), replay::nanos, facts.host()));
        Optional<SpanExport> export = shown.otlp.open(System.getenv(), this::tell, descriptors, redactor);
        int code;
        Optional<String> unsent = Optional.empty();
        try (Outputs out = written.open(this::tell)) {
            out.begin();
            List<TraceListener> listeners = new ArrayList<>();
            boolean named = written.needsDescriptors() || !subjects.isAny() || export.isPresent();
            if (named || (written.showsCalls() && filter.selectsPackets())) {
                listeners.add(descriptors); // in front of those that ask it
            }
            Predicate<SyscallCall> wanted = wanted(filter).and(subjects.in(descriptors));
            for (TraceListener listener : out.listeners(facts.several(), descriptors, () -> report(facts))) {
                listeners.add(new SelectedCalls(selection, wanted, listener));
            }
            shown.anomalies
                    .listener(this::tell)
                    .ifPresent(found -> listeners.add(new SelectedCalls(selection, wanted, found)));
            export.stream()
                    .flatMap(spans -> spans.listeners().stream())
                    .map(listener -> new SelectedCalls(selection, wanted, listener))
                    .forEach(listeners::add);
            export.ifPresent(spans -> listeners.add(spans.pace()));
            listeners.add(
                    new LossReport(this::tell, () -> named ? failedLookups(trace, descriptors) : 0, !subjects.isAny()));
            Listeners all = new Listeners(listeners);
            replay.to(redactor == Redactor.NONE ? all : new RedactedCalls(redactor, all));
            AtomicBoolean unread = new AtomicBoolean();
            // Nothing is left to do for outputs that accept no more, as after `| head`.
            out.whenBroken(_ -> unread.set(export.isEmpty()));
            Signals.INT.handle(asked::set);
            Signals.TERM.handle(asked::set);
            Ending ending = trace.replay(replay, () -> asked.get() != 0 || unread.get());
            all.failures().forEach(failure -> tell("renacer: an output failed and is incomplete: " + failure.cause()));
            ending.counts().ifPresent(this::tellRests);
            code = exitCode(ending);
            if (code == ExitCode.SUCCESS
                    && (out.isUnwritten() || !all.failures().isEmpty())) {
                code = ExitCode.FAILURE; // to write is all that was asked for
            }
        } finally {
            export.flatMap(SpanExport::unsampled).ifPresent(this::tell);
            unsent = export.flatMap(SpanExport::close);
            unsent.ifPresent(this::tell);
            export.flatMap(SpanExport::fates).ifPresent(this::tell);
        }
        return code == ExitCode.SUCCESS && unsent.isPresent() ? ExitCode.FAILURE : code;
    }

    /** How many were counted then; of a recording without an end, those whose answers are in it. */
    private static long failedLookups(RecordedTrace trace, Descriptors descriptors) {
        return trace.counts().map(RecordingCounts::failedLookups).orElseGet(descriptors::failedLookups);
    }

    /** Calls that were not seen are reported whatever the output is. */
    private void tellRests(RecordingCounts counts) {
        if (counts.rests() > 0) {
            tell("renacer: to keep to --max-slowdown threads went unwatched " + counts.rests()
                    + " times; their calls then are not in the trace");
        }
    }

    private ReportFacts report(RecordingFacts facts) {
        return new ReportFacts(
                facts.command().isEmpty() ? "recorded in " + ByteText.shown(file) : facts.command(),
                facts.renacer(),
                facts.host(),
                facts.kernel().isEmpty() ? "not recorded" : facts.kernel(),
                ZoneId.systemDefault(),
                shown.selected.chosen());
    }

    private static Predicate<SyscallCall> wanted(SyscallFilter filter) {
        if (filter.equals(SyscallFilter.EVERYTHING)) {
            return _ -> true;
        }
        IdentityHashMap<Syscall, Boolean> known = new IdentityHashMap<>();
        return call -> known.computeIfAbsent(call.syscall(), filter::selects);
    }

    private int exitCode(Ending ending) {
        Optional<String> damage = ending.damage("replayed");
        if (damage.isPresent()) {
            tell("renacer: '" + ByteText.shown(file) + "' is not whole: " + damage.get());
            return ExitCode.FAILURE;
        }
        return asked.get() == 0 ? ExitCode.SUCCESS : ExitCode.ofSignal(asked.get());
    }

    private void tell(String line) {
        System.err.println(PrintableText.of(line));
    }
}
