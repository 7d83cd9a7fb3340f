// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReloadedSettingsTest {
    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger reads = new AtomicInteger();

    private OtlpSettings read(boolean usable) {
        reads.incrementAndGet();
        if (!usable) {
            throw new IllegalArgumentException("half written");
        }
        return OtlpSettings.defaults().withHeaders(Map.of("read", reads.toString()));
    }

    private void wait(boolean untilStale) {
        now.addAndGet(ReloadedSettings.FRESH.toNanos() - (untilStale ? 0 : 1));
    }

    @Test
    void areReadAgainOnceTheyAreStale() {
        ReloadedSettings settings = new ReloadedSettings(() -> read(true), now::get);
        wait(false);
        assertThat(settings.get().headers()).containsEntry("read", "1");
        wait(true);
        assertThat(settings.get().headers()).containsEntry("read", "2");
        assertThat(settings.get().headers()).containsEntry("read", "2");
    }

    @Test
    void whatCannotBeUsedCountsAsUnchanged() {
        ReloadedSettings settings = new ReloadedSettings(() -> read(reads.get() != 1), now::get);
        wait(true);
        assertThat(settings.get().headers()).containsEntry("read", "1");
        wait(true);
        assertThat(settings.get().headers()).containsEntry("read", "3");
    }

    @Test
    void theyMustBeUsableAtFirst() {
        assertThatThrownBy(() -> new ReloadedSettings(() -> read(false), now::get))
                .hasMessage("half written");
    }
}
