// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Reports each failure once, and keeps the latest cause. A collector that fails and recovers by turns, as one that limits the rate
 * does, is reported the first time: a cause is told again only if it was last told a while ago. Written by the export thread, read by
 * any.
 */
final class ExportHealth {
    private static final System.Logger LOG = System.getLogger(ExportHealth.class.getPackageName());

    /** For how long a cause that was told is not told again. */
    static final Duration QUIET = Duration.ofMinutes(10);

    /** Of causes told; an older one is told again. */
    private static final int REMEMBERED = 16;

    private final Consumer<ExportNotice> notices;
    private final LongSupplier nanoTime;
    private final Map<String, Long> toldAt = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED;
        }
    };
    private boolean reached;
    private boolean failing;
    private boolean told;
    private volatile Optional<String> lastFailure = Optional.empty();

    /**
     * @param nanoTime  a clock like {@link System#nanoTime()}
     */
    ExportHealth(Consumer<ExportNotice> notices, LongSupplier nanoTime) {
        this.notices = notices;
        this.nanoTime = nanoTime;
    }

    Optional<String> lastFailure() {
        return lastFailure;
    }

    /** Whether its port has ever answered. */
    boolean hasBeenReached() {
        return reached;
    }

    /** The collector's port answered. */
    void connected() {
        reached = true;
    }

    void succeeded() {
        reached = true;
        failing = false;
        lastFailure = Optional.empty();
        if (told) {
            told = false;
            tell(new ExportNotice.Recovered());
        }
    }

    void failed(String cause) {
        lastFailure = Optional.of(cause);
        if (!failing) {
            failing = true;
            told = isNews(cause);
            if (told) {
                tell(reached ? new ExportNotice.ExportFailed(cause) : new ExportNotice.InitializationFailed(cause));
            }
        }
    }

    /** Causes that differ in a number only (how many spans, how long to wait) are the same. */
    private boolean isNews(String cause) {
        String kind = cause.replaceAll("\\d+", "#");
        long now = nanoTime.getAsLong();
        Long before = toldAt.get(kind);
        if (before != null && now - before < QUIET.toNanos()) {
            return false;
        }
        toldAt.remove(kind); // becomes the youngest
        toldAt.put(kind, now);
        return true;
    }

    private void tell(ExportNotice notice) {
        try {
            notices.accept(notice);
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "this could not be reported: " + notice.message(),
                    e); // the export continues
        }
    }
}
