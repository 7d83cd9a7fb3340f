// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.output.notation.SignalFormatter;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.protobuf.ProtoMessage;
import dev.renacer.tracer.syscall.SignalNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A trace for Perfetto, written as the calls come: a track for each process and thread, a slice for each call, instants
 * for what else happens, arrows from a fork to what it made, from an execve to the new program, from a futex wake to
 * the wait it ended and from a send to the receive of the other end, and at the end a counter of the calls in flight. Times are those of CLOCK_REALTIME. Not
 * thread-safe.
 */
public final class PerfettoOutput implements TraceListener {
    private static final Set<String> FORKS = Set.of("fork", "vfork", "clone", "clone3");
    private static final Set<String> EXECS = Set.of("execve", "execveat");
    /** Flows to what a fork has made have the number of the task in these; all others are counted from 1. */
    private static final long TASK = 1L << 62;

    private final PacketStream packets;
    private final Tracks tracks;
    private final EventWriter events;
    private final CallSlices slices;
    private final List<Flows> flows;
    private final CallsInFlight inFlight = new CallsInFlight();
    private final StringBuilder text = new StringBuilder();
    /** By the thread that has forked, in a PID namespace of its own, the process that it has made. */
    private final Map<Integer, Integer> made = new HashMap<>();
    /** By process, the flow to the program that its execve has started. */
    private final Map<Integer, Long> executed = new HashMap<>();

    private OptionalLong epochOffset = OptionalLong.empty();
    private boolean begun;
    private long lastFlow;

    /**
     * @param names        writes what descriptors are (-y)
     * @param descriptors  knows what they are, if it gets the trace before this one
     * @param detail       how much is written of what arguments point to
     */
    public PerfettoOutput(ReportStream out, NameWriter names, Descriptors descriptors, TextDetail detail) {
        packets = new PacketStream(out);
        tracks = new Tracks(packets);
        events = new EventWriter(packets);
        slices = new CallSlices(events, names, detail);
        flows = List.of(
                new FutexFlows(() -> ++lastFlow, this::slice),
                new SocketFlows(call -> descriptors.names(call).argument(0), () -> ++lastFlow, this::slice));
    }

    @Override
    public void onBegin(long epochOffsetNanos) {
        epochOffset = OptionalLong.of(epochOffsetNanos);
    }

    @Override
    public void onCall(SyscallCall call) {
        if (packets.isBroken()) {
            return;
        }
        begin(call.startNanos());
        inFlight.add(call.startNanos(), call.endNanos());
        if (flows.stream().noneMatch(kind -> kind.hold(call))) {
            slice(call, OptionalLong.empty());
        }
        flows.forEach(kind -> kind.settle(call.endNanos()));
    }

    private void slice(SyscallCall call, OptionalLong woken) {
        long track = tracks.thread(call.process(), call.tid());
        List<Long> starts = new ArrayList<>();
        String name = call.syscall().name();
        if (FORKS.contains(name) && call.outcome() == Outcome.RETURNED && call.result() > 0) {
            made(call).ifPresent(starts::add);
        }
        if (EXECS.contains(name)) {
            Long flow = executed.remove(call.process().pid());
            if (flow != null) {
                starts.add(flow);
            }
        }
        flows.forEach(kind -> starts.addAll(kind.begun(call)));
        OptionalLong start = tracks.isFresh(call.tid()) ? OptionalLong.of(TASK | call.tid()) : OptionalLong.empty();
        slices.write(call, track, starts, start, woken);
    }

    /** The flow to what a call has made: it may only know its number in another PID namespace. */
    private OptionalLong made(SyscallCall call) {
        TracedProcess process = call.process();
        if (process.pid() == process.vpid()) {
            return OptionalLong.of(TASK | call.result());
        }
        Integer child = made.remove(call.tid());
        return child == null ? OptionalLong.empty() : OptionalLong.of(TASK | child);
    }

