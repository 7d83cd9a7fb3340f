// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Settings whose files are read again now and then, so that a renewed certificate, key or token is used without a restart. Files that
 * cannot be used for a while, being half written, count as unchanged. Thread-safe.
 */
public final class ReloadedSettings implements Supplier<OtlpSettings> {
    /** How old what was read may be. */
    static final Duration FRESH = Duration.ofSeconds(2);

    private final Supplier<OtlpSettings> read;
    private final LongSupplier nanoTime;
    private OtlpSettings current;
    private long readAt;

    /**
     * Reads them for the first time.
     *
     * @param read      reads the files
     * @param nanoTime  a clock like {@link System#nanoTime()}
     * @throws RuntimeException whatever {@code read} throws: they must be usable at first
     */
    public ReloadedSettings(Supplier<OtlpSettings> read, LongSupplier nanoTime) {
        this.read = read;
        this.nanoTime = nanoTime;
        this.current = read.get();
        this.readAt = nanoTime.getAsLong();
    }

    @Override
    public synchronized OtlpSettings get() {
        long now = nanoTime.getAsLong();
        if (now - readAt >= FRESH.toNanos()) {
            readAt = now;
            try {
                current = read.get();
            } catch (RuntimeException _) {
                // what was read before stays in use; if it has run out, the collector will say so
            }
        }
        return current;
    }
}
