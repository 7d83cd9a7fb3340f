// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.slice;

import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.span.attribute.RequestGapAttributes;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import dev.renacer.tracer.span.volume.CallCounts;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A stretch of one process's life that is represented by one root span. It grows to hold each call that returns in it
 * and each child process begun in it, so that its root never begins after or ends before a child.
 */
public final class Slice {
    /** The default limit of events for a span in the OpenTelemetry SDK; more are counted as dropped. */
    private static final int MAX_EVENTS = 128;

    private final ProcessTrace process;
    private final OpenTrace trace;
    private final SliceContext context;
    private final ProcessResources resources;
    private final SpanContext parent;
    private final Optional<Slice> parentSlice;
    private final List<LinkData> links;
    private final int index;
    private final List<EventData> events = new ArrayList<>();
    private int eventsTotal;
    private final CallCounts calls = new CallCounts();
    private Attributes times = Attributes.empty();
    private long eventsLost;
    private long startNanos;
    private long endNanos;

    /**
     * @param parent       the span the root is a child of, or invalid
     * @param parentSlice  the parent process's slice, if it is open
     * @param index        which slice of the process this is, from 1
     */
    Slice(
            ProcessTrace process,
            OpenTrace trace,
            SliceContext context,
            ProcessResources resources,
            SpanContext parent,
            Optional<Slice> parentSlice,
            List<LinkData> links,
            int index,
            long openedNanos) {
        this.process = process;
        this.trace = trace;
        this.context = context;
        this.resources = resources;
        this.parent = parent;
        this.parentSlice = parentSlice;
        this.links = links;
        this.index = index;
        this.startNanos = openedNanos;
        this.endNanos = openedNanos;
    }

    /** The process whose life it is a stretch of. */
    public ProcessTrace process() {
        return process;
    }

    /** What became of the calls of the process while it was open. */
    public CallCounts calls() {
        return calls;
    }

    OpenTrace trace() {
        return trace;
    }

    /** What its calls have in common. */
    public SliceContext context() {
        return context;
    }

    /** What a process is, as far as it is known now. */
    public Resource resourceOf(TracedProcess of) {
        return process.resource(of, resources);
    }

    /**
     * Widens this slice to hold the given time, and its parents with it. A parent process that has ended keeps the end
     * it had: its child outlives it.
     */
    public void cover(long fromNanos, long toNanos) {
        boolean wider = false;
        if (fromNanos < startNanos) {
            startNanos = fromNanos;
            wider = true;
        }
        if (toNanos > endNanos) {
            endNanos = toNanos;
            wider = true;
        }
        if (wider && parentSlice.isPresent()) {
            Slice above = parentSlice.get();
            above.cover(fromNanos, above.process.ending().isPresent() ? above.endNanos : toNanos);
        }
    }

    /** Adds an event to the root span; the slice grows to hold it. */
    public void addEvent(long epochNanos, String name, Attributes attributes) {
        eventsTotal++;
        if (events.size() < MAX_EVENTS) {
            events.add(EventData.create(epochNanos, name, attributes));
        }
        cover(epochNanos, epochNanos);
    }

    /** Counts events of the process that were lost. */
    public void countLost(long count) {
        eventsLost += count;
        calls.countMade(count);
        calls.countLost(count);
    }

    /** Says where the time of the process went while it was open. */
    public void spent(Attributes where) {
        times = where;
    }

    /** The root span, with the process as it is known now. */
    ProcessSpan root(SliceEnding ending) {
        TracedProcess latest = process.latest();
        return new ProcessSpan(
                "process: " + latest.name(),
                context.of(process.resource(latest, resources)),
                parent,
                startNanos,
                endNanos,
                ending.status(),
                attributes(latest, ending),
                List.copyOf(events),
                eventsTotal,
                links);
    }

    private static void describe(CallCounts calls, AttributesBuilder attributes) {
        attributes.put(SpanAttributes.CALLS_MADE, calls.made());
        attributes.put(SpanAttributes.CALLS_EXPORTED, calls.exported());
        if (calls.folded() > 0) {
            attributes.put(SpanAttributes.CALLS_FOLDED, calls.folded());
        }
        if (calls.sampled() > 0) {
            attributes.put(SpanAttributes.CALLS_SAMPLED, calls.sampled());
        }
        if (calls.lost() > 0) {
            attributes.put(SpanAttributes.CALLS_LOST, calls.lost());
        }
    }

    private Attributes attributes(TracedProcess latest, SliceEnding ending) {
        AttributesBuilder attributes = Attributes.builder();
        attributes.put(SpanAttributes.PROCESS_COMMAND, latest.executable().orElse(latest.name()));
        if (!process.commandArguments().isEmpty()) {
            attributes.put(SpanAttributes.PROCESS_COMMAND_ARGS, process.commandArguments());
        }
        attributes.put(SpanAttributes.PROCESS_EXECUTABLE_NAME, latest.name());
        latest.executable().ifPresent(path -> attributes.put(SpanAttributes.PROCESS_EXECUTABLE_PATH, path));
        attributes.put(SpanAttributes.PROCESS_PID, (long) latest.pid());
        latest.created()
                .ifPresent(when -> attributes.put(SpanAttributes.PROCESS_CREATION_TIME, ProcessResources.text(when)));
        attributes.put(SpanAttributes.PROCESS_VPID, (long) latest.vpid());
        if (latest.parentPid() != 0) {
            attributes.put(SpanAttributes.PROCESS_PARENT_PID, (long) latest.parentPid());
        }
        attributes.put(SpanAttributes.SYSCALL_PARENT_SOURCE, context.source().attribute());
        attributes.put(SpanAttributes.SLICE_INDEX, (long) index);
        if (eventsLost > 0) {
            attributes.put(SpanAttributes.EVENTS_LOST, eventsLost);
        }
        describe(calls, attributes);
        process.takeMissing().forEach((gap, count) -> attributes.put(RequestGapAttributes.of(gap), count));
        attributes.putAll(times);
        ending.describe(attributes);
        return attributes.build();
    }
}
