// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class IdleHeapTrimmerTest {
    private final Queue<Runnable> later = new ArrayDeque<>();
    private final AtomicInteger collections = new AtomicInteger();
    private final IdleHeapTrimmer heap = new IdleHeapTrimmer(later::add, collections::incrementAndGet);

    @Test
    void collectsAWhileAfterTheLastTrace() {
        heap.activeTraces(2);
        heap.activeTraces(1);
        heap.activeTraces(0);
        assertEquals(0, collections.get());
        aWhilePasses();
        assertEquals(1, collections.get());
    }

    @Test
    void doesNotCollectWhenATraceHasBegunMeanwhile() {
        heap.activeTraces(0);
        heap.activeTraces(1);
        aWhilePasses();
        assertEquals(0, collections.get());
    }

    @Test
    void collectsOnceAfterAShortTrace() {
        heap.activeTraces(0);
        heap.activeTraces(1);
        heap.activeTraces(0);
        aWhilePasses();
        aWhilePasses();
        assertEquals(1, collections.get());
    }

    private void aWhilePasses() {
        while (!later.isEmpty()) {
            Objects.requireNonNull(later.poll()).run();
        }
    }
}
