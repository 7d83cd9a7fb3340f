// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Keeps the exporters' own log lines (java.util.logging of the OpenTelemetry SDK and of gRPC) off the user's terminal:
 * {@code ExportNotice} reports each cause once. Nothing is lost: the lines go to the export's logger at level DEBUG.
 */
final class QuietSdkLogs {
    /** Referenced from here, since the log manager alone would let a logger and its settings be garbage-collected. */
    private static final Map<String, Logger> QUIETED =
            Map.of("opentelemetry", Logger.getLogger("io.opentelemetry"), "grpc", Logger.getLogger("io.grpc"));

    /** The logger of the export, whatever package these lines pass through. */
    static final String LOGGER = "dev.renacer.tracer.export";

    static {
        Handler forward = new Forward();
        QUIETED.values().forEach(logger -> {
            logger.setUseParentHandlers(false);
            logger.addHandler(forward);
        });
    }

    private QuietSdkLogs() {}

    /** Installs this, once for the whole process. */
    static void ensure() {
        assert !QUIETED.isEmpty(); // the class's initialiser did it
    }

    private static final class Forward extends Handler {
        private final System.Logger target = System.getLogger(LOGGER);

        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.INFO.intValue()) {
                target.log(System.Logger.Level.DEBUG, entry.getMessage(), entry.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
