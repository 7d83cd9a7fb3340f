// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.renacer.quickstart.otlp.OtlpReceiver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ArrivingTracesTest {
    private static final ByteString ROOT = ByteString.fromHex("b7ad6b7169203331");
    private static final ByteString NONE = ByteString.EMPTY;
    private static final long QUIET = Duration.ofSeconds(2).toNanos();

    private OtlpReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        receiver = OtlpReceiver.start();
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void aTraceIsShownOnceWhenNothingMoreComes() throws Exception {
        send("process: before", ROOT, NONE);
        ArrivingTraces traces = new ArrivingTraces(receiver, Duration.ofNanos(QUIET));
        assertThat(traces.look(QUIET)).as("what came before").isEmpty();

        send("syscall: read", ByteString.fromHex("00f067aa0ba902b7"), ROOT);
        assertThat(traces.look(QUIET)).isEmpty();
        assertThat(traces.look(3 * QUIET)).as("without a root").isEmpty();

        send("process: checkout", ROOT, NONE);
        assertThat(traces.look(4 * QUIET)).isEmpty();
        assertThat(traces.look(5 * QUIET - 1)).isEmpty();
        assertThat(traces.look(5 * QUIET)).hasValueSatisfying(arrived -> {
            assertThat(arrived.spans()).isEqualTo(2);
            assertThat(arrived.largest().root().name()).isEqualTo("process: checkout");
            assertThat(arrived.largest().calls()).hasSize(1);
        });
        assertThat(traces.look(9 * QUIET)).as("once").isEmpty();
        assertThat(receiver.received()).isEqualTo(3);
    }

    private void send(String name, ByteString id, ByteString parent) throws IOException, InterruptedException {
        byte[] body = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .addSpans(Span.newBuilder()
                                        .setTraceId(ByteString.fromHex(SpanFixture.TRACE))
                                        .setSpanId(id)
                                        .setParentSpanId(parent)
                                        .setName(name))))
                .build()
                .toByteArray();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<Void> answer = client.send(
                    HttpRequest.newBuilder(URI.create(receiver.httpEndpoint() + "/v1/traces"))
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            assertThat(answer.statusCode()).isEqualTo(200);
        }
    }
}
