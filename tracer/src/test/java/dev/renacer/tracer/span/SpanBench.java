// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import com.sun.management.ThreadMXBean;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.export.SpanSink;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.span.volume.Volume;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * From decoded calls to OTLP bytes on one thread, without a network: how many spans a second, and how much garbage each
 * makes. {@code main} takes a number of rounds of a million calls, the first of which warm up; an {@link ArgumentDetail}, NONE if absent;
 * and a budget of spans a second, none if absent: one so large that every call is a span shows what the budget costs;
 * {@code readable} instead of a number folds them, and the figures are of calls.
 */
final class SpanBench implements SpanSink {
    private static final int CALLS = 1_000_000;
    private static final int BATCH = 4_096;
    private static final int DEFAULT_ROUNDS = 6;
    private static final TracedProcess TARGET = Scenario.process(4_242, 0, "target");
    private static final int[] NUMBERS = {Scenario.READ, Scenario.OPENAT, Scenario.GETPPID, 1, 3, 202};

    private final CountingSender sender = new CountingSender();
    private final OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
            .setComponentLoader(sender)
            .setRetryPolicy(null)
            .build();
    private List<SpanData> batch = new ArrayList<>(BATCH);
    private long spans;

    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : DEFAULT_ROUNDS;
        ArgumentDetail detail = args.length > 1 ? ArgumentDetail.valueOf(args[1]) : ArgumentDetail.NONE;
        SpanOptions plain = SpanOptions.defaults().withArguments(detail);
        SpanOptions options = args.length > 2 ? budget(plain, args[2]) : plain;
        for (int round = 1; round <= rounds; round++) {
            new SpanBench().round(round, options);
        }
    }

    private static SpanOptions budget(SpanOptions plain, String budget) {
        return budget.equals("readable")
                ? plain.withVolume(Volume.READABLE)
                : plain.withMaxSpansPerSecond(Integer.parseInt(budget));
    }

    private void round(int round, SpanOptions options) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<SyscallCall> calls = calls();
        Descriptors descriptors = new Descriptors(Inheritance.NONE);
        boolean named = options.arguments() != ArgumentDetail.NONE;
        SpanAssembler assembler = new SpanAssembler(
                SpanResource.of(Map.of("service.name", "bench")),
                Optional.empty(),
                this,
                options,
                descriptors,
                Redactor.NONE);
        assembler.onEvent(new TraceEvent.ProcessStarted(TARGET, Scenario.EPOCH_NANOS, Origin.LAUNCHED));
        long bytesBefore = threads.getCurrentThreadAllocatedBytes();
        long cpuBefore = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < CALLS; i++) {
            SyscallCall call = calls.get(i & 1_023);
            if (named) {
                descriptors.onCall(call);
            }
            assembler.onCall(call);
        }
        assembler.onEnd();
        send();
        double seconds = (threads.getCurrentThreadCpuTime() - cpuBefore) / 1e9;
        long garbage = threads.getCurrentThreadAllocatedBytes() - bytesBefore;
        System.out.printf(
                "round %d: %,.0f spans/s of CPU, %,.0f calls/s, %d B garbage a call, %d B OTLP a span%n",
                round, spans / seconds, CALLS / seconds, garbage / CALLS, sender.bytes / spans);
    }

    /** Prepared ahead, since making them is the decoder's cost. */
    private static List<SyscallCall> calls() {
        List<SyscallCall> calls = new ArrayList<>();
        for (int i = 0; i < 1_024; i++) {
            int number = NUMBERS[i % NUMBERS.length];
            boolean fails = i % 10 == 0;
            calls.add(Scenario.call(
                    TARGET,
                    number,
                    i * 50L,
                    i * 50L + i % 400,
                    fails ? Outcome.FAILED : Outcome.RETURNED,
                    fails ? -2 : i,
                    false));
        }
        return calls;
    }

    @Override
    public boolean offer(SpanData span) {
        spans++;
        batch.add(span);
        if (batch.size() == BATCH) {
            send();
        }
        return true;
    }

    private void send() {
        exporter.export(batch);
        batch = new ArrayList<>(BATCH);
    }

    @Override
    public void giveUp() {}

    @Override
    public void overBudget() {}

    @Override
    public Counts counts() {
        return new Counts(spans, spans, 0, 0, 0, 0);
    }

    /** Writes each request to nowhere, on the calling thread. */
    private static final class CountingSender implements ComponentLoader, HttpSenderProvider, HttpSender {
        private long bytes;

        @Override
        public <T> Iterable<T> load(Class<T> service) {
            return service == HttpSenderProvider.class ? List.of(service.cast(this)) : List.of();
        }

        @Override
        public HttpSender createSender(HttpSenderConfig config) {
            return this;
        }

        @Override
        public void send(MessageWriter message, Consumer<HttpResponse> onResponse, Consumer<Throwable> onError) {
            try (OutputStream count = new OutputStream() {
                @Override
                public void write(int one) {
                    bytes++;
                }

                @Override
                public void write(byte[] some, int offset, int length) {
                    bytes += length;
                }
            }) {
                message.writeMessage(count);
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
