// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import dev.renacer.cli.local.OtlpReceiver;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The spans of a replay are those of the trace, but for their ids. */
class ReplayedSpansIT {
    private static final String PROGRAM = """
            import socket, sys, threading, time
            a = socket.socket(); a.bind(("127.0.0.1", 0)); a.listen()
            done = threading.Event()
            def serve():
                c, _peer = a.accept(); c.sendall(c.recv(10)); time.sleep(0.05); done.set()
            thread = threading.Thread(target=serve); thread.start()
            s = socket.create_connection(a.getsockname()); s.sendall(b"hello"); s.recv(10)
            done.wait(); thread.join(); sys.stdin.readline()
            """;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What the recorder and the export read one after the other, while the thread may end. */
    private static final Set<String> RACY = Set.of("thread.name", "syscall.waker.name");

    @TempDir
    Path folder = Path.of("");

    @Test
    void theSpansOfAReplayAreThoseOfTheTrace() throws IOException, InterruptedException {
        String recording = folder.resolve("t.rnc").toString();
        List<String> live;
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Process trace = new ProcessBuilder(Launchers.command(
                            "renacer",
                            List.of(
                                    "-f",
                                    "-o",
                                    "/dev/null",
                                    "--record",
                                    recording,
                                    "--otlp-endpoint",
                                    receiver.grpcUrl(),
                                    "--",
                                    "sh",
                                    "-c",
                                    "ls /nonexistent 2>/dev/null; exec python3 -c '" + PROGRAM + "'")))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (OutputStream input = trace.getOutputStream()) {
                // Names are read as calls are, which may be after a program's end: this one waits for that.
                Awaitility.await()
                        .atMost(LIMIT)
                        .until(() -> receiver.spans().stream().anyMatch(ReplayedSpansIT::isOfPython));
                input.write('\n');
            }
            assertThat(trace.waitFor()).isZero();
            live = spans(receiver);
        }
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run replay = Run.renacer("replay", recording, "-o", "/dev/null", "--otlp-endpoint", receiver.grpcUrl());

            assertThat(replay.code()).as(replay.err()).isZero();
            assertThat(spans(receiver)).containsExactlyElementsOf(live);
            assertThat(receiver.spans()).anyMatch(ReplayedSpansIT::isOfPython);
        }
        assertThat(live).hasSizeGreaterThan(100).anyMatch(span -> span.contains("syscall: connect"));
    }

    private static boolean isOfPython(Span span) {
        return span.getAttributesList().stream()
                .anyMatch(attribute -> attribute.getKey().equals("thread.name")
                        && attribute.getValue().getStringValue().startsWith("python3"));
    }

    /** Without ids, which are new. */
    private static List<String> spans(OtlpReceiver receiver) {
        return receiver.spans().stream().map(ReplayedSpansIT::text).sorted().toList();
    }

    private static String text(Span span) {
        Set<String> attributes = span.getAttributesList().stream()
                .filter(attribute -> !RACY.contains(attribute.getKey()))
                .map(KeyValue::toString)
                .collect(Collectors.toCollection(TreeSet::new));
        return span.getStartTimeUnixNano() + " " + span.getEndTimeUnixNano() + " " + span.getName() + " "
                + span.getStatus() + " " + attributes + " " + span.getEventsList();
    }
}
