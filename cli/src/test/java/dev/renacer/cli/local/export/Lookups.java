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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Calls of a program that looks for files which are not there and say by their names what it has published. */
final class Lookups {
    private static final Pattern CALL =
            Pattern.compile("/nonexistent/(?<when>[a-z-]+).*?(?:\"span_id\":\"(?<span>[0-9a-f]+)\".*)?}");
    private static final Pattern REQUEST = Pattern.compile("/nonexistent/(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})");

    private Lookups() {}

    /** Runs the program under a trace that is written to the folder. Returns the calls as lines of JSON. */
    static List<String> of(List<String> program, Path folder) throws IOException {
        Path trace = folder.resolve("trace.jsonl");
        List<String> arguments =
                new ArrayList<>(List.of("-f", "--format", "jsonl", "-o", trace.toString(), "-e", "trace=%file", "--"));
        arguments.addAll(program);
        Run run = Run.of(Launchers.command("renacer", arguments));
        assertThat(run.code()).as(run.err() + run.out()).isZero();
        return Files.readAllLines(trace).stream()
                .filter(line -> line.startsWith("{\"type\":\"call\"") && line.contains("/nonexistent/"))
                .toList();
    }

    /** Of each file that the program looks for, the span that it has published; empty: none. */
    static Map<String, String> spans(List<String> program, Path folder) throws IOException {
        Map<String, String> spans = new TreeMap<>();
        for (String line : of(program, folder)) {
            Matcher call = CALL.matcher(line);
            assertThat(call.find()).isTrue();
            spans.put(
                    call.group("when"), Optional.ofNullable(call.group("span")).orElse(""));
        }
        return spans;
    }

    /** Of a program that names the files by its ids: asserts that each call has those. */
    static void assertNoneIsMisplaced(List<String> lookups) {
        assertThat(lookups).allSatisfy(line -> {
            Matcher ids = REQUEST.matcher(line);
            assertThat(ids.find()).isTrue();
            assertThat(line)
                    .contains("\"trace_id\":\"" + ids.group("trace") + "\",\"span_id\":\"" + ids.group("span") + "\"");
        });
    }
}
