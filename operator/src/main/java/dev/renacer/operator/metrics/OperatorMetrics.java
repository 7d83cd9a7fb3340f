// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.metrics;

import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The operator's metrics; docs/reference/operator-metrics.md is their table. Counts what the operator SDK and the
 * client report; what is already in the objects is counted when a scraper asks. Safe for use by many threads.
 */
public final class OperatorMetrics implements Metrics, Interceptor {
    private static final String PREFIX = "renacer_operator_";
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ThreadLocal<Long> started = new ThreadLocal<>();

    private final Counter reconciliations = Counter.builder()
            .name(PREFIX + "reconciliations_total")
            .help("Looks at an object and what it calls for; result is success or error (it is tried again).")
            .labelNames("controller", "result")
            .register(registry);
    private final Histogram durations = Histogram.builder()
            .name(PREFIX + "reconciliation_duration_seconds")
            .help("How long such a look took.")
            .unit(Unit.SECONDS)
            .classicOnly()
            .classicUpperBounds(0.005, 0.02, 0.1, 0.5, 2, 10)
            .labelNames("controller")
            .register(registry);
    private final Gauge queued = Gauge.builder()
            .name(PREFIX + "queue_depth")
            .help("Objects waiting to be looked at.")
            .labelNames("controller")
            .register(registry);
    private final Counter apiRequests = Counter.builder()
            .name(PREFIX + "api_requests_total")
            .help(
                    "Requests to the API server, by verb, resource and HTTP status; code is error where there was no answer.")
            .labelNames("verb", "resource", "code")
            .register(registry);
    private final Counter ended = Counter.builder()
            .name(PREFIX + "requests_ended_total")
            .help("TraceRequests whose trace is over, by the reason of their condition Succeeded.")
            .labelNames("reason")
            .register(registry);
    private final Counter calls = Counter.builder()
            .name(PREFIX + "calls_total")
            .help("System calls seen by traces that are over.")
            .register(registry);
    private final Counter spans = Counter.builder()
            .name(PREFIX + "spans_delivered_total")
            .help("Spans the sinks acknowledged, of traces that are over.")
            .register(registry);
    private final Counter lost = Counter.builder()
            .name(PREFIX + "spans_lost_total")
            .help("Spans lost for any cause, of traces that are over.")
            .register(registry);

    /**
     * Registers all metrics; those of the process and the JVM have their usual names.
     *
     * @param version  of the operator
     */
    public OperatorMetrics(String version) {
        Info.builder()
                .name(PREFIX + "build_info")
                .help("The version at work; always 1.")
                .labelNames("version")
                .register(registry)
                .setLabelValues(version);
        ProcessMetrics.builder().register(registry);
        JvmMemoryMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
    }

    /** The registry that is scraped. */
    public PrometheusRegistry registry() {
        return registry;
    }

    /**
     * Counts the content of the caches, whenever a scraper asks.
     *
     * @param leader    whether this replica serves
     * @param requests  the requests this replica serves, none on a standby
     */
    public void observe(BooleanSupplier leader, Supplier<RequestCount> requests) {
        GaugeWithCallback.builder()
                .name(PREFIX + "leader")
                .help("1 on the replica that serves, 0 on those that stand by.")
                .callback(gauge -> gauge.call(leader.getAsBoolean() ? 1 : 0))
                .register(registry);
        GaugeWithCallback.builder()
                .name(PREFIX + "requests")
                .help("TraceRequests there are, by state: " + String.join(", ", RequestCount.STATES) + ".")
                .labelNames("state")
                .callback(gauge -> requests.get().byState().forEach((state, count) -> gauge.call(count, state)))
                .register(registry);
        GaugeWithCallback.builder()
                .name(PREFIX + "nodes_assigned")
                .help("Assignments of nodes to TraceRequests that are active.")
                .callback(gauge -> gauge.call(requests.get().nodes()))
                .register(registry);
    }

    /** A request's trace is over. */
    public void ended(String reason, @Nullable TraceTotals totals) {
        ended.labelValues(reason).inc();
        if (totals != null) {
            calls.inc(totals.calls());
            spans.inc(totals.spans());
            lost.inc(totals.lost());
        }
    }

    @Override
    public void reconciliationSubmitted(
            HasMetadata resource, @Nullable RetryInfo retryInfo, Map<String, Object> metadata) {
        queued.labelValues(controller(metadata)).inc();
    }

    @Override
    public void reconciliationStarted(HasMetadata resource, Map<String, Object> metadata) {
        queued.labelValues(controller(metadata)).dec();
        started.set(System.nanoTime());
    }

    @Override
    public void reconciliationFinished(
            @Nullable HasMetadata resource, @Nullable RetryInfo retryInfo, Map<String, Object> metadata) {
        Long since = started.get();
        if (since == null) {
            // It was gone before its turn came.
            queued.labelValues(controller(metadata)).dec();
            return;
        }
        durations.labelValues(controller(metadata)).observe((System.nanoTime() - since) / NANOS_PER_SECOND);
        started.remove();
    }

    @Override
    public void reconciliationSucceeded(HasMetadata resource, Map<String, Object> metadata) {
        reconciliations.labelValues(controller(metadata), "success").inc();
    }

    @Override
    public void reconciliationFailed(
            HasMetadata resource, @Nullable RetryInfo retryInfo, Exception exception, Map<String, Object> metadata) {
        reconciliations.labelValues(controller(metadata), "error").inc();
    }

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        count(request, Integer.toString(response.code()));
    }

    @Override
    public void afterConnectionFailure(HttpRequest request, Throwable failure) {
        count(request, "error");
    }

    private void count(HttpRequest request, String code) {
        ApiRequest asked = ApiRequest.of(request.method(), request.uri());
        apiRequests.labelValues(asked.verb(), asked.resource(), code).inc();
    }

    private static String controller(Map<String, Object> metadata) {
        return String.valueOf(metadata.get(Constants.CONTROLLER_NAME));
    }
}
