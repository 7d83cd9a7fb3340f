// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

/** A message about the export that a person should see. {@link #message()} is one line, printable as it is. */
public sealed interface ExportNotice {
    /** What to print. */
    String message();

    /**
     * The collector could not be reached from the start. Spans are kept, as far as the queue has room, and sent once it
     * can be reached.
     */
    record InitializationFailed(String cause) implements ExportNotice {
        @Override
        public String message() {
            return "[renacer: OTLP initialization failed: " + cause
                    + "; check host and port of the endpoint (usually 4317 for"
                    + " gRPC, 4318 for HTTP), and that a collector listens there]";
        }
    }

    /** An export failed after the collector had been reached. Reported once, and again only after a recovery. */
    record ExportFailed(String cause) implements ExportNotice {
        @Override
        public String message() {
            return "[renacer: OTLP export failed: " + cause + "]";
        }
    }

    /** Exports succeed again after one of the other notices. */
    record Recovered() implements ExportNotice {
        @Override
        public String message() {
            return "[renacer: OTLP export works again]";
        }
    }
}
