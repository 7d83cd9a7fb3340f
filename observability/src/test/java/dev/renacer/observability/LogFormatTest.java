// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogFormatTest {
    /** As the programs hand one in; theirs escapes more. */
    private static String escape(String text) {
        return text.replace("\u001b", "\\u001b");
    }

    @Test
    void oneLineAnEntryWhateverTheClusterPutsIntoIt() {
        LogRecord entry = new LogRecord(Level.INFO, "over request=shop/a\nERROR forged \u001b[31m");
        entry.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));

        assertThat(new LogFormat(LogFormatTest::escape).format(entry))
                .isEqualTo("2026-01-02T03:04:05.678Z INFO over request=shop/a | ERROR forged \\u001b[31m"
                        + System.lineSeparator());
    }

    @Test
    void whatWasThrownFollowsOnTheSameLine() {
        LogRecord entry = new LogRecord(Level.SEVERE, "failed");
        entry.setThrown(new IllegalStateException("outer\nline", new IllegalArgumentException("inner")));

        assertThat(new LogFormat(LogFormatTest::escape).format(entry))
                .contains(
                        " ERROR failed error=\"IllegalStateException: outer | line; caused by IllegalArgumentException:"
                                + " inner\" at=\"dev.renacer.observability.LogFormatTest.")
                .hasLineCount(1);
    }

    @Test
    void aCauseThatIsItsOwnCauseIsToldOnce() {
        IllegalStateException outer = new IllegalStateException("outer");
        outer.initCause(new IllegalStateException("inner", outer));
        LogRecord entry = new LogRecord(Level.SEVERE, "failed");
        entry.setThrown(outer);

        assertThat(new LogFormat(LogFormatTest::escape).format(entry))
                .contains("error=\"IllegalStateException: outer; caused by IllegalStateException: inner\"");
    }

    @Test
    void theFramesOfTheFirstCauseAreToldAsWell() {
        IllegalArgumentException root = new IllegalArgumentException("root");
        root.setStackTrace(frames("deep", "shared"));
        IllegalStateException outer = new IllegalStateException("outer", new IllegalStateException("between", root));
        outer.setStackTrace(frames("shallow", "shared"));
        LogRecord entry = new LogRecord(Level.SEVERE, "failed");
        entry.setThrown(outer);

        assertThat(new LogFormat(LogFormatTest::escape).format(entry))
                .contains(" at=\"a.B.shallow(B.java:1) < a.B.shared(B.java:1); caused at a.B.deep(B.java:1)\"");
    }

    private static StackTraceElement[] frames(String... methods) {
        return Stream.of(methods)
                .map(method -> new StackTraceElement("a.B", method, "B.java", 1))
                .toArray(StackTraceElement[]::new);
    }

    @Test
    void whatIsQuietTellsErrorsAlone() {
        Logger root = Logger.getLogger("");
        Map<Logger, @Nullable Level> levels = new HashMap<>();
        Stream.of("", "dev.renacer", "quiet")
                .map(Logger::getLogger)
                .forEach(logger -> levels.put(logger, logger.getLevel()));
        Handler handler = new ConsoleHandler();
        List<Handler> others = List.of(root.getHandlers());
        others.forEach(root::removeHandler);
        root.addHandler(handler);
        try {
            LogFormat.install(Level.INFO, LogFormatTest::escape, "quiet");

            assertThat(handler.getFormatter()).isInstanceOf(LogFormat.class);
            assertThat(Logger.getLogger("dev.renacer.part").isLoggable(Level.INFO))
                    .isTrue();
            assertThat(Logger.getLogger("library").isLoggable(Level.INFO)).isFalse();
            assertThat(Logger.getLogger("library").isLoggable(Level.WARNING)).isTrue();
            assertThat(Logger.getLogger("quiet.part").isLoggable(Level.WARNING)).isFalse();
            assertThat(Logger.getLogger("quiet.part").isLoggable(Level.SEVERE)).isTrue();
        } finally {
            root.removeHandler(handler);
            others.forEach(root::addHandler);
            levels.forEach(Logger::setLevel);
        }
    }
}
