// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.span.attribute.SignalAttributes;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import dev.renacer.tracer.span.slice.ProcessTraces;
import dev.renacer.tracer.span.slice.Slice;
import dev.renacer.tracer.syscall.SignalNames;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;

/** What happens to a process besides its calls, as events of its root span. Belongs to the consumer thread. */
final class SliceEvents {
    private static final int NANOS_PER_MICRO = 1_000;

    private final ProcessTraces traces;
    private final boolean formerSourceNames;

    /**
     * @param formerSourceNames  see {@link SpanOptions#formerSourceNames}
     */
    SliceEvents(ProcessTraces traces, boolean formerSourceNames) {
        this.traces = traces;
        this.formerSourceNames = formerSourceNames;
    }

    void program(TraceEvent.ProgramExecuted executed) {
        TracedProcess program = executed.process();
        Slice slice = slice(executed);
        String before = slice.process().latest().name();
        slice.process().become(program);
        Attributes attributes = Attributes.of(
                SpanAttributes.PROCESS_EXECUTABLE_NAME,
                program.name(),
                SpanAttributes.PREVIOUS_EXECUTABLE_NAME,
                before);
        slice.addEvent(executed.epochNanos(), "process.exec", attributes);
    }

    void signal(TraceEvent.SignalDelivered signal) {
        AttributesBuilder attributes = SignalAttributes.of(signal).toBuilder();
        signal.source().ifPresent(location -> new CallSource(location, formerSourceNames).addTo(attributes));
        slice(signal).addEvent(signal.epochNanos(), "signal", attributes.build());
    }

    void stopped(TraceEvent.Stopped stopped) {
        Attributes attributes = Attributes.of(
                SpanAttributes.SIGNAL_NAME, SignalNames.of(stopped.signal()),
                SpanAttributes.SIGNAL_NUMBER, (long) stopped.signal(),
                SpanAttributes.SYSCALL_TID, (long) stopped.tid());
        slice(stopped).addEvent(stopped.epochNanos(), "stopped", attributes);
    }

    void unwatched(TraceEvent.RestEnded rest) {
        Attributes attributes = Attributes.of(
                SpanAttributes.UNWATCHED_DURATION_US,
                (rest.epochNanos() - rest.beganNanos()) / NANOS_PER_MICRO,
                SpanAttributes.SYSCALL_TID,
                (long) rest.tid());
        slice(rest).addEvent(rest.epochNanos(), "unwatched", attributes);
    }

    void lost(TraceEvent.EventsLost lost) {
        Slice slice = slice(lost);
        slice.countLost(lost.count());
        slice.addEvent(lost.epochNanos(), "events lost", Attributes.of(SpanAttributes.EVENTS_LOST, lost.count()));
    }

    private Slice slice(TraceEvent event) {
        return traces.sliceFor(event.process(), event.epochNanos(), event.epochNanos());
    }
}
