// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds calls that took far longer than the last calls of the same name did. A call is compared with those before it, and
 * joins them afterwards. Memory is bounded: a window for each of at most {@link #MOST_NAMES} names. For the consumer thread.
 */
public final class AnomalyDetector implements TraceListener {
    /** As renacer 0.6.6 has it: with fewer calls a deviation says little. */
    public static final int FEWEST = 10;
    /** The largest window. */
    public static final int MOST = SlidingWindow.MOST;
    /**
     * Those told at once in a second of the trace. Of more only one is told that deviates twice as much as any told in that
     * second: what is far worse must not go down among what is not, and there cannot be many of them.
     */
    static final int MOST_A_SECOND = 10;
    /** More than any processor has calls with a name; a program may make up others. */
    static final int MOST_NAMES = 1_024;
    /** Those listed in the end. */
    static final int MOST_LISTED = 10;

    private static final long SECOND = 1_000_000_000L;
    private static final double CLOCK_RESOLUTION = 1;
    private static final double FAR_WORSE = 2;
    private static final Comparator<Anomaly> BY_SCORE = Comparator.comparingDouble(Anomaly::score);

    private final double threshold;
    private final int windowSize;
    private final Consumer<Anomaly> told;
    private final Map<String, SlidingWindow> windows = new HashMap<>();
    private final Map<Anomaly.Severity, Long> counts = new EnumMap<>(Anomaly.Severity.class);
    private final PriorityQueue<Anomaly> top = new PriorityQueue<>(BY_SCORE);
    private long second = Long.MIN_VALUE;
    private int toldInSecond;
    private double worstInSecond;
    private long untold;
    private long judged;
    private long unjudged;

    /**
     * @param threshold   in deviations: a call is one if it took longer than the mean and this many of them
     * @param windowSize  how many calls of its name it is compared with, {@link #FEWEST} to {@link #MOST}
     * @param told        told of each at once, but of not many more than {@link #MOST_A_SECOND} in a second
     */
    public AnomalyDetector(double threshold, int windowSize, Consumer<Anomaly> told) {
        if (windowSize < FEWEST || windowSize > MOST) {
            throw new IllegalArgumentException("a window of " + windowSize + " calls");
        }
        this.threshold = threshold;
        this.windowSize = windowSize;
        this.told = told;
    }

    @Override
    public void onCall(SyscallCall call) {
        if (call.outcome() == Outcome.UNFINISHED || call.inProgressAtAttach()) {
            return; // how long it took is not known
        }
        SlidingWindow window = window(call.syscall().name());
        if (window == null || window.count() < FEWEST) {
            unjudged++;
        } else {
            judge(call, window);
        }
        if (window != null) {
            window.add(call.durationNanos());
        }
    }

    private @Nullable SlidingWindow window(String name) {
        SlidingWindow known = windows.get(name);
        if (known != null || windows.size() >= MOST_NAMES) {
            return known;
        }
        SlidingWindow fresh = new SlidingWindow(windowSize);
        windows.put(name, fresh);
        return fresh;
    }

    private void judge(SyscallCall call, SlidingWindow window) {
        judged++;
        double mean = window.mean();
        if (call.durationNanos() <= mean) {
            return; // of most calls no deviation is needed
        }
        double deviation = Math.max(CLOCK_RESOLUTION, window.deviation());
        if (call.durationNanos() > mean + threshold * deviation) {
            found(new Anomaly(
                    call.syscall().name(),
                    call.process().pid(),
                    call.tid(),
                    call.startNanos(),
                    call.durationNanos(),
                    mean,
                    deviation));
        }
    }

    private void found(Anomaly anomaly) {
        counts.merge(anomaly.severity(), 1L, Long::sum);
        top.add(anomaly);
        if (top.size() > MOST_LISTED) {
            top.remove();
        }
        long now = (anomaly.startNanos() + anomaly.durationNanos()) / SECOND;
        if (now > second) {
            second = now;
            toldInSecond = 0;
            worstInSecond = 0;
        }
        if (toldInSecond < MOST_A_SECOND || anomaly.score() >= FAR_WORSE * worstInSecond) {
            toldInSecond++;
            worstInSecond = Math.max(worstInSecond, anomaly.score());
            told.accept(anomaly);
        } else {
            untold++;
        }
    }

    @Override
    public void onEvent(TraceEvent event) {
        // Only calls take time.
    }

    /** How many there were of a severity. */
    public long count(Anomaly.Severity severity) {
        return counts.getOrDefault(severity, 0L);
    }

    /** How many there were. */
    public long count() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many of them were not told at once, since there were too many. */
    public long untold() {
        return untold;
    }

    /** How many calls were compared with those before them. */
    public long judged() {
        return judged;
    }

    /** How many were not, since there were fewer than {@link #FEWEST} before them. */
    public long unjudged() {
        return unjudged;
    }

    /** Those with the highest scores, the highest first. */
    public List<Anomaly> top() {
        return top.stream().sorted(BY_SCORE.reversed()).toList();
    }
}
