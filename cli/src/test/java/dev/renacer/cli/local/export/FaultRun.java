// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program traced while its collector failed, and the account that renacer gave.
 *
 * @param messages  about the export, without the last count
 */
record FaultRun(int code, String out, Calls calls, Spans spans, List<String> messages) {
    private static final Pattern FATES = Pattern.compile(
            "renacer: (\\d+) calls: (\\d+) are spans, (\\d+) are folded into others, (\\d+) were sampled out, (\\d+) are lost;"
                    + " (\\d+) spans were made");
    private static final Pattern LOST = Pattern.compile("renacer: (\\d+) of (\\d+) spans were not exported \\(.+\\)");

    /** What became of the calls. */
    record Calls(long made, long exported, long folded, long sampled, long lost) {
        long toldOf() {
            return exported + folded + sampled + lost;
        }
    }

    /** What became of the spans. */
    record Spans(long made, long sent, long lost) {}

    /** The command that traces a program. */
    static List<String> command(FaultyCollector collector, Path folder, String... program) throws IOException {
        Path rules =
                Files.writeString(folder.resolve("sampling"), "sample 1\n"); // all, but the calls are accounted for
        List<String> arguments = new ArrayList<>(List.of("-f", "-o", "/dev/null", "--sampling", rules.toString()));
        arguments.addAll(collector.flags());
        arguments.add("--");
        arguments.addAll(List.of(program));
        return Launchers.command("renacer", arguments);
    }

    static FaultRun of(FaultyCollector collector, Path folder, String... program) throws IOException {
        return of(Run.of(command(collector, folder, program)));
    }

    /** Reads what renacer has said. */
    static FaultRun of(Run run) {
        List<String> lines = run.errLines();
        MatchResult fates = one(FATES, run);
        Matcher lost = LOST.matcher(run.err());
        long missing = lost.find() ? Long.parseLong(lost.group(1)) : 0;
        long made = number(fates, 6);
        return new FaultRun(
                run.code(),
                run.out(),
                new Calls(number(fates, 1), number(fates, 2), number(fates, 3), number(fates, 4), number(fates, 5)),
                new Spans(made, made - missing, missing),
                lines.stream().filter(line -> line.startsWith("[renacer: OTLP")).toList());
    }

    private static MatchResult one(Pattern pattern, Run run) {
        Matcher matcher = pattern.matcher(run.err());
        assertThat(matcher.find()).as(run.err()).isTrue();
        return matcher.toMatchResult();
    }

    private static long number(MatchResult match, int group) {
        return Long.parseLong(match.group(group));
    }
}
