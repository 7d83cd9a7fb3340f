// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import dev.renacer.cli.local.OtlpReceiver;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program publishes for which span its threads work (OTEP 4947), and its calls are children of that span. */
class ApplicationContextIT {
    private static final Path PROGRAM = Launchers.compiled(
            "native/src/test/c/tracees/contexts/context.c", List.of("-Wl,--export-dynamic-symbol=otel_thread_ctx_v1"));
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void aCallIsAChildOfTheSpanThatTheProgramHasPublished() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            trace(receiver, Map.of(), List.of());
            List<Span> calls = calls(receiver);
            Span root = root(receiver);

            assertThat(calls.stream().map(call -> parent(call, root)))
                    .containsExactlyInAnyOrder(
                            "process", "aa/bb", "process", "process", "process", "aa/bb", "aa/bb", "process", "cc/dd",
                            "process");
            assertThat(calls)
                    .filteredOn(call -> parent(call, root).equals("aa/bb"))
                    .allSatisfy(call -> {
                        assertThat(attribute(call, "syscall.parent.source")).isEqualTo("thread_context");
                        assertThat(call.getAttributesList())
                                .anyMatch(pair -> pair.getKey().equals("process.pid"));
                        assertThat(call.getLinksList())
                                .singleElement()
                                .satisfies(link -> assertThat(link.getTraceId()).isEqualTo(root.getTraceId()));
                    });
            assertThat(calls)
                    .filteredOn(call -> parent(call, root).equals("process"))
                    .allSatisfy(call -> {
                        assertThat(attribute(call, "syscall.parent.source")).isEqualTo("process");
                        assertThat(call.getLinksList()).isEmpty();
                    });
        }
    }

    @Test
    void callsThatAFilterChoosesAreChildrenOfThatSpanToo() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            trace(receiver, Map.of(), List.of("--seccomp-bpf"));

            assertThat(parents(receiver))
                    .containsExactlyInAnyOrder(
                            "process", "aa/bb", "process", "process", "process", "aa/bb", "aa/bb", "process", "cc/dd",
                            "process");
        }
    }

    @Test
    void whereNothingIsPublishedTheEnvironmentsParentStays() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            trace(receiver, Map.of("TRACEPARENT", PARENT), List.of());
            assertThat(calls(receiver).stream()
                            .map(call -> attribute(call, "syscall.parent.source"))
                            .distinct())
                    .containsExactlyInAnyOrder("environment", "thread_context");
            assertThat(attribute(root(receiver), "syscall.parent.source")).isEqualTo("environment");
        }
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            trace(
                    receiver,
                    Map.of("TRACEPARENT", "nonsense", "TRACESTATE", "of=another"),
                    List.of("--trace-parent", PARENT));
            assertThat(attribute(root(receiver), "syscall.parent.source")).isEqualTo("option");
            assertThat(root(receiver).getTraceState()).isEmpty();
        }
    }

    @Test
    void theSpansOfAReplayHaveTheSameParents(@TempDir Path folder) throws IOException {
        String recording = folder.resolve("t.rnc").toString();
        List<String> live;
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            trace(receiver, Map.of(), List.of("--record", recording));
            live = parents(receiver);
        }
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run replay = Run.renacer("replay", recording, "-o", "/dev/null", "--otlp-endpoint", receiver.grpcUrl());
            assertThat(replay.code()).as(replay.err()).isZero();
            assertThat(replay.err()).contains("1 call has no span");
            assertThat(parents(receiver))
                    .containsExactlyInAnyOrderElementsOf(live)
                    .contains("aa/bb", "cc/dd");
        }
        Run json = Run.renacer("replay", recording, "--format", "jsonl");
        assertThat(json.err())
                .contains("\"trace_id\":\"" + "ee".repeat(16) + "\",\"span_id\":\"" + "ff".repeat(8)
                        + "\",\"trace_flags\":\"00\"");
    }

    @Test
    void whatTheProgramDoesNotRecordHasNoSpanUnlessAskedFor() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = trace(receiver, Map.of(), List.of());
            assertThat(run.errLines())
                    .anyMatch(line -> line.startsWith("renacer: 1 call has no span"))
                    .anyMatch(line -> line.contains("could not be read at 2 calls"));
        }
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            trace(receiver, Map.of(), List.of("--otlp-unsampled"));
            Span root = root(receiver);
            assertThat(calls(receiver).stream().map(call -> parent(call, root)))
                    .contains("ee/ff")
                    .hasSize(11);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGivenTraceThatNobodyRecordsHasNoSpansUnlessAskedFor(boolean byOption) throws IOException {
        String unrecorded = PARENT.substring(0, PARENT.length() - 2) + "00";
        Map<String, String> environment = byOption ? Map.of() : Map.of("TRACEPARENT", unrecorded);
        List<String> flags = byOption ? List.of("--trace-parent", unrecorded) : List.of();
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = trace(receiver, environment, flags);
            assertThat(run.errLines()).anyMatch(line -> line.contains("calls have no span, because nobody records"));
            assertThat(receiver.spans())
                    .allSatisfy(span ->
                            assertThat(attribute(span, "syscall.parent.source")).isEqualTo("thread_context"));
        }
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            List<String> asked = new ArrayList<>(flags);
            asked.add("--otlp-unsampled");
            Run run = trace(receiver, environment, asked);
            assertThat(run.err()).doesNotContain("because nobody records");
            assertThat(attribute(root(receiver), "syscall.parent.source"))
                    .isEqualTo(byOption ? "option" : "environment");
        }
    }

    private static List<String> parents(OtlpReceiver receiver) {
        Span root = root(receiver);
        return calls(receiver).stream().map(call -> parent(call, root)).toList();
    }

    private static Run trace(OtlpReceiver receiver, Map<String, String> environment, List<String> more)
            throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("-f", "-o", "/dev/null", "-e", "trace=getppid", "--otlp-endpoint", receiver.grpcUrl()));
        arguments.addAll(more);
        arguments.addAll(List.of("--", PROGRAM.toString()));
        Run run = Run.of(Launchers.command("renacer", arguments), environment);
        assertThat(run.code()).as(run.err()).isZero();
        return run;
    }

    private static List<Span> calls(OtlpReceiver receiver) {
        return receiver.spans().stream()
                .filter(span -> span.getName().equals("syscall: getppid"))
                .toList();
    }

    /** Of the program, which forks another process. */
    private static Span root(OtlpReceiver receiver) {
        return receiver.spans().stream()
                .filter(span -> span.getName().equals("process: context"))
                .min(Comparator.comparingLong(Span::getStartTimeUnixNano))
                .orElseThrow();
    }

    /** The program's ids are of one byte, many times. */
    private static String parent(Span call, Span root) {
        if (call.getTraceId().equals(root.getTraceId())) {
            assertThat(call.getParentSpanId()).isEqualTo(root.getSpanId());
            return "process";
        }
        return digits(call.getTraceId(), 16) + "/" + digits(call.getParentSpanId(), 8);
    }

    private static String digits(ByteString id, int length) {
        String digits = HexFormat.of().formatHex(id.toByteArray());
        assertThat(digits).isEqualTo(digits.substring(0, 2).repeat(length));
        return digits.substring(0, 2);
    }

    private static String attribute(Span span, String key) {
        return span.getAttributesList().stream()
                .filter(pair -> pair.getKey().equals(key))
                .map(KeyValue::getValue)
                .findFirst()
                .orElseThrow()
                .getStringValue();
    }
}
