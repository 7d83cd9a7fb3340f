// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.renacer.cli.Run;
import dev.renacer.cli.local.AttachedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One trace in several formats at once, each whole however the trace ends. */
class SeveralFormatsIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder = Path.of("");

    @Test
    void eachFormatHasTheSameCalls() throws IOException {
        Run run = Run.renacer(
                "--format",
                "text",
                "--format",
                "json=" + folder.resolve("t.json"),
                "--format",
                "jsonl=" + folder.resolve("t.jsonl"),
                "--format",
                "csv=" + folder.resolve("t.csv"),
                "--",
                "sh",
                "-c",
                "exit 3");
        assertThat(run.code()).isEqualTo(3);

        List<String> text = run.errLines().stream()
                .filter(line -> !line.startsWith("+++"))
                .map(line -> line.substring(0, line.indexOf('(')))
                .toList();
        assertThat(names(JSON.readTree(folder.resolve("t.json").toFile()).get("syscalls")))
                .isEqualTo(text);
        assertThat(calls(folder.resolve("t.jsonl"))).isEqualTo(text);
        assertThat(Files.readAllLines(folder.resolve("t.csv")).stream()
                        .skip(1)
                        .map(row -> row.substring(0, row.indexOf(','))))
                .isEqualTo(text);
    }

    @Test
    void theTableOfCountsStandsBesideATrace() throws IOException {
        Run run = Run.renacer("-c", "--format", "jsonl=" + folder.resolve("t.jsonl"), "--", "true");

        assertThat(run.err()).contains("usecs/call").contains("execve");
        assertThat(calls(folder.resolve("t.jsonl"))).contains("execve");
    }

    @Test
    void withoutAFormatForStandardErrorNothingIsWrittenThere() throws IOException {
        Run run = Run.renacer("--format", "jsonl=" + folder.resolve("t.jsonl"), "--", "echo", "said");

        assertThat(run.out()).isEqualTo("said\n");
        assertThat(run.err()).isEmpty();
        assertThat(calls(folder.resolve("t.jsonl"))).contains("write");
    }

    @Test
    void oneFormatThatCannotBeWrittenLeavesTheOthersWhole() throws IOException {
        Run run = Run.renacer("--format", "csv=/dev/full", "--format", "jsonl=" + folder.resolve("t"), "--", "true");

        assertThat(run.code()).isZero();
        assertThat(run.errLines()).hasSize(1).first().asString().contains("cannot write to /dev/full");
        assertThat(calls(folder.resolve("t"))).contains("execve");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void jsonIsValidWhenTheTraceIsEnded(String signal) throws Exception {
        Process target = new ProcessBuilder("sh", "-c", "while :; do cd /; cd /tmp; done").start();
        try (AttachedRun run = AttachedRun.attach(target, folder, formats())) {
            awaitCalls();
            run.signal(signal);
            run.await();
            assertWhole();
            assertThat(target.isAlive()).isTrue();
        } finally {
            target.destroyForcibly();
        }
    }

    @Test
    void jsonIsValidWhenTheTargetIsKilled() throws Exception {
        Process target = new ProcessBuilder("sh", "-c", "while :; do cd /; cd /tmp; done").start();
        try (AttachedRun run = AttachedRun.attach(target, folder, formats())) {
            awaitCalls();
            target.destroyForcibly();
            run.await();
            assertWhole();
            assertThat(lines(folder.resolve("t.jsonl")))
                    .anyMatch(line -> line.get("type").asText().equals("process_exited")
                            && line.get("term_signal").asInt() == 9);
        }
    }

    private String[] formats() {
        return new String[] {
            "--format", "json=" + folder.resolve("t.json"), "--format", "jsonl=" + folder.resolve("t.jsonl")
        };
    }

    private void awaitCalls() {
        Awaitility.await().until(() -> Files.size(folder.resolve("t.json")) > 1 << 16);
    }

    private void assertWhole() throws IOException {
        JsonNode document = JSON.readTree(folder.resolve("t.json").toFile());
        List<JsonNode> lines = lines(folder.resolve("t.jsonl"));
        assertThat(document.get("summary").get("total_syscalls").asLong())
                .isPositive()
                .isEqualTo(lines.getLast().get("total_syscalls").asLong());
        assertThat(lines.getFirst().get("type").asText()).isEqualTo("header");
        assertThat(lines.getLast().get("type").asText()).isEqualTo("end");
        assertThat(calls(folder.resolve("t.jsonl"))).isEqualTo(names(document.get("syscalls")));
    }

    private static List<String> calls(Path file) throws IOException {
        return names(lines(file).stream()
                .filter(line -> line.get("type").asText().equals("call"))
                .toList());
    }

    private static List<String> names(Iterable<JsonNode> calls) {
        List<String> names = new ArrayList<>();
        calls.forEach(call -> names.add(call.get("name").asText()));
        return names;
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }
}
