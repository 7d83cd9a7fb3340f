// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.metric;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.metric.CallSeries.Exemplar;
import dev.renacer.tracer.span.volume.TransferCalls;
import dev.renacer.tracer.syscall.ErrnoNames;
import dev.renacer.tracer.syscall.Syscall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Measures each call that is delivered, by its name and error: whether it becomes a span, is folded or is left out makes
 * no difference. Calls that were lost before are counted alone. The listener's methods belong to the consumer thread;
 * {@link #series()} and {@link #told} may be called by any.
 */
public final class CallMetrics implements TraceListener {
    /** OpenTelemetry's default limit for one metric; what is beyond is measured together. */
    public static final int MOST_SERIES = 2_000;

    private static final class Series {
        private final String name;
        private final String errorType;
        private final boolean overflow;
        private final boolean transfers;
        private final DurationHistogram durations = new DurationHistogram();
        private long bytes;
        private @Nullable Exemplar slowest;

        Series(String name, String errorType, boolean overflow) {
            this.name = name;
            this.errorType = errorType;
            this.overflow = overflow;
            this.transfers = TransferCalls.contains(name);
        }

        void add(SyscallCall call) {
            durations.add(call.durationNanos());
            if (transfers) {
                bytes += TransferCalls.bytes(call);
            }
        }
    }

    /** Those of one call that did not fail, and those that did. */
    private static final class Known {
        private final Series succeeded;
        private final Map<Integer, Series> failed = new HashMap<>();

        Known(Series succeeded) {
            this.succeeded = succeeded;
        }
    }

    private final IdentityHashMap<Syscall, Known> known = new IdentityHashMap<>();
    private final Map<String, Series> byKey = new HashMap<>();
    private final List<Series> all = new ArrayList<>();
    private final int most;
    private @Nullable Series overflow;
    private long lost;

    public CallMetrics() {
        this(MOST_SERIES);
    }

    /**
     * @param most  so many series are told apart
     */
    public CallMetrics(int most) {
        this.most = most;
    }

    @Override
    public boolean readsData() {
        return false;
    }

    @Override
    public synchronized void onCall(SyscallCall call) {
        series(call).add(call);
    }

    @Override
    public void onEvent(TraceEvent event) {
        if (event instanceof TraceEvent.EventsLost some) {
            countLost(some.count());
        }
    }

    private synchronized void countLost(long calls) {
        lost += calls;
    }

    private Series series(SyscallCall call) {
        int errno = call.outcome() == Outcome.FAILED ? call.errno() : 0;
        Syscall syscall = call.syscall();
        if (!syscall.known()) { // a program may use any number
            return series(syscall.name(), errno);
        }
        Known mine = known.get(syscall);
        if (mine == null) {
            mine = new Known(series(syscall.name(), 0));
            known.put(syscall, mine);
        }
        if (errno == 0) {
            return mine.succeeded;
        }
        Series failed = mine.failed.get(errno);
        if (failed == null) {
            failed = series(syscall.name(), errno);
            mine.failed.put(errno, failed);
        }
        return failed;
    }

    private Series series(String name, int errno) {
        String errorType = errno == 0 ? "" : ErrnoNames.of(errno).name();
        Series series = byKey.get(key(name, errorType));
        if (series == null && all.size() < most) {
            series = new Series(name, errorType, false);
            byKey.put(key(name, errorType), series);
            all.add(series);
        }
        return series == null ? overflow() : series;
    }

    private Series overflow() {
        Series others = overflow;
        if (others == null) {
            others = new Series("", "", true);
            overflow = others;
            all.add(others);
        }
        return others;
    }

    private static String key(String name, String errorType) {
        return errorType.isEmpty() ? name : name + ' ' + errorType;
    }

    /** A call of this name and error has a span. */
    public synchronized void told(String name, String errorType, Exemplar span) {
        Series series = byKey.get(key(name, errorType));
        if (series != null) {
            Exemplar before = series.slowest;
            if (before == null || span.nanos() > before.nanos()) {
                series.slowest = span;
            }
        }
    }

    /** What was measured so far. */
    public synchronized List<CallSeries> series() {
        List<CallSeries> measured = new ArrayList<>(all.size());
        for (Series series : all) {
            if (series.durations.isEmpty()) {
                continue; // such calls have only failed so far
            }
            measured.add(new CallSeries(
                    series.name,
                    series.errorType,
                    series.overflow,
                    series.durations.counts(),
                    series.bytes,
                    Optional.ofNullable(series.slowest)));
        }
        return measured;
    }

    /** How many calls were lost before they could be measured. */
    public synchronized long lost() {
        return lost;
    }
}
