// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.TraceTotals;
import dev.renacer.quickstart.otlp.ReceivedSpan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProofTest {
    private static final List<ReceivedSpan> GOOD = SpanFixture.trace(120);

    private static Proof proof(List<ReceivedSpan> spans, long lost) {
        return Proof.of(spans, spans.size(), new TraceTotals(1, 1, spans.size(), spans.size(), lost));
    }

    private static List<String> failures(Proof proof) {
        return proof.claims().stream()
                .filter(claim -> !claim.holds())
                .map(Proof.Claim::text)
                .toList();
    }

    @Test
    void aWholeTraceHolds() {
        Proof proof = proof(GOOD, 0);

        assertThat(failures(proof)).isEmpty();
        assertThat(proof.claims())
                .extracting(Proof.Claim::text)
                .containsExactly(
                        "trace 0af7651916cd43dd8448eb211c80319c: 1 root, 120 children whose parent is the root",
                        "0 children outside their root's time",
                        "the resource names pod and container: k8s.pod.name k8s.pod.uid k8s.pod.ip k8s.namespace.name"
                                + " k8s.container.name k8s.node.name container.id service.name",
                        "121 spans arrived, status says 121",
                        "lost 0");
    }

    @Test
    void fewerThanAHundredChildrenAreToldApart() {
        assertThat(failures(proof(SpanFixture.trace(99), 0)))
                .containsExactly(
                        "trace 0af7651916cd43dd8448eb211c80319c: 1 root, 99 children whose parent is the root");
    }

    @Test
    void callsWhoseParentIsNotTheRootDoNotCount() {
        List<ReceivedSpan> spans = new ArrayList<>(List.of(SpanFixture.root()));
        for (int i = 0; i < 200; i++) {
            spans.add(SpanFixture.call(i, "elsewhere"));
        }

        assertThat(failures(proof(spans, 0))).hasSize(1).first().asString().contains(" 0 children whose parent");
    }

    @Test
    void aChildOutsideItsRootIsFound() {
        List<ReceivedSpan> spans = new ArrayList<>(GOOD);
        spans.add(new ReceivedSpan(
                SpanFixture.TRACE,
                "late",
                "r",
                "syscall: read",
                5,
                1_000_000_001,
                false,
                Map.of(),
                SpanFixture.RESOURCE));

        assertThat(failures(proof(spans, 0))).containsExactly("1 children outside their root's time");
    }

    @Test
    void aMissingResourceAttributeIsNamed() {
        List<ReceivedSpan> spans = new ArrayList<>(GOOD);
        Map<String, String> without = new HashMap<>(SpanFixture.RESOURCE);
        without.remove("k8s.pod.ip");
        without.put("service.name", "");
        spans.add(new ReceivedSpan(SpanFixture.TRACE, "x", "r", "syscall: read", 5, 6, false, Map.of(), without));

        assertThat(failures(proof(spans, 0))).containsExactly("resource attributes missing: k8s.pod.ip service.name");
    }

    @Test
    void lossIsFound() {
        assertThat(failures(proof(GOOD, 3))).containsExactly("lost 3");
    }

    @Test
    void aSpanThatTheStatusCountsButNobodySawIsFound() {
        assertThat(failures(Proof.of(GOOD, GOOD.size(), new TraceTotals(1, 1, 200, 200, 0))))
                .containsExactly("121 spans arrived, status says 200");
    }

    @Test
    void noRootIsFound() {
        assertThat(proof(List.of(), 0).holds()).isFalse();
    }

    @Test
    void ofAForeignCollectorTheStatusTells() {
        assertThat(Proof.of(new TraceTotals(1, 1, 300, 300, 0), List.of("abc")).holds())
                .isTrue();
        assertThat(failures(Proof.of(new TraceTotals(1, 1, 300, 0, 300), List.of())))
                .containsExactly("0 spans acknowledged by your collector", "trace ids to look for: ", "lost 300");
    }
}
