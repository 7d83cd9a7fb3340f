// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.local.statistics.StatisticsOptions;
import dev.renacer.tracer.redact.Redactor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is written where, as it is given; {@link #plan} is what comes of it. */
public final class OutputOptions {
    private static final String FORMAT = "--format";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Write the trace to FILE instead of standard error; '-' is standard output, and '|COMMAND' (or"
                            + " '!COMMAND') the standard input of a shell command. './-' is a file of that name.")
    @Nullable
    String file;

    @Option(
            names = FORMAT,
            paramLabel = "FORMAT[=FILE]",
            converter = FormatArgument.Converter.class,
            description =
                    "text, json, jsonl, csv, html, perfetto or pprof (default: text). May be repeated for several at once, each with a FILE of"
                            + " its own, as -o has it; one may do without and goes where -o says. csv ends each line with pid"
                            + " and tid if several processes may be traced (-f, -p PID,PID). html is one page for a browser"
                            + " that needs no network: timeline, latencies, errors, files and peers, flame graph; with -c and its"
                            + " like those statistics, in the file of -o.")
    List<FormatArgument> formats = new ArrayList<>();

    @Mixin
    LineOptions lines = new LineOptions();

    @Option(
            names = "--no-redact",
            description = "Show passwords, tokens, keys and query strings in arguments as they are, not [redacted].")
    boolean unredacted;

    @Mixin
    StatisticsOptions statistics = new StatisticsOptions();

    /** Which statistics are written. */
    public StatisticsOptions statistics() {
        return statistics;
    }

    /**
     * What is written where.
     *
     * @param shown  what other options say about how
     * @throws CommandFailure if these are combinations that make no sense
     */
    public OutputPlan plan(Shown shown) {
        lines.check();
        statistics.check();
        Optional<Destination> main = main(shown.eachThread());
        List<Destination> others = formats.stream()
                .filter(argument -> argument.file().isPresent())
                .map(argument -> new Destination(argument.format(), FORMAT, argument.file()))
                .toList();
        List<Destination> all = new ArrayList<>(others);
        main.ifPresent(all::addFirst);
        all.forEach(Destination::check);
        checkFiles(all);
        if (shown.eachThread()) {
            checkEachThread(main.orElseThrow());
        }
        checkShown(shown, statistics.replaceTrace() ? others : all);
        return new OutputPlan(
                main, others, statistics, lines::style, shown, unredacted ? Redactor.NONE : Redactor.known());
    }

    /** The output that goes where -o says; empty if each format names a file. */
    private Optional<Destination> main(boolean eachThread) {
        List<Format> without = formats.stream()
                .filter(argument -> argument.file().isEmpty())
                .map(FormatArgument::format)
                .toList();
        if (without.size() > 1) {
            throw CommandFailure.usage("--format " + without.get(0) + " and --format " + without.get(1)
                    + " would be written to the same place; give one of them a file: --format " + without.get(1)
                    + "=FILE");
        }
        if (without.isEmpty() && !formats.isEmpty() && !statistics.areAsked() && !eachThread) {
            if (file != null) {
                throw CommandFailure.usage("nothing is left for -o: each --format names its file; leave -o out, or add"
                        + " --format text");
            }
            return Optional.empty();
        }
        Format format = without.isEmpty() ? Format.TEXT : without.getFirst();
        if (statistics.areAsked()) {
            statistics.check(format.ofStatistics()
                    .orElseThrow(() -> CommandFailure.usage(
                            "-c writes a table, which has no " + format.name() + " form; use --format text, csv, json"
                                    + " or html, or write the trace beside it: --format " + format + "=FILE")));
        }
        if (format.needsFile() && file == null) {
            throw CommandFailure.usage("--format " + format + " needs a file: "
                    + (statistics.areAsked() ? "add -o FILE for the statistics, or write the trace: " : "")
                    + "--format "
                    + format + "=FILE");
        }
        return Optional.of(new Destination(format, "-o", Optional.ofNullable(file)));
    }

    private static void checkFiles(List<Destination> all) {
        for (int index = 0; index < all.size(); index++) {
            for (Destination before : all.subList(0, index)) {
                Destination one = all.get(index);
                if (one.isSameAs(before)) {
                    throw CommandFailure.usage(before.format() + " and " + one.format() + " would both be written to '"
                            + one.file().orElseThrow() + "'; give each its own file");
                }
            }
        }
    }

    /**
     * Refuses what no output has.
     *
     * @param traces  those that show calls
     */
    private void checkShown(Shown shown, List<Destination> traces) {
        boolean text = traces.stream().anyMatch(trace -> trace.format() == Format.TEXT);
        if (lines.areForText() && !text) {
            throw CommandFailure.usage(
                    "-t, -r, -i and -a are for lines of text; leave them out, or add --format text=FILE");
        }
        if (shown.lines() && !text) {
            throw CommandFailure.usage("-e read=, write=, raw= and abbrev= are for lines of text; leave them out, or"
                    + " add --format text=FILE");
        }
        if (shown.stacks() && traces.stream().noneMatch(trace -> trace.format().showsStacks())) {
            throw CommandFailure.usage("-k shows a stack behind each call, for which "
                    + (statistics.replaceTrace() ? "the table of -c" : "a row of CSV")
                    + " has no room; these have: --format "
                    + Arrays.stream(Format.values())
                            .filter(Format::showsStacks)
                            .map(Format::toString)
                            .collect(Collectors.joining(", ")));
        }
    }

    private void checkEachThread(Destination main) {
        if (!main.isNamed()) {
            throw CommandFailure.usage("-ff writes a file for each thread: name them with -o FILE; each is FILE.TID");
        }
        if (statistics.areAsked() || main.format() != Format.TEXT) {
            throw CommandFailure.usage("-ff writes lines of text; leave it out with "
                    + (statistics.areAsked() ? "-c" : "--format " + main.format()) + ", or write --format "
                    + main.format()
                    + "=FILE beside it");
        }
    }
}
