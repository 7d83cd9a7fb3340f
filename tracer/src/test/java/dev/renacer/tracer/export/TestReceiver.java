// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import dev.renacer.tracer.export.settings.OtlpEndpoint;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** A collector in this process, on a free port of loopback. Keeps what it accepts, and answers as a test asks it to. */
abstract class TestReceiver implements AutoCloseable {
    /** What to answer: an OTLP response, or a status of the transport. */
    record Answer(int status, ExportTraceServiceResponse response, int retryAfterSeconds) {
        static final int OK = 0;
        /** Nothing is answered: the connection is closed. Only over HTTP. */
        static final int HANG_UP = -1;

        Answer(int status, ExportTraceServiceResponse response) {
            this(status, response, 0);
        }

        /** A status, with the wish to be asked again then: Retry-After, or RetryInfo. */
        static Answer later(int status, int seconds) {
            return new Answer(status, ExportTraceServiceResponse.getDefaultInstance(), seconds);
        }

        static Answer ok() {
            return new Answer(OK, ExportTraceServiceResponse.getDefaultInstance());
        }

        static Answer rejecting(long spans, String why) {
            ExportTraceServiceResponse.Builder response = ExportTraceServiceResponse.newBuilder();
            response.getPartialSuccessBuilder().setRejectedSpans(spans).setErrorMessage(why);
            return new Answer(OK, response.build());
        }

        static Answer status(int status) {
            return new Answer(status, ExportTraceServiceResponse.getDefaultInstance());
        }
    }

    final List<ExportTraceServiceRequest> requests = new CopyOnWriteArrayList<>();
    final List<Map<String, String>> headers = new CopyOnWriteArrayList<>();
    private volatile Function<ExportTraceServiceRequest, Answer> rule = _ -> Answer.ok();
    /** Each answer takes a permit. */
    final Semaphore answers = new Semaphore(Integer.MAX_VALUE);

    abstract int port();

    abstract OtlpEndpoint endpoint();

    @Override
    public abstract void close();

    /** Answers by this rule from now on. */
    final void answerBy(Function<ExportTraceServiceRequest, Answer> newRule) {
        rule = newRule;
    }

    /** To be called by the transport for each request. */
    final Answer receive(ExportTraceServiceRequest request, Map<String, String> withHeaders) {
        answers.acquireUninterruptibly();
        Answer answer = rule.apply(request);
        if (answer.status() == Answer.OK) {
            requests.add(request);
            headers.add(withHeaders);
        }
        return answer;
    }

    static int count(ExportTraceServiceRequest request) {
        return request.getResourceSpansList().stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .mapToInt(scope -> scope.getSpansCount())
                .sum();
    }

    List<ResourceSpans> resources() {
        return requests.stream()
                .flatMap(request -> request.getResourceSpansList().stream())
                .toList();
    }

    List<Span> spans() {
        return resources().stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .toList();
    }
}
