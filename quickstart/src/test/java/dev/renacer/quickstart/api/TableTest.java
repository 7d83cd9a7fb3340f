// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
    private static final JsonNode OBJECT = ObjectStore.parse("""
            {"metadata": {"name": "checkout", "creationTimestamp": "2026-01-01T00:00:00Z", "labels": {"a.b/c": "d"}},
             "status": {"totals": {"spans": 12},
                        "conditions": [{"type": "Accepted", "reason": "Fine"}, {"type": "Tracing", "reason": "Tracing"}]}}
            """);

    @Test
    void cellsFollowTheColumns() {
        ResourceType type = new ResourceType(
                "renacer.dev",
                "v1alpha1",
                "tracerequests",
                "tracerequest",
                "TraceRequest",
                true,
                true,
                List.of(),
                List.of(),
                List.of(
                        new ResourceType.Column(
                                "State", "string", ".status.conditions[?(@.type==\"Tracing\")].reason", false),
                        new ResourceType.Column("Spans", "integer", ".status.totals.spans", false),
                        new ResourceType.Column("Lost", "integer", ".status.totals.lost", true),
                        new ResourceType.Column("Age", "date", ".metadata.creationTimestamp", false)));

        JsonNode table = Table.of(type, List.of(OBJECT), "7", Instant.parse("2026-01-01T00:00:42Z"));

        assertThat(table.path("rows").path(0).path("cells").toString())
                .isEqualTo("[\"checkout\",\"Tracing\",12,\"\",\"42s\"]");
        assertThat(table.path("columnDefinitions").path(3).path("priority").asInt())
                .as("-o wide only")
                .isEqualTo(1);
        assertThat(table.path("rows")
                        .path(0)
                        .path("object")
                        .path("metadata")
                        .path("name")
                        .asText())
                .isEqualTo("checkout");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:42Z, 42s",
        "2026-01-01T00:03:05Z, 3m5s",
        "2026-01-01T00:17:30Z, 17m",
        "2026-01-01T04:02:00Z, 4h2m",
        "2026-01-02T23:00:00Z, 47h",
        "2026-01-04T01:00:00Z, 3d",
        "2025-12-31T23:59:59Z, 0s"
    })
    void agesReadAsKubectlWritesThem(String now, String expected) {
        assertThat(Table.age("2026-01-01T00:00:00Z", Instant.parse(now))).isEqualTo(expected);
    }

    @Test
    void pathsReachFieldsElementsAndQuotedNames() {
        assertThat(JsonPath.text(OBJECT, ".status.conditions[0].type")).isEqualTo("Accepted");
        assertThat(JsonPath.values(OBJECT, ".status.conditions[*].reason")).hasSize(2);
        assertThat(JsonPath.text(OBJECT, ".metadata.labels['a.b/c']")).isEqualTo("d");
        assertThat(JsonPath.text(OBJECT, "metadata.name")).isEqualTo("checkout");
        assertThat(JsonPath.text(OBJECT, ".no.such.field")).isEmpty();
        assertThatThrownBy(() -> JsonPath.values(OBJECT, ".a..b")).hasMessage("JSONPath not understood: .a..b");
    }
}
