// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import dev.renacer.cli.local.OtlpReceiver;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of the document that the command line began with (docs/reference/flags-of-0.6.6.md has its table). */
class SeedDocumentIT {
    @TempDir
    Path folder = Path.of("");

    private String program = "";

    @BeforeEach
    void compile() throws IOException {
        Path source = Files.writeString(folder.resolve("test.c"), """
                #include <unistd.h>
                int main() {
                    write(1, "Hello, OpenTelemetry!\\n", 22);
                    return 0;
                }
                """);
        program = folder.resolve("test").toString();
        Run gcc = Run.of(List.of("gcc", "-g", "-w", source.toString(), "-o", program));
        assertThat(gcc.code()).as(gcc.err()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-s", "-T", "-e trace=open,openat,read,write", "-c", "--function-time", "-f", "-s -T -f -c"})
    void everyCombinationExportsARootWithItsCallsAndKeepsTheProgramsOutput(String flags) throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = renacer(receiver.grpcUrl(), flags);
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.out()).isEqualTo("Hello, OpenTelemetry!\n");
            Span root = only(receiver, "process: test");
            assertThat(root.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
            assertThat(of(root, "process.command").getStringValue()).isEqualTo(program);
            assertThat(of(root, "process.pid").getIntValue()).isPositive();
            assertThat(of(root, "process.exit_code").getIntValue()).isZero();
            Span write = only(receiver, "syscall: write");
            assertThat(write.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_INTERNAL);
            assertThat(write.getParentSpanId()).isEqualTo(root.getSpanId());
            assertThat(of(write, "syscall.name").getStringValue()).isEqualTo("write");
            assertThat(of(write, "syscall.result").getIntValue()).isEqualTo(22);
            boolean placed = flags.contains("-s") || flags.contains("--function-time");
            assertThat(of(write, "code.filepath").getStringValue().endsWith("test.c"))
                    .isEqualTo(placed);
            assertThat(of(write, "code.lineno").getIntValue()).isEqualTo(placed ? 3 : 0);
        }
    }

    @Test
    void tablesStandBesideTheExport() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            assertThat(renacer(receiver.grpcUrl(), "-c").err()).contains("% time     seconds", "total");
            assertThat(renacer(receiver.grpcUrl(), "--function-time").err()).contains("main (test.c:3)");
            assertThat(receiver.spans())
                    .filteredOn(span -> span.getName().equals("process: test"))
                    .hasSize(2);
        }
    }

    @Test
    void withoutAReceiverTheOtherOutputIsWhole() throws IOException {
        Run run = renacer("http://127.0.0.1:9", "--format json");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("Hello, OpenTelemetry!", "\"name\":\"write\"");
        assertThat(run.err()).contains("127.0.0.1:9");
    }

    private Run renacer(String endpoint, String flags) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(flags.split(" ", -1)));
        arguments.removeIf(String::isEmpty);
        if (flags.contains("json")) {
            arguments.addAll(List.of("-o", "-"));
        }
        arguments.addAll(List.of("--otlp-endpoint", endpoint, "--otlp-service-name", "test-app", "--", program));
        return Run.of(Launchers.command("renacer", arguments), Map.of());
    }

    private static Span only(OtlpReceiver receiver, String name) {
        return receiver.spans().stream()
                .filter(span -> span.getName().equals(name))
                .reduce((first, second) -> {
                    throw new AssertionError("two spans " + name);
                })
                .orElseThrow(() -> new AssertionError("no span " + name));
    }

    private static AnyValue of(Span span, String key) {
        return span.getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals(key))
                .map(KeyValue::getValue)
                .findFirst()
                .orElse(AnyValue.getDefaultInstance());
    }
}
