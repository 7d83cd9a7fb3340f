// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.operator.queue.FairOrder.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FairOrderTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void insideANamespaceTheOldestGoesFirst() {
        assertThat(order(Map.of(), entry("b", "shop", 2), entry("c", "shop", 3), entry("a", "shop", 1)))
                .containsExactly("a", "b", "c");
    }

    @Test
    void ofTheSameAgeTheUidDecides() {
        assertThat(order(Map.of(), entry("z", "shop", 1), entry("a", "shop", 1)))
                .containsExactly("a", "z");
    }

    @Test
    void aNamespaceWithManyWaitingDoesNotHoldUpAnother() {
        assertThat(order(
                        Map.of(),
                        entry("a1", "a", 1),
                        entry("a2", "a", 2),
                        entry("a3", "a", 3),
                        entry("b1", "b", 9),
                        entry("b2", "b", 10)))
                .containsExactly("a1", "b1", "a2", "b2", "a3");
    }

    @Test
    void theNamespaceWithTheFewestRunningGoesFirst() {
        assertThat(order(Map.of("a", 2, "b", 1), entry("a1", "a", 1), entry("b1", "b", 5), entry("b2", "b", 6)))
                .containsExactly("b1", "a1", "b2");
    }

    private static List<String> order(Map<String, Integer> running, Entry... entries) {
        return FairOrder.of(List.of(entries), running).stream().map(Entry::uid).toList();
    }

    private static Entry entry(String uid, String namespace, int second) {
        return new Entry(uid, namespace, NOON.plusSeconds(second));
    }
}
