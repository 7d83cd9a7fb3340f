// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.capture.ring.CapturedEvent;
import dev.renacer.capture.ring.DetachReason;
import dev.renacer.capture.ring.EventFlags;
import dev.renacer.capture.ring.EventKind;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.context.CapturedContexts;
import dev.renacer.tracer.context.PublishedContext;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.http.HttpContexts;
import dev.renacer.tracer.http.RequestGap;
import dev.renacer.tracer.source.CallSites;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Turns captured events into named calls and into events of processes: the step between the ring and the listeners.
 * Holds the session's processes. Not thread-safe: one decoder serves one consumer thread.
 */
public final class SyscallDecoder {
    private static final int ARGUMENTS = 6;
    private static final int SIGNAL_MASK = 0x7f;
    /** RC_STATUS_UNKNOWN of event.h. */
    private static final int UNKNOWN_STATUS = -1;

    private static final int CORE_FLAG = 0x80;

    private final SyscallTable table = SyscallTable.instance();
    private final SubCalls subCalls = new SubCalls();
    private final KnownPieces pieces = new KnownPieces();
    private final CapturedContexts contexts = new CapturedContexts();
    private final HttpContexts requests = new HttpContexts(this::missing);
    private final ProcessTable processes = new ProcessTable();
    private final long epochOffsetNanos;
    private final TraceListener out;
    private final CallSites sites;
    private final boolean readsData;
    private Optional<TracedProcess> last = Optional.empty();

    /**
     * @param epochOffsetNanos  added to an event's time to get nanoseconds since the epoch
     * @param out               receives what is decoded
     * @param sites             says where calls come from
     */
    public SyscallDecoder(long epochOffsetNanos, TraceListener out, CallSites sites) {
        this.epochOffsetNanos = epochOffsetNanos;
        this.out = out;
        this.sites = sites;
        this.readsData = out.readsData();
    }

    /** Decodes one event and passes on its meaning; first the loss directly before it, if there was one. */
    public void decode(CapturedEvent event) {
        EventKind kind = event.kind();
        TracedProcess process = kind == EventKind.PROCESS_STARTED ? started(event) : process(event);
        lossBefore(event, process);
        Optional<TraceEvent> told = switch (kind) {
            case CALL, CALL_UNFINISHED -> {
                tell(call(event, process, kind), event.flags());
                yield Optional.empty();
            }
            case THREAD_TIME -> {
                out.onThreadTime(threadTime(event, process));
                yield Optional.empty();
            }
            case MAPPINGS -> {
                sites.mapped(event);
                yield Optional.empty();
            }
            case PROCESS_CONTEXT -> {
                last = Optional.of(processes.published(process, PublishedContext.resourceOf(event)));
                yield Optional.empty();
            }
            case PROCESS_STARTED ->
                Optional.of(new TraceEvent.ProcessStarted(
                        process, time(event), origin(event.flags()), (int) event.arg(2), (int) event.arg(1)));
            case EXEC -> Optional.of(new TraceEvent.ProgramExecuted(executed(event, process), time(event)));
            case SIGNAL ->
                Optional.of(new TraceEvent.SignalDelivered(
                        process, time(event), event.tid(), signal(event), faultSite(event), faultStack(event)));
            case GROUP_STOP -> Optional.of(new TraceEvent.Stopped(process, time(event), event.tid(), event.aux()));
            case REST_BEGAN -> {
                requests.lose(event.tgid()); // its calls are not seen
                yield Optional.of(new TraceEvent.RestBegan(process, time(event), event.tid()));
            }
            case REST_ENDED ->
                Optional.of(
                        new TraceEvent.RestEnded(process, time(event), event.tid(), event.arg(0) + epochOffsetNanos));
            case THREAD_STARTED -> Optional.empty(); // its first call reports it
            case THREAD_EXITED -> {
                requests.threadEnded(event.tid());
                yield Optional.of(new TraceEvent.ThreadExited(process, time(event), event.tid(), status(event)));
            }
            case PROCESS_EXITED -> Optional.of(exited(ended(process), time(event), event.aux()));
            case DETACHED ->
                Optional.of(new TraceEvent.ProcessDetached(ended(process), time(event), DetachReason.of(event.aux())));
        };
        if (told.isPresent()) {
            out.onEvent(told.get());
        }
    }

    /**
     * Reports events that were lost after the last one in the ring.
     *
     * @param count       how many
     * @param epochNanos  when the last one was
     */
    public void lostAtEnd(long count, long epochNanos) {
        TracedProcess process = last.orElseGet(() -> new TracedProcess(0, 0, 0, "unknown", Optional.empty()));
        out.onEvent(new TraceEvent.EventsLost(process, epochNanos, count));
    }

    /** See {@link HttpContexts#missing}. */
    long missing(RequestGap gap) {
        return requests.missing(gap);
    }

    private void missing(int pid, RequestGap gap, long count) {
        processes.find(pid).ifPresent(process -> out.onRequestGap(process, gap, count));
    }

    private TracedProcess started(CapturedEvent event) {
        TracedProcess process = processes.started(event);
        last = Optional.of(process);
        return process;
    }

    private TracedProcess executed(CapturedEvent event, TracedProcess before) {
        TracedProcess process = processes.executed(event, before);
        sites.executed(event.tgid());
        requests.forget(event.tgid());
        last = Optional.of(process);
        return process;
    }

    private TracedProcess ended(TracedProcess process) {
        processes.ended(process);
        requests.forget(process.pid());
        sites.ended(process.pid());
        return process;
    }

    private void tell(SyscallCall call, int flags) {
        if ((flags & EventFlags.UNASKED) == 0) {
            out.onCall(call);
        } else {
            out.onUnaskedCall(call);
        }
    }

