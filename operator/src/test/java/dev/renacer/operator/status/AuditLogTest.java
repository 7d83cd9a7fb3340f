// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceTotals;
import dev.renacer.operator.plan.TargetPlan;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditLogTest {
    private static final TraceRequest REQUEST = Serialization.unmarshal("""
            metadata: {name: slow, namespace: shop, uid: 0b6e}
            spec: {podName: a, requestedBy: "jo\\n\\"x\\u2028y", justification: "ticket 7\\\\"}
            status: {startTime: "2026-01-01T00:00:00Z", deadline: "2026-01-01T00:01:00Z", nodes: 2, sink: main}
            """, TraceRequest.class);

    private static final String WHO =
            "audit request=shop/slow uid=0b6e requestedBy=\"jo \\\"x y\" justification=\"ticket 7\\\\\"";

    private final AuditLog audit = new AuditLog();
    private final LoggedLines log = new LoggedLines(AuditLog.class);

    @BeforeEach
    void listen() {
        log.start();
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void aLineAtTheAdmissionSaysWhoTracesWhatWhereToAndHowLong() {
        TargetPlan plan = new TargetPlan(
                new TreeMap<>(),
                new TreeMap<>(),
                List.of(),
                new TreeSet<>(List.of("a", "b")),
                new TreeSet<>(),
                new TreeSet<>(),
                "pod \"a\"");

        audit.admitted(REQUEST, plan, new Sink("main", "http://collector:4317", "grpc", null), status());

        assertThat(log.lines())
                .containsExactly(WHO + " pods=2 nodes=0 sink=\"main\" from=2026-01-01T00:00:00Z"
                        + " until=2026-01-01T00:01:00Z admitted");
    }

    @Test
    void aLineAtTheEndSaysWhyAndHowMuch() {
        TraceRequestStatus status = Serialization.unmarshal(
                Serialization.asJson(status()).replace("}", "") + ", \"totals\": "
                        + Serialization.asJson(new TraceTotals(1, 2, 30, 20, 10)) + "}",
                TraceRequestStatus.class);

        audit.ended(REQUEST, status, 2, Reason.Stopped, Instant.parse("2026-01-01T00:00:30.123456789Z"));

        assertThat(log.lines())
                .containsExactly(WHO + " pods=2 nodes=2 sink=\"main\" from=2026-01-01T00:00:00Z"
                        + " until=2026-01-01T00:00:30.123Z ended reason=Stopped processes=2 calls=30 spans=20 lost=10");
    }

    private static TraceRequestStatus status() {
        return Objects.requireNonNull(REQUEST.getStatus());
    }
}
