// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.call;

import dev.renacer.capture.look.CallLook;
import dev.renacer.tracer.stuck.proc.ThreadSample;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Says how long threads have slept. Each CPU's clock is asked once. Not thread-safe. */
public final class Ages {
    private final CallLook look;
    private final Map<Integer, Optional<Reading>> clocks = new HashMap<>();

    /**
     * A reading of the scheduler's clock of a CPU.
     *
     * @param atNanos  when, in the time of {@link System#nanoTime}
     */
    private record Reading(long nanos, long atNanos) {}

    /**
     * @param look  reads the clocks
     */
    public Ages(CallLook look) {
        this.look = look;
    }

    /** That of a thread that slept at both looks and did not run between them. */
    public Age of(ThreadSample first, ThreadSample second) {
        long between = second.takenNanos() - first.takenNanos();
        if (second.lastRanNanos().isPresent() && second.cpu().isPresent()) {
            Optional<Reading> clock = clocks.computeIfAbsent(second.cpu().getAsInt(), this::read);
            long age = clock.map(reading -> reading.nanos()
                            + second.takenNanos()
                            - reading.atNanos()
                            - second.lastRanNanos().getAsLong())
                    .orElse(0L);
            if (age >= between) {
                return new Age(Age.Kind.SINCE_LAST_RUN, age);
            }
        }
        return new Age(Age.Kind.AT_LEAST, between);
    }

    private Optional<Reading> read(int cpu) {
        OptionalLong nanos = look.schedulerNanos(cpu);
        return nanos.isPresent() ? Optional.of(new Reading(nanos.getAsLong(), System.nanoTime())) : Optional.empty();
    }
}
