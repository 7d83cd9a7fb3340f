// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What happened to a traced process, in the order the tracer saw it. Times are nanoseconds since the epoch.
 */
public sealed interface TraceEvent {
    /** The process concerned. */
    TracedProcess process();

    /** When it happened; for a call, when it started. */
    long epochNanos();

    /** How a process came under trace. */
    enum Origin {
        /** It was already running and was attached to. */
        ATTACHED,
        /** This tracer launched it. */
        LAUNCHED,
        /** A traced process forked it. */
        FORKED
    }

    /**
     * A process comes under trace.
     *
     * @param creatorPid  of a forked process, the process that has forked it; 0: not known. Its parent may be another
     *     one: that of its creator (CLONE_PARENT), or the one that took it over when its creator had ended
     * @param creator     the thread of that process that has forked it; 0: not known
     */
    record ProcessStarted(TracedProcess process, long epochNanos, Origin origin, int creatorPid, int creator)
            implements TraceEvent {
        /** One whose creator is not known. */
        public ProcessStarted(TracedProcess process, long epochNanos, Origin origin) {
            this(process, epochNanos, origin, 0, 0);
        }
    }

    /** The process runs a new program. */
    record ProgramExecuted(TracedProcess process, long epochNanos) implements TraceEvent {}

    /**
     * A signal was delivered to the thread {@code tid}.
     *
     * @param source  of a fault, such as SIGSEGV, where in the user's own code it happened, if that was requested and is
     *     known
     * @param stack   of a fault, if that was requested
     */
    record SignalDelivered(
            TracedProcess process,
            long epochNanos,
            int tid,
            SignalInfo info,
            Optional<SourceLocation> source,
            Optional<CallStack> stack)
            implements TraceEvent {
        /** One whose source is not known. */
        public SignalDelivered(TracedProcess process, long epochNanos, int tid, SignalInfo info) {
            this(process, epochNanos, tid, info, Optional.empty(), Optional.empty());
        }

        /** One whose stack is not wanted. */
        public SignalDelivered(
                TracedProcess process, long epochNanos, int tid, SignalInfo info, Optional<SourceLocation> source) {
            this(process, epochNanos, tid, info, source, Optional.empty());
        }
    }

    /** The task entered group-stop (job control). */
    record Stopped(TracedProcess process, long epochNanos, int tid, int signal) implements TraceEvent {}

    /** A thread begins to rest (duty cycle): its calls from here on are not seen. If it rested already, it rests on. */
    record RestBegan(TracedProcess process, long epochNanos, int tid) implements TraceEvent {}

    /**
     * A thread's rest is over: its calls from here on are seen. That of a thread that ends first has no such event.
     *
     * @param beganNanos  when it began, in nanoseconds since the epoch
     */
    record RestEnded(TracedProcess process, long epochNanos, int tid, long beganNanos) implements TraceEvent {}

    /**
     * A thread is gone.
     *
     * @param status  as waitpid(2) encodes it; empty: not known
     */
    record ThreadExited(TracedProcess process, long epochNanos, int tid, OptionalInt status) implements TraceEvent {
        /** One whose status is not known. */
        public ThreadExited(TracedProcess process, long epochNanos, int tid) {
            this(process, epochNanos, tid, OptionalInt.empty());
        }
    }

    /**
     * The process is gone.
     *
     * @param exitCode    its exit code, if it exited
     * @param termSignal  the signal that killed it, if one did
     */
    record ProcessExited(
            TracedProcess process,
            long epochNanos,
            Optional<Integer> exitCode,
            Optional<Integer> termSignal,
            boolean coreDumped)
            implements TraceEvent {}

    /** Tracing ended while the process lives on. */
    record ProcessDetached(TracedProcess process, long epochNanos, DetachReason reason) implements TraceEvent {}

    /** Events were lost before this point because the ring was full. */
    record EventsLost(TracedProcess process, long epochNanos, long count) implements TraceEvent {}
}
