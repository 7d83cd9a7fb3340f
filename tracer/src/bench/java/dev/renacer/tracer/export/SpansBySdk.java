// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The SDK as an application uses it, with requests that go nowhere. */
public final class SpansBySdk {
    private static final int BATCH = 4_096;
    private static final int QUEUE = 1 << 16;

    private static final SdkTracerProvider PROVIDER = SdkTracerProvider.builder()
            .addSpanProcessor(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                            .setComponentLoader(new Nowhere())
                            .setCompression("gzip")
                            .setRetryPolicy(null)
                            .build())
                    .setMaxQueueSize(QUEUE)
                    .setMaxExportBatchSize(BATCH)
                    .build())
            .build();
    private static final Tracer TRACER = PROVIDER.get("bench");

    private SpansBySdk() {}

    /** Makes spans like these, and waits until they are sent. @return how many */
    public static long send(List<SpanData> like) {
        for (int index = 0; index < like.size(); index++) {
            SpanData model = like.get(index);
            SpanBuilder builder = TRACER.spanBuilder(model.getName())
                    .setParent(Context.root().with(Span.wrap(model.getParentSpanContext())))
                    .setSpanKind(SpanKind.INTERNAL)
                    .setStartTimestamp(model.getStartEpochNanos(), TimeUnit.NANOSECONDS);
            model.getAttributes().forEach((key, value) -> put(builder, key, value));
            Span span = builder.startSpan();
            span.setStatus(model.getStatus().getStatusCode(), model.getStatus().getDescription());
            span.end(model.getEndEpochNanos(), TimeUnit.NANOSECONDS);
        }
        PROVIDER.forceFlush().join(1, TimeUnit.MINUTES);
        return like.size();
    }

    @SuppressWarnings("unchecked") // a key and a value of its type
    private static void put(SpanBuilder builder, AttributeKey<?> key, Object value) {
        builder.setAttribute((AttributeKey<Object>) key, value);
    }

    private static final class Nowhere implements ComponentLoader, HttpSenderProvider, HttpSender {
        private @Nullable HttpSenderConfig config;

        @Override
        public <T> Iterable<T> load(Class<T> service) {
            return service == HttpSenderProvider.class ? List.of(service.cast(this)) : List.of();
        }

        @Override
        public HttpSender createSender(HttpSenderConfig given) {
            config = given;
            return this;
        }

        @Override
        public void send(MessageWriter message, Consumer<HttpResponse> onResponse, Consumer<Throwable> onError) {
            try (OutputStream compressed = Objects.requireNonNull(
                            Objects.requireNonNull(config).getCompressor())
                    .compress(OutputStream.nullOutputStream())) {
                message.writeMessage(compressed);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            onResponse.accept(new Accepted());
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    /** An empty success. */
    private record Accepted() implements HttpResponse {
        @Override
        public int getStatusCode() {
            return 200;
        }

        @Override
        public String getStatusMessage() {
            return "OK";
        }

        @Override
        public byte[] getResponseBody() {
            return new byte[0];
        }
    }
}
