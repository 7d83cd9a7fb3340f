// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LogFormatTest {
    @Test
    void oneLineAnEntryWhateverTheClusterPutsIntoIt() {
        LogRecord entry = new LogRecord(Level.INFO, "over request=shop/a\nERROR forged \u001b[31m");
        entry.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));

        assertThat(new LogFormat().format(entry))
                .isEqualTo("2026-01-02T03:04:05.678Z INFO over request=shop/a | ERROR forged ?[31m"
                        + System.lineSeparator());
    }

    @Test
    void whatWasThrownFollowsOnTheSameLine() {
        LogRecord entry = new LogRecord(Level.SEVERE, "failed");
        entry.setThrown(new IllegalStateException("outer\nline", new IllegalArgumentException("inner")));

        assertThat(new LogFormat().format(entry))
                .contains(
                        " ERROR failed error=\"IllegalStateException: outer | line; caused by IllegalArgumentException:"
                                + " inner\" at=\"dev.renacer.observability.LogFormatTest.")
                .hasLineCount(1);
    }

    @Test
    void whatIsQuietTellsErrorsAlone() {
        Logger root = Logger.getLogger("");
        Level before = root.getLevel();
        try {
            LogFormat.install(Level.INFO, "quiet");

            assertThat(Logger.getLogger("dev.renacer.part").isLoggable(Level.INFO))
                    .isTrue();
            assertThat(Logger.getLogger("library").isLoggable(Level.INFO)).isFalse();
            assertThat(Logger.getLogger("library").isLoggable(Level.WARNING)).isTrue();
            assertThat(Logger.getLogger("quiet.part").isLoggable(Level.WARNING)).isFalse();
            assertThat(Logger.getLogger("quiet.part").isLoggable(Level.SEVERE)).isTrue();
        } finally {
            root.setLevel(before);
        }
    }
}
