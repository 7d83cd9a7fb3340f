// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.recording.block.BlockInput;
import dev.renacer.tracer.recording.block.BlockOutput;
import dev.renacer.tracer.recording.block.RecordingException;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import java.util.Optional;
import java.util.OptionalInt;

/** How events of processes are written: tag, process, time, and what the kind of event has. */
final class EventCode {
    private EventCode() {}

    static void write(BlockOutput out, WrittenNames names, CallWriter times, TraceEvent event) {
        out.one(tag(event));
        names.process(event.process());
        times.time(event.epochNanos());
        switch (event) {
            case TraceEvent.ProcessStarted started -> {
                out.one(Numbered.ORIGINS.of(started.origin()));
                out.signed(started.creatorPid());
                out.signed(started.creator());
            }
            case TraceEvent.ProgramExecuted _ -> {
                // The process says it all.
            }
            case TraceEvent.SignalDelivered signal -> {
                out.signed(signal.tid());
                SignalCode.write(out, signal.info());
                out.one((signal.source().isPresent() ? Tag.HAS_SOURCE : 0)
                        | (signal.stack().isPresent() ? Tag.HAS_STACK : 0));
                signal.source().ifPresent(names::source);
                signal.stack().ifPresent(names::stack);
            }
            case TraceEvent.Stopped stopped -> {
                out.signed(stopped.tid());
                out.signed(stopped.signal());
            }
            case TraceEvent.RestBegan rest -> out.signed(rest.tid());
            case TraceEvent.RestEnded rest -> {
                out.signed(rest.tid());
                out.signed(rest.epochNanos() - rest.beganNanos());
            }
            case TraceEvent.ThreadExited exited -> {
                out.signed(exited.tid());
                out.one(exited.status().isPresent() ? 1 : 0);
                if (exited.status().isPresent()) {
                    out.signed(exited.status().getAsInt());
                }
            }
            case TraceEvent.ProcessExited exited -> {
                out.one((exited.exitCode().isPresent() ? 1 : 0)
                        | (exited.termSignal().isPresent() ? 2 : 0)
                        | (exited.coreDumped() ? 4 : 0));
                exited.exitCode().ifPresent(out::signed);
                exited.termSignal().ifPresent(out::signed);
            }
            case TraceEvent.ProcessDetached detached ->
                out.number(detached.reason().number());
            case TraceEvent.EventsLost lost -> out.number(lost.count());
        }
    }

    private static int tag(TraceEvent event) {
        return switch (event) {
            case TraceEvent.ProcessStarted _ -> Tag.PROCESS_STARTED;
            case TraceEvent.ProgramExecuted _ -> Tag.PROGRAM_EXECUTED;
            case TraceEvent.SignalDelivered _ -> Tag.SIGNAL_DELIVERED;
            case TraceEvent.Stopped _ -> Tag.STOPPED;
            case TraceEvent.RestBegan _ -> Tag.REST_BEGAN;
            case TraceEvent.RestEnded _ -> Tag.REST_ENDED;
            case TraceEvent.ThreadExited _ -> Tag.THREAD_EXITED;
            case TraceEvent.ProcessExited _ -> Tag.PROCESS_EXITED;
            case TraceEvent.ProcessDetached _ -> Tag.PROCESS_DETACHED;
            case TraceEvent.EventsLost _ -> Tag.EVENTS_LOST;
        };
    }

    /**
     * Reads an event whose tag was read.
     *
     * @param sources  whether signals are to have their source
     * @param stacks   likewise for stacks
     */
    static TraceEvent read(int tag, BlockInput in, ReadNames names, CallReader times, boolean sources, boolean stacks)
            throws RecordingException {
        TracedProcess process = names.process();
        long nanos = times.time();
        return switch (tag) {
            case Tag.PROCESS_STARTED ->
                new TraceEvent.ProcessStarted(
                        process, nanos, Numbered.ORIGINS.get(in.one()), in.signedInt(), in.signedInt());
            case Tag.PROGRAM_EXECUTED -> new TraceEvent.ProgramExecuted(process, nanos);
            case Tag.SIGNAL_DELIVERED -> signal(process, nanos, in, names, sources, stacks);
            case Tag.STOPPED -> new TraceEvent.Stopped(process, nanos, in.signedInt(), in.signedInt());
            case Tag.REST_BEGAN -> new TraceEvent.RestBegan(process, nanos, in.signedInt());
            case Tag.REST_ENDED -> new TraceEvent.RestEnded(process, nanos, in.signedInt(), nanos - in.signed());
            case Tag.THREAD_EXITED ->
                new TraceEvent.ThreadExited(
                        process,
                        nanos,
                        in.signedInt(),
                        in.one() == 0 ? OptionalInt.empty() : OptionalInt.of(in.signedInt()));
            case Tag.PROCESS_EXITED -> exited(process, nanos, in);
            case Tag.PROCESS_DETACHED -> new TraceEvent.ProcessDetached(process, nanos, reason(in));
            case Tag.EVENTS_LOST -> new TraceEvent.EventsLost(process, nanos, in.number());
            default -> throw new RecordingException("a record has the unknown kind " + tag);
        };
    }

    private static TraceEvent signal(
            TracedProcess process, long nanos, BlockInput in, ReadNames names, boolean sources, boolean stacks)
            throws RecordingException {
        int tid = in.signedInt();
        var info = SignalCode.read(in);
        int more = in.one();
        var source = (more & Tag.HAS_SOURCE) == 0 ? Optional.<SourceLocation>empty() : names.source();
        var stack = (more & Tag.HAS_STACK) == 0 ? Optional.<CallStack>empty() : names.stack();
        return new TraceEvent.SignalDelivered(
                process, nanos, tid, info, sources ? source : Optional.empty(), stacks ? stack : Optional.empty());
    }

    private static TraceEvent exited(TracedProcess process, long nanos, BlockInput in) throws RecordingException {
        int flags = in.one();
        Optional<Integer> code = (flags & 1) == 0 ? Optional.empty() : Optional.of(in.signedInt());
        Optional<Integer> signal = (flags & 2) == 0 ? Optional.empty() : Optional.of(in.signedInt());
        return new TraceEvent.ProcessExited(process, nanos, code, signal, (flags & 4) != 0);
    }

    private static DetachReason reason(BlockInput in) throws RecordingException {
        int number = in.upTo(Integer.MAX_VALUE, "the reason of a detach");
        try {
            return DetachReason.of(number);
        } catch (IllegalArgumentException e) {
            throw new RecordingException(String.valueOf(e.getMessage()));
        }
    }
}
