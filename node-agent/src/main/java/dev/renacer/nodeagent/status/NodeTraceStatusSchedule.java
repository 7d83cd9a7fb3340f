// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.status;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When a NodeTrace's status is written: at once on a transition, with figures 2 s and 10 s after tracing began, then
 * every 60 s to 72 s while it continues. There are at most four writes in the first minute, two of them reserved for
 * those figures: a transition that finds none left is included in the next write. A waiting assignment writes nothing.
 * The final write is outside this class: it always happens.
 *
 * <p>Times are {@link System#nanoTime()} values. Not thread-safe.
 */
public final class NodeTraceStatusSchedule {
    private static final long[] FIGURES_AFTER = {nanos(Duration.ofSeconds(2)), nanos(Duration.ofSeconds(10))};
    private static final long MINUTE = nanos(Duration.ofMinutes(1));
    /** Spreads the agents of a cluster over time. */
    private static final long JITTER = nanos(Duration.ofSeconds(12));
    /** After the first minute: transitions closer than this to the previous write are combined. */
    private static final long MIN_GAP = nanos(Duration.ofSeconds(5));
    /** Writes in the first minute that transitions may use. */
    private static final int FIRST_TRANSITIONS = 2;

    private final long created;
    private final RandomGenerator random;
    private Optional<Long> tracingSince = Optional.empty();
    private Optional<Long> transitionAt = Optional.empty();
    private Optional<Long> lastWrite = Optional.empty();
    private int transitionsWritten;
    private int figuresWritten;
    private long period;

    /**
     * @param now     when the assignment began
     * @param random  spreads the periodic writes
     */
    public NodeTraceStatusSchedule(long now, RandomGenerator random) {
        this.created = now;
        this.random = random;
        this.period = nextPeriod();
    }

    /** Something changed that the status should show. */
    public void transition(long now) {
        if (transitionAt.isEmpty()) {
            transitionAt = Optional.of(now);
        }
    }

    /** Tracing has begun: figures follow. Later calls change nothing. */
    public void tracing(long now) {
        if (tracingSince.isEmpty()) {
            tracingSince = Optional.of(now);
        }
    }

    /** When the next write is due; empty if nothing is to be written. */
    public Optional<Long> due() {
        Optional<Long> transition = transitionAt.map(this::transitionDue);
        Optional<Long> figures = tracingSince.map(this::figuresDue);
        if (transition.isPresent() && figures.isPresent()) {
            return Optional.of(Math.min(transition.get(), figures.get()));
        }
        return transition.or(() -> figures);
    }

    /** The status was written (or passed to the writer). */
    public void written(long now) {
        boolean figures = tracingSince.isPresent() && figuresDue(tracingSince.get()) <= now;
        if (figures && figuresWritten < FIGURES_AFTER.length) {
            figuresWritten++;
        } else if (transitionAt.isPresent() && now < created + MINUTE) {
            transitionsWritten++;
        }
        transitionAt = Optional.empty();
        lastWrite = Optional.of(now);
        period = nextPeriod();
    }

    private long transitionDue(long since) {
        if (since < created + MINUTE) {
            return transitionsWritten < FIRST_TRANSITIONS ? since : created + MINUTE;
        }
        return Math.max(since, lastWrite.map(last -> last + MIN_GAP).orElse(since));
    }

    private long figuresDue(long since) {
        if (figuresWritten < FIGURES_AFTER.length) {
            return since + FIGURES_AFTER[figuresWritten];
        }
        return lastWrite.orElse(since) + period;
    }

    private long nextPeriod() {
        return MINUTE + random.nextLong(JITTER);
    }

    private static long nanos(Duration duration) {
        return duration.toNanos();
    }
}
