// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OtlpReceiverTest {
    private static final ExportTraceServiceRequest REQUEST = ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(ResourceSpans.newBuilder()
                    .setResource(Resource.newBuilder().addAttributes(attribute("service.name", "checkout")))
                    .addScopeSpans(ScopeSpans.newBuilder()
                            .addSpans(Span.newBuilder()
                                    .setTraceId(ByteString.fromHex("0af7651916cd43dd8448eb211c80319c"))
                                    .setSpanId(ByteString.fromHex("b7ad6b7169203331"))
                                    .setParentSpanId(ByteString.fromHex("00f067aa0ba902b7"))
                                    .setName("syscall: openat")
                                    .setStartTimeUnixNano(10)
                                    .setEndTimeUnixNano(25)
                                    .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
                                    .addAttributes(attribute("error.type", "ENOENT")))))
            .build();
    private static final ReceivedSpan EXPECTED = new ReceivedSpan(
            "0af7651916cd43dd8448eb211c80319c",
            "b7ad6b7169203331",
            "00f067aa0ba902b7",
            "syscall: openat",
            10,
            25,
            true,
            Map.of("error.type", "ENOENT"),
            Map.of("service.name", "checkout"));

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
    void takesSpansByGrpc() {
        ManagedChannel channel = NettyChannelBuilder.forTarget(
                        URI.create(receiver.grpcEndpoint()).getAuthority())
                .usePlaintext()
                .build();
        try {
            TraceServiceGrpc.newBlockingStub(channel).withCompression("gzip").export(REQUEST);
        } finally {
            channel.shutdownNow();
        }

        assertThat(receiver.spans()).containsExactly(EXPECTED);
        assertThat(receiver.received()).isEqualTo(1);
        assertThat(receiver.firstNanoTime()).isPresent();
    }

    @Test
    void takesSpansByHttpPlainAndCompressed() throws Exception {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            REQUEST.writeTo(gzip);
        }
        assertThat(post(REQUEST.toByteArray(), "identity")).isEqualTo(200);
        assertThat(post(compressed.toByteArray(), "gzip")).isEqualTo(200);

        assertThat(receiver.spans()).containsExactly(EXPECTED, EXPECTED);
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        assertThat(post(new byte[] {1, 2, 3}, "identity")).isEqualTo(400);
        assertThat(receiver.received()).isZero();
        assertThat(receiver.firstNanoTime()).isEmpty();
    }

    private int post(byte[] body, String encoding) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(receiver.httpEndpoint() + "/v1/traces"))
                                    .header("Content-Type", "application/x-protobuf")
                                    .header("Content-Encoding", encoding)
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }
}
