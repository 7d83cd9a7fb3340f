// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ContextCounts;
import dev.renacer.crds.TargetState;
import dev.renacer.nodeagent.assignment.AgentFigures;
import dev.renacer.nodeagent.trace.ContainerTrace.Losses;
import dev.renacer.nodeagent.trace.MeasuredTargets;
import dev.renacer.observability.HttpEndpoints;
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
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AgentMetricsTest {
    private static final Path DOCUMENT = Path.of("../docs/reference/agent-metrics.md");
    private final AgentMetrics metrics = new AgentMetrics("1.2.3", () -> 7);

    @Test
    void theReferenceListsEachMetricWithItsMeaning() throws IOException {
        metrics.figures(() -> AgentFigures.NONE);
        metrics.calls(new MeasuredTargets());
        Map<String, String> rows = new TreeMap<>();
        for (MetricSnapshot metric : metrics.registry().scrape(name -> name.startsWith("renacer_agent_"))) {
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
    void whatTheAssignmentsCountIsServed() throws Exception {
        metrics.figures(() -> new AgentFigures(
                2,
                Map.of(TargetState.Tracing, 3),
                40,
                30,
                new Losses(1, 2, 3, 4, 5),
                6,
                new ContextCounts(7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18),
                2 << 20));
        metrics.scanned(2_000_000);
        try (HttpEndpoints endpoints = new HttpEndpoints(0, List::of, List::of, metrics.registry());
                HttpClient client = HttpClient.newHttpClient()) {
            URI address = URI.create("http://127.0.0.1:" + endpoints.port() + "/metrics");
            assertThat(client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains("renacer_agent_assignments 2.0")
                    .contains("renacer_agent_targets{state=\"Tracing\"} 3.0")
                    .contains("renacer_agent_targets{state=\"Failed\"} 0.0")
                    .contains("renacer_agent_calls_total 40.0")
                    .contains("renacer_agent_redacted_whole_total 7.0")
                    .contains("renacer_agent_lost_total{cause=\"rate\"} 2.0")
                    .contains("renacer_agent_lost_total{cause=\"agent\"} 5.0")
                    .contains("renacer_agent_failed_lookups_total 6.0")
                    .contains("renacer_agent_unsampled_calls_total 7.0")
                    .contains("renacer_agent_lost_contexts_total{cause=\"unreadable\"} 8.0")
                    .contains("renacer_agent_lost_contexts_total{cause=\"unresolved\"} 9.0")
                    .contains("renacer_agent_unseen_connections_total{cause=\"encrypted\"} 10.0")
                    .contains("renacer_agent_unseen_connections_total{cause=\"unfollowed\"} 11.0")
                    .contains("renacer_agent_unseen_connections_total{cause=\"duplicated\"} 12.0")
                    .contains("renacer_agent_unseen_connections_total{cause=\"excess\"} 13.0")
                    .contains("renacer_agent_unseen_connections_total{cause=\"unwatched\"} 14.0")
                    .contains("renacer_agent_unattributed_requests_total{cause=\"unnamed\"} 15.0")
                    .contains("renacer_agent_unattributed_requests_total{cause=\"first\"} 16.0")
                    .contains("renacer_agent_unattributed_requests_total{cause=\"handed_over\"} 17.0")
                    .contains("renacer_agent_unattributed_requests_total{cause=\"multiplexed\"} 18.0")
                    .contains("renacer_agent_scan_duration_seconds_count 1")
                    .contains("renacer_agent_ring_bytes 2097152.0");
        }
    }
}
