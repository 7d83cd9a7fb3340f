// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Gives memory back once nothing is traced any more: an idle JVM has no reason of its own to collect, and would keep what
 * its last trace took for as long as it idles. Never while something is traced, as a whole collection may take a tenth of
 * a second on a busy machine. Thread-safe.
 */
public final class IdleHeapTrimmer {
    /** The last spans and statuses are on their way for a while after the end of a trace. */
    private static final long SETTLE_SECONDS = 3;

    private final Executor later;
    private final Runnable collect;
    private int changes;
    private int active;

    /**
     * @param later    runs a task after a while
     * @param collect  has the heap collected and shrunk
     */
    IdleHeapTrimmer(Executor later, Runnable collect) {
        this.later = later;
        this.collect = collect;
    }

    /** Of this JVM, whose options decide how much of its heap goes back to the system. */
    public static IdleHeapTrimmer ofThisProcess() {
        return new IdleHeapTrimmer(CompletableFuture.delayedExecutor(SETTLE_SECONDS, TimeUnit.SECONDS), System::gc);
    }

    /** Tells how many traces are active; returns at once. */
    public synchronized void activeTraces(int count) {
        active = count;
        changes++;
        if (count == 0) {
            int change = changes;
            later.execute(() -> trim(change));
        }
    }

    private void trim(int change) {
        synchronized (this) {
            if (active > 0 || change != changes) {
                return;
            }
        }
        collect.run();
    }
}