    @Override
    public void onEvent(TraceEvent event) {
        if (packets.isBroken()) {
            return;
        }
        begin(event.epochNanos());
        TracedProcess process = event.process();
        switch (event) {
            case TraceEvent.ProcessStarted started -> started(started);
            case TraceEvent.ProgramExecuted _ -> {
                tracks.rename(process);
                executed.put(process.pid(), ++lastFlow);
                instant(process.pid(), event, "program: " + process.name()).endOfFlow(lastFlow);
                events.end(event.epochNanos());
            }
            case TraceEvent.SignalDelivered signal -> {
                text.setLength(0);
                SignalFormatter.append(text, signal.info());
                instant(signal.tid(), event, SignalNames.of(signal.info().signal()))
                        .text("info", text.toString());
                events.end(event.epochNanos());
            }
            case TraceEvent.Stopped stopped -> {
                instant(stopped.tid(), event, "stopped by " + SignalNames.of(stopped.signal()));
                events.end(event.epochNanos());
            }
            case TraceEvent.RestBegan _ -> {
                // Its end says since when.
            }
            case TraceEvent.RestEnded rest -> {
                long track = tracks.thread(process, rest.tid());
                events.begin(Fields.Event.BEGIN, track).named(Categories.EVENT, "not watched");
                events.end(rest.beganNanos());
                events.begin(Fields.Event.END, track);
                events.end(rest.epochNanos());
            }
            case TraceEvent.ThreadExited exited -> {
                flows.forEach(kind -> kind.settle(call -> call.tid() == exited.tid()));
                made.remove(exited.tid());
                tracks.forgetThread(process.pid(), exited.tid());
            }
            case TraceEvent.ProcessExited exited -> {
                instant(process.pid(), event, ending(exited));
                events.end(event.epochNanos());
                forget(process.pid());
            }
            case TraceEvent.ProcessDetached _ -> {
                instant(process.pid(), event, "detached");
                events.end(event.epochNanos());
                forget(process.pid());
            }
            case TraceEvent.EventsLost loss -> {
                instant(process.pid(), event, "events lost").number("count", loss.count());
                events.end(event.epochNanos());
            }
        }
    }

    private void started(TraceEvent.ProcessStarted started) {
        TracedProcess process = started.process();
        forget(process.pid());
        boolean forked = started.origin() == TraceEvent.Origin.FORKED;
        EventWriter start = instant(process.pid(), started, forked ? "process started" : "trace begins");
        if (forked) {
            start.endOfFlow(TASK | process.pid());
        }
        events.end(started.epochNanos());
        tracks.isFresh(process.pid());
        if (process.pid() != process.vpid() && started.creator() != 0) {
            made.put(started.creator(), process.pid());
        }
    }

    private void forget(int pid) {
        flows.forEach(kind -> kind.settle(call -> call.process().pid() == pid));
        made.remove(pid);
        executed.remove(pid);
        tracks.forgetProcess(pid);
    }

    private EventWriter instant(int tid, TraceEvent event, String name) {
        return events.begin(Fields.Event.INSTANT, tracks.thread(event.process(), tid))
                .namedFreely(Categories.EVENT, name);
    }

    private static String ending(TraceEvent.ProcessExited exited) {
        return exited.exitCode()
                .map(code -> "exited with " + code)
                .or(() -> exited.termSignal().map(signal -> "killed by " + SignalNames.of(signal)))
                .orElse("ended");
    }

    /** The first packet says that nothing is known before it, and which clock the times are of. */
    private void begin(long epochNanos) {
        if (begun) {
            return;
        }
        begun = true;
        ProtoMessage clock = new ProtoMessage();
        ProtoMessage snapshot = new ProtoMessage();
        snapshot.message(Fields.Snapshot.CLOCKS, clock(clock, Fields.REALTIME, epochNanos));
        epochOffset.ifPresent(offset ->
                snapshot.message(Fields.Snapshot.CLOCKS, clock(clock, Fields.MONOTONIC, epochNanos - offset)));
        // Nothing here is of this clock, but the importer ties the one of the trace to it, and counts an error if it
        // cannot.
        snapshot.message(Fields.Snapshot.CLOCKS, clock(clock, Fields.BOOTTIME, epochNanos - epochOffset.orElse(0)));
        snapshot.number(Fields.Snapshot.PRIMARY, Fields.REALTIME);
        packets.begin().message(Fields.Packet.CLOCK_SNAPSHOT, snapshot);
        packets.end(0);
        packets.begin().message(Fields.Packet.DEFAULTS, clock.clear().number(Fields.DEFAULT_CLOCK, Fields.REALTIME));
        packets.end(Fields.INCREMENTAL_STATE_CLEARED | Fields.NEEDS_INCREMENTAL_STATE);
    }

    private static ProtoMessage clock(ProtoMessage clock, int id, long nanos) {
        return clock.clear().number(Fields.Snapshot.CLOCK_ID, id).number(Fields.Snapshot.CLOCK_TIME, nanos);
    }

    @Override
    public void onIdle() {
        packets.flush();
    }

    @Override
    public void onEnd() {
        flows.forEach(kind -> kind.settle(Long.MAX_VALUE));
        if (begun) {
            tracks.counter(inFlight.stepNanos());
            inFlight.each((time, calls) -> {
                events.begin(Fields.Event.COUNTER, Tracks.COUNTER).value(calls);
                events.end(time);
            });
        }
        packets.flush();
    }
}