    private static Origin origin(int flags) {
        if ((flags & EventFlags.LAUNCHED) != 0) {
            return Origin.LAUNCHED;
        }
        return (flags & EventFlags.FORKED) != 0 ? Origin.FORKED : Origin.ATTACHED;
    }

    private TracedProcess process(CapturedEvent event) {
        Optional<TracedProcess> known = processes.find(event.tgid());
        if (known.isPresent()) {
            last = known;
            return known.get();
        }
        TracedProcess process = processes.startLost(event.tgid());
        last = Optional.of(process);
        out.onEvent(new TraceEvent.ProcessStarted(process, time(event), Origin.ATTACHED));
        return process;
    }

    private void lossBefore(CapturedEvent event, TracedProcess process) {
        int lost = event.droppedBefore();
        if (lost != 0) {
            requests.lose();
            out.onEvent(new TraceEvent.EventsLost(process, time(event), Integer.toUnsignedLong(lost)));
        }
    }

    private SyscallCall call(CapturedEvent event, TracedProcess process, EventKind kind) {
        long[] args = new long[ARGUMENTS];
        for (int index = 0; index < ARGUMENTS; index++) {
            args[index] = event.arg(index);
        }
        long start = time(event);
        Syscall syscall = syscall(event);
        return subCalls.resolved(new SyscallCall(
                process,
                event.tid(),
                syscall,
                start,
                Math.max(start, event.endNanos() + epochOffsetNanos),
                outcome(kind, event.flags()),
                kind == EventKind.CALL ? event.result() : 0,
                args,
                readsData || syscall.abi() == Abi.I386 ? data(event) : List.of(), // subcalls are told by theirs
                (event.flags() & EventFlags.IN_PROGRESS_AT_ATTACH) != 0,
                sites.locate(event),
                event.instructionPointer(),
                (event.flags() & EventFlags.UNASKED) == 0 ? sites.stack(event) : Optional.empty(),
                (event.flags() & EventFlags.LEFT) != 0,
                context(event, syscall)));
    }

    /** What the application itself has published goes before what its request says. */
    private Optional<ThreadContext> context(CapturedEvent event, Syscall syscall) {
        Optional<ThreadContext> request = requests.of(event, syscall);
        Optional<ThreadContext> published = contexts.of(event);
        return published.isPresent() ? published : request;
    }

    private Syscall syscall(CapturedEvent event) {
        Abi abi = Abi.ofAuditArch(event.arch()).orElse(Abi.X86_64);
        return table.lookup(abi, event.number());
    }

    /** The arguments are those of {@code enum rc_time_arg} in event.h. */
    private ThreadTime threadTime(CapturedEvent event, TracedProcess process) {
        long start = time(event);
        return new ThreadTime(
                process,
                event.tid(),
                start,
                Math.max(start, event.endNanos() + epochOffsetNanos),
                event.arg(0),
                event.arg(1),
                event.arg(2),
                event.arg(3),
                event.arg(4),
                event.arg(5),
                event.arg(5) == 0 ? Optional.empty() : Optional.of(syscall(event)),
                event.aux(),
                event.result(),
                event.instructionPointer(),
                event.stackPointer(),
                (event.flags() & EventFlags.UNREAD) == 0,
                (event.flags() & EventFlags.UNASKED) != 0);
    }

    private static Outcome outcome(EventKind kind, int flags) {
        if (kind == EventKind.CALL_UNFINISHED) {
            return Outcome.UNFINISHED;
        }
        return (flags & EventFlags.ERROR) != 0 ? Outcome.FAILED : Outcome.RETURNED;
    }

    private List<CapturedData> data(CapturedEvent event) {
        int count = event.pieceCount();
        int arguments = 0;
        for (int piece = 0; piece < count; piece++) {
            arguments += event.pieceArg(piece) < ARGUMENTS ? 1 : 0;
        }
        if (arguments == 0) {
            return List.of();
        }
        if (arguments == 1 && count == 1) {
            return pieces.alone(event);
        }
        CapturedData[] data = new CapturedData[arguments];
        for (int piece = 0, at = 0; piece < count; piece++) {
            if (event.pieceArg(piece) < ARGUMENTS) {
                data[at++] = pieces.of(event, piece);
            }
        }
        return List.of(data);
    }

    /** Only a fault comes with a stack. */
    private Optional<SourceLocation> faultSite(CapturedEvent event) {
        return event.pieceCount() == 0 ? Optional.empty() : sites.locate(event);
    }

    private Optional<CallStack> faultStack(CapturedEvent event) {
        return event.pieceCount() == 0 ? Optional.empty() : sites.stack(event).map(CallStack::atFault);
    }

    private static SignalInfo signal(CapturedEvent event) {
        return SignalInfo.of(
                event.aux(),
                (int) event.arg(0),
                (int) event.arg(1),
                event.arg(2),
                event.arg(3),
                event.arg(4),
                event.arg(5));
    }

    /** The status of a thread that has ended, as waitpid(2) encodes it, if the core got to know it. */
    private static OptionalInt status(CapturedEvent event) {
        return event.aux() == UNKNOWN_STATUS ? OptionalInt.empty() : OptionalInt.of(event.aux());
    }

    /** Reads a status as waitpid(2) encodes it. */
    private static TraceEvent exited(TracedProcess process, long epochNanos, int status) {
        int signal = status & SIGNAL_MASK;
        return signal == 0
                ? new TraceEvent.ProcessExited(
                        process, epochNanos, Optional.of(status >> 8 & 0xff), Optional.empty(), false)
                : new TraceEvent.ProcessExited(
                        process, epochNanos, Optional.empty(), Optional.of(signal), (status & CORE_FLAG) != 0);
    }

    private long time(CapturedEvent event) {
        return event.startNanos() + epochOffsetNanos;
    }
}
