// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperatorMetricsTest {
    private static final Path TABLE = Path.of("../docs/reference/operator-metrics.md");
    private static final Map<String, Object> CONTROLLER = Map.of(Constants.CONTROLLER_NAME, "tracerequest");

    private final OperatorMetrics metrics = new OperatorMetrics("1.2.3");

    @BeforeEach
    void observe() {
        metrics.observe(
                () -> true,
                () -> RequestCount.of(Stream.of(
                        request("{}"),
                        request("{nodes: 3, conditions: [{type: Accepted, status: 'True', reason: Accepted}]}"),
                        request("{conditions: [{type: Accepted, status: Unknown, reason: Queued}]}"),
                        request("{conditions: [{type: Accepted, status: 'False', reason: NoDefaultSink}]}"),
                        request("{nodes: 3, completionTime: '2026-01-01T00:00:00Z'}"))));
    }

    @Test
    void countsRequestsByStateAndNodesOfTheActiveOnes() throws IOException {
        assertThat(text())
                .contains("renacer_operator_requests{state=\"active\"} 1.0")
                .contains("renacer_operator_requests{state=\"ended\"} 1.0")
                .contains("renacer_operator_requests{state=\"new\"} 1.0")
                .contains("renacer_operator_requests{state=\"queued\"} 1.0")
                .contains("renacer_operator_requests{state=\"refused\"} 1.0")
                .contains("renacer_operator_nodes_assigned 3.0")
                .contains("renacer_operator_leader 1.0")
                .contains("renacer_operator_build_info{version=\"1.2.3\"} 1");
    }

    @Test
    void countsWhatEndedAndWithWhat() throws IOException {
        metrics.ended("Completed", new TraceTotals(1, 2, 30, 20, 10));
        metrics.ended("NothingTraced", null);

        assertThat(text())
                .contains("renacer_operator_requests_ended_total{reason=\"Completed\"} 1.0")
                .contains("renacer_operator_requests_ended_total{reason=\"NothingTraced\"} 1.0")
                .contains("renacer_operator_calls_total 30.0")
                .contains("renacer_operator_spans_delivered_total 20.0")
                .contains("renacer_operator_spans_lost_total 10.0");
    }

    @Test
    void theQueueIsEmptyOnceAllWasLookedAt() throws IOException {
        TraceRequest request = request("{}");
        metrics.reconciliationSubmitted(request, null, CONTROLLER);
        metrics.reconciliationSubmitted(request, null, CONTROLLER);
        assertThat(text()).contains("renacer_operator_queue_depth{controller=\"tracerequest\"} 2.0");

        metrics.reconciliationStarted(request, CONTROLLER);
        metrics.reconciliationSucceeded(request, CONTROLLER);
        metrics.reconciliationFinished(request, null, CONTROLLER);
        metrics.reconciliationFinished(null, null, CONTROLLER); // gone before its turn came

        assertThat(text())
                .contains("renacer_operator_queue_depth{controller=\"tracerequest\"} 0.0")
                .contains("renacer_operator_reconciliations_total{controller=\"tracerequest\",result=\"success\"} 1.0")
                .contains("renacer_operator_reconciliation_duration_seconds_count{controller=\"tracerequest\"} 1");
    }

    @Test
    void theTableInTheDocumentationIsThis() throws IOException {
        // What was never counted is not scraped.
        metrics.ended("Completed", null);
        metrics.reconciliationSubmitted(request("{}"), null, CONTROLLER);
        metrics.reconciliationStarted(request("{}"), CONTROLLER);
        metrics.reconciliationSucceeded(request("{}"), CONTROLLER);
        metrics.reconciliationFinished(request("{}"), null, CONTROLLER);
        metrics.afterConnectionFailure(
                new StandardHttpRequest.Builder().uri("https://api/api/v1/pods").build(), new IOException("down"));

        assertThat(Files.readString(TABLE)).contains(table());
    }

    /** Of the operator's own metrics; pasted from the failure when they change. */
    private String table() {
        return metrics.registry().scrape().stream()
                .filter(snapshot -> snapshot.getMetadata().getName().startsWith("renacer_operator_"))
                .map(OperatorMetricsTest::row)
                .sorted()
                .collect(Collectors.joining("", "| metric | type | what it says |\n|---|---|---|\n", ""));
    }

    private static String row(MetricSnapshot snapshot) {
        String type =
                snapshot.getClass().getSimpleName().replace("Snapshot", "").toLowerCase(Locale.ROOT);
        String suffix = switch (type) {
            case "counter" -> "_total";
            case "info" -> "_info";
            default -> "";
        };
        return "| `%s` | %s | %s |\n"
                .formatted(
                        snapshot.getMetadata().getName() + suffix,
                        type,
                        snapshot.getMetadata().getHelp());
    }

    private String text() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, metrics.registry().scrape());
        return text.toString(StandardCharsets.UTF_8);
    }

    private static TraceRequest request(String status) {
        return Serialization.unmarshal(
                "metadata: {name: a, namespace: shop}\nstatus: %s".formatted(status), TraceRequest.class);
    }
}
