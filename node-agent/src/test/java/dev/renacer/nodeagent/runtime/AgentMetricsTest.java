// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.TargetState;
import dev.renacer.nodeagent.assignment.AgentFigures;
import dev.renacer.nodeagent.trace.ContainerTrace.Losses;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AgentMetricsTest {
    private static final Path DOCUMENT = Path.of("../docs/reference/agent-metrics.md");
    private final AgentMetrics metrics = new AgentMetrics("1.2.3");

    @Test
    void theReferenceListsEachMetricWithItsMeaning() throws IOException {
        metrics.figures(() -> AgentFigures.NONE);
        Map<String, String> rows = new TreeMap<>();
        for (MetricSnapshot metric : metrics.registry().scrape()) {
            String name = metric.getMetadata().getPrometheusName()
                    + switch (metric) {
                        case CounterSnapshot _ -> "_total";
                        case InfoSnapshot _ -> "_info";
                        default -> "";
                    };
            rows.put(
                    name,
                    "| `" + name + "` | " + type(metric) + " | "
                            + metric.getMetadata().getHelp() + " |");
        }
        String table = Files.readString(DOCUMENT)
                .lines()
                .filter(line -> line.startsWith("| `renacer_agent_"))
                .collect(Collectors.joining("\n"));
        assertThat(table).isEqualTo(String.join("\n", rows.values()));
    }

    private static String type(MetricSnapshot metric) {
        return switch (metric) {
            case CounterSnapshot _ -> "counter";
            case HistogramSnapshot _ -> "histogram";
            case InfoSnapshot _ -> "info";
            default -> "gauge";
        };
    }

    @Test
    void healthAndMetricsAreServed() throws Exception {
        metrics.figures(
                () -> new AgentFigures(2, Map.of(TargetState.Tracing, 3), 40, 30, new Losses(1, 2, 3, 4, 5), 2 << 20));
        metrics.scanned(2_000_000);
        AtomicBoolean ready = new AtomicBoolean();
        AtomicReference<List<String>> standing = new AtomicReference<>(List.of());
        try (AgentHttpServer http = new AgentHttpServer(0, ready::get, standing::get, metrics.registry())) {
            assertThat(get(http, "/livez").statusCode()).isEqualTo(200);
            assertThat(get(http, "/readyz").statusCode()).isEqualTo(503);
            ready.set(true);
            assertThat(get(http, "/readyz").statusCode()).isEqualTo(200);
            standing.set(List.of("the watch of NodeTraces has ended"));
            assertThat(get(http, "/livez").statusCode()).isEqualTo(503);
            assertThat(get(http, "/livez").body()).isEqualTo("the watch of NodeTraces has ended\n");
            assertThat(get(http, "/readyz").statusCode()).isEqualTo(503);
            assertThat(get(http, "/metrics").body())
                    .contains("renacer_agent_assignments 2.0")
                    .contains("renacer_agent_targets{state=\"Tracing\"} 3.0")
                    .contains("renacer_agent_targets{state=\"Failed\"} 0.0")
                    .contains("renacer_agent_calls_total 40.0")
                    .contains("renacer_agent_lost_total{cause=\"rate\"} 2.0")
                    .contains("renacer_agent_lost_total{cause=\"agent\"} 5.0")
                    .contains("renacer_agent_scan_duration_seconds_count 1")
                    .contains("renacer_agent_ring_bytes 2097152.0");
        }
    }

    private static HttpResponse<String> get(AgentHttpServer http, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
