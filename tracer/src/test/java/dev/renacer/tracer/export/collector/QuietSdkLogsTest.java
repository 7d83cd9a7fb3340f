// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class QuietSdkLogsTest {
    private static final class Keep extends Handler {
        private final List<String> messages = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord entry) {
            if (isLoggable(entry)) {
                messages.add(entry.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void anExportersComplaintReachesNoTerminalButTheDebugLog() {
        QuietSdkLogs.ensure();
        Logger root = Logger.getLogger("");
        Logger own = Logger.getLogger(QuietSdkLogs.LOGGER);
        Keep terminal = new Keep();
        Keep debug = new Keep();
        terminal.setLevel(Level.INFO);
        debug.setLevel(Level.ALL);
        root.addHandler(terminal);
        own.addHandler(debug);
        own.setLevel(Level.ALL);
        try {
            Logger.getLogger("io.opentelemetry.exporter.internal.http.HttpExporter")
                    .warning("Failed to export");
            Logger.getLogger("io.grpc.internal.ManagedChannelImpl").severe("oops");
        } finally {
            root.removeHandler(terminal);
            own.removeHandler(debug);
            own.setLevel(null);
        }

        assertThat(terminal.messages).doesNotContain("Failed to export", "oops");
        assertThat(debug.messages).containsExactly("Failed to export", "oops");
    }
}
