// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.syscall.ExpectedErrors;
import dev.renacer.tracer.syscall.Parameter;
import dev.renacer.tracer.syscall.SignalNames;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which of the captured calls are wanted, by what became of them. Immutable.
 *
 * @param endings      how they may have ended
 * @param onlyErrors   whether they must have failed in a way that anybody would call a failure
 * @param minDuration  how long they took at least
 * @param descriptors  descriptors, one of which they must have as an argument; empty: any call
 * @param signals      the signals that are wanted, as calls are
 */
public record CallSelection(
        Set<Ending> endings, boolean onlyErrors, Duration minDuration, Set<Integer> descriptors, Set<Integer> signals) {
    /** How a call ended, in strace's words. */
    public enum Ending {
        /** It returned no error. */
        SUCCESSFUL,
        /** It returned an error. */
        FAILED,
        /** It never returned: exit, death of the thread, an execve of another one. */
        UNFINISHED,
        /** It returned, but its result could not be read. The capture knows no such call. */
        UNAVAILABLE,
        /** The trace ended before the call. */
        DETACHED;

        static Ending of(SyscallCall call) {
            return switch (call.outcome()) {
                case RETURNED -> SUCCESSFUL;
                case FAILED -> FAILED;
                case UNFINISHED -> call.left() ? DETACHED : UNFINISHED;
            };
        }

        /** As it is written on a command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Set<Integer> ALL_SIGNALS =
            IntStream.rangeClosed(1, SignalNames.LAST).boxed().collect(Collectors.toUnmodifiableSet());

    /** Every call, and every signal. */
    public static final CallSelection ALL =
            new CallSelection(Set.of(Ending.values()), false, Duration.ZERO, Set.of(), ALL_SIGNALS);

    public CallSelection {
        endings = Set.copyOf(endings);
        descriptors = Set.copyOf(descriptors);
        signals = Set.copyOf(signals);
    }

    /** With every signal. */
    public CallSelection(Set<Ending> endings, boolean onlyErrors, Duration minDuration, Set<Integer> descriptors) {
        this(endings, onlyErrors, minDuration, descriptors, ALL_SIGNALS);
    }

    /** Whether this event is wanted; those that are no signals are. */
    public boolean selects(TraceEvent event) {
        return switch (event) {
            case TraceEvent.SignalDelivered delivered ->
                signals.contains(delivered.info().signal());
            case TraceEvent.Stopped stopped -> signals.contains(stopped.signal());
            default -> true;
        };
    }

    /** Whether this call is wanted. */
    public boolean selects(SyscallCall call) {
        return endings.contains(Ending.of(call))
                && (!onlyErrors || isError(call))
                && call.durationNanos() >= minDuration.toNanos()
                && (descriptors.isEmpty() || hasDescriptor(call));
    }

    private static boolean isError(SyscallCall call) {
        return call.outcome() == Outcome.FAILED
                && !ExpectedErrors.contains(call.syscall().name(), call.errno());
    }

    private boolean hasDescriptor(SyscallCall call) {
        List<Parameter> parameters = call.syscall().parameters();
        for (int index = 0; index < parameters.size(); index++) {
            boolean isDescriptor = switch (parameters.get(index).kind()) {
                case FD, DIRFD -> true;
                default -> false;
            };
            if (isDescriptor && descriptors.contains((int) call.args()[index])) {
                return true;
            }
        }
        return false;
    }
}
