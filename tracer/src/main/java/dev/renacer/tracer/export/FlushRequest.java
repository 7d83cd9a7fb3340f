// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Somebody waits until everything that the queues hold now is exported or given up. */
final class FlushRequest {
    private final CountDownLatch done = new CountDownLatch(1);
    private final Map<TargetQueue, Long> awaited = new HashMap<>();

    /** Waits for the spans the target has taken so far. To be called by the export thread, like {@link #check}. */
    void await(TargetQueue target) {
        awaited.put(target, target.taken());
    }

    /** Whether everything awaited is settled; if so, the waiting thread is woken. */
    boolean check() {
        awaited.entrySet().removeIf(entry -> entry.getKey().settled() >= entry.getValue());
        if (awaited.isEmpty()) {
            done.countDown();
        }
        return awaited.isEmpty();
    }

    CountDownLatch done() {
        return done;
    }
}
