// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import dev.renacer.cli.local.OtlpReceiver;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/otlp.md says of its three examples, as a receiver gets it. */
class ExamplesIT {
    private static final Path EXAMPLES = Path.of("..", "docs", "examples");

    @TempDir
    Path folder = Path.of("");

    @Test
    void theSlowCallIsFoundWithItsLine() throws IOException {
        String report = compiled("slow-call/report.c");
        List<Span> spans = traced(0, List.of("-s", "-T"), report);
        Duration long_ = Duration.ofMillis(100);
        assertThat(spans)
                .filteredOn(span ->
                        span.getName().startsWith("syscall: ") && lasted(span).compareTo(long_) > 0)
                .singleElement()
                .satisfies(slow -> {
                    assertThat(slow.getName()).isEqualTo("syscall: poll");
                    assertThat(attribute(slow, "code.file.path").getStringValue())
                            .endsWith("report.c");
                    assertThat(attribute(slow, "code.line.number").getIntValue())
                            .isEqualTo(lineOf("slow-call/report.c", "poll(&answer"));
                });
    }

    @Test
    void theErrorsTellTheStoryInTheirOrder() throws IOException {
        String shop = compiled("error-propagation/shop.c");
        List<Span> errors = traced(3, List.of("-s", "--errors-only"), shop).stream()
                .filter(span -> span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR)
                .filter(span -> Stream.of("connect", "openat", "process: shop").anyMatch(span.getName()::endsWith))
                .sorted((a, b) -> Long.compare(a.getEndTimeUnixNano(), b.getEndTimeUnixNano()))
                .toList();
        assertThat(errors).hasSize(3);
        Span missing = errors.get(0);
        Span refused = errors.get(1);
        assertThat(attribute(missing, "error.type").getStringValue()).isEqualTo("ENOENT");
        assertThat(attribute(missing, "file.path").getStringValue()).isEqualTo("/etc/shop/database.conf");
        assertThat(attribute(missing, "code.line.number").getIntValue())
                .isEqualTo(lineOf("error-propagation/shop.c", "open(\"/etc/shop"));
        assertThat(attribute(refused, "error.type").getStringValue()).isEqualTo("ECONNREFUSED");
        assertThat(attribute(refused, "network.peer.port").getIntValue()).isEqualTo(9);
        assertThat(attribute(refused, "code.line.number").getIntValue())
                .isEqualTo(lineOf("error-propagation/shop.c", "return connect(fd"));
        assertThat(attribute(errors.get(2), "process.exit.code").getIntValue()).isEqualTo(3);
    }

    @Test
    void beforeAndAfterDifferInTheirCalls() throws IOException {
        assertThat(copies("copy-before")).isEqualTo(2 * 4000 + 1);
        assertThat(copies("copy-after")).isEqualTo(2 + 1);
    }

    /** The reads and writes of the copied file, among them the read that finds its end. */
    private long copies(String name) throws IOException {
        String program = compiled("before-after/" + name + ".c");
        Path input = Files.write(folder.resolve("input"), new byte[4000]);
        return traced(0, List.of("-o", "/dev/null"), "sh", "-c", "exec " + program + " < " + input + " > /dev/null")
                .stream()
                .filter(span ->
                        span.getName().equals("syscall: read") || span.getName().equals("syscall: write"))
                .filter(span ->
                        List.of(0L, 1L).contains(attribute(span, "syscall.fd").getIntValue()))
                .count();
    }

    private String compiled(String source) throws IOException {
        Path program = folder.resolve(source.replaceAll(".*/|\\.c$", ""));
        Run gcc = Run.of(List.of(
                "gcc",
                "-g",
                "-O0",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-o",
                program.toString(),
                EXAMPLES.resolve(source).toString()));
        assertThat(gcc.code()).as(gcc.err()).isZero();
        return program.toString();
    }

    private static List<Span> traced(int exitCode, List<String> flags, String... program) throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            List<String> arguments = new ArrayList<>(flags);
            arguments.addAll(List.of("--otlp-endpoint", receiver.grpcUrl(), "--"));
            arguments.addAll(List.of(program));
            Run run = Run.of(Launchers.command("renacer", arguments), Map.of());
            assertThat(run.code()).as(run.err()).isEqualTo(exitCode);
            return receiver.spans();
        }
    }

    private static Duration lasted(Span span) {
        return Duration.ofNanos(span.getEndTimeUnixNano() - span.getStartTimeUnixNano());
    }

    private static AnyValue attribute(Span span, String key) {
        return span.getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals(key))
                .map(KeyValue::getValue)
                .findFirst()
                .orElse(AnyValue.getDefaultInstance());
    }

    private static int lineOf(String source, String text) throws IOException {
        List<String> lines = Files.readAllLines(EXAMPLES.resolve(source));
        return 1
                + lines.indexOf(lines.stream()
                        .filter(line -> line.contains(text))
                        .findFirst()
                        .orElseThrow());
    }
}
