// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.slice;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import dev.renacer.tracer.syscall.SignalNames;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.Locale;

/** Why a slice ends, as its root span reports it. */
public sealed interface SliceEnding {
    /** How a process has ended, as its event says. */
    static SliceEnding of(TraceEvent.ProcessExited exited) {
        if (exited.exitCode().isPresent()) {
            return new Exited(exited.exitCode().get());
        }
        if (exited.termSignal().isPresent()) {
            return new Killed(exited.termSignal().get(), exited.coreDumped());
        }
        return Vanished.INSTANCE;
    }

    /** The status of the root span. */
    StatusData status();

    /** Adds what the root span says about the end. */
    void describe(AttributesBuilder attributes);

    /** The process lives on and stays under trace; the slice is full or old. */
    enum Continued implements SliceEnding {
        INSTANCE;

        @Override
        public StatusData status() {
            return StatusData.unset();
        }

        @Override
        public void describe(AttributesBuilder attributes) {}
    }

    /** The process exited. */
    record Exited(int code) implements SliceEnding {
        @Override
        public StatusData status() {
            return code == 0
                    ? StatusData.unset()
                    : StatusData.create(StatusCode.ERROR, "process exited with code: " + code);
        }

        @Override
        public void describe(AttributesBuilder attributes) {
            attributes.put(SpanAttributes.PROCESS_EXIT_CODE, (long) code);
            attributes.put(SpanAttributes.PROCESS_EXIT_CODE_SEED, (long) code);
            if (code != 0) {
                attributes.put(SpanAttributes.ERROR_TYPE, Integer.toString(code));
            }
        }
    }

    /** A signal killed the process. */
    record Killed(int signal, boolean coreDumped) implements SliceEnding {
        @Override
        public StatusData status() {
            return StatusData.create(
                    StatusCode.ERROR,
                    "process killed by signal: " + SignalNames.of(signal) + (coreDumped ? " (core dumped)" : ""));
        }

        @Override
        public void describe(AttributesBuilder attributes) {
            attributes.put(SpanAttributes.SIGNAL_NUMBER, (long) signal);
            attributes.put(SpanAttributes.ERROR_TYPE, SignalNames.of(signal));
        }
    }

    /** The process is gone, and it is not known how. */
    enum Vanished implements SliceEnding {
        INSTANCE;

        @Override
        public StatusData status() {
            return StatusData.unset();
        }

        @Override
        public void describe(AttributesBuilder attributes) {}
    }

    /** Tracing ended while the process lives on. */
    record Detached(DetachReason reason) implements SliceEnding {
        @Override
        public StatusData status() {
            return StatusData.unset();
        }

        @Override
        public void describe(AttributesBuilder attributes) {
            attributes.put(SpanAttributes.DETACH_REASON, reason.name().toLowerCase(Locale.ROOT));
        }
    }
}
