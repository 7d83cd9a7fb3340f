// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.syscall.ExpectedErrors;
import dev.renacer.tracer.syscall.Parameter;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Which of the captured calls are wanted, by what became of them. Immutable.
 *
 * @param outcomes     how they may have ended
 * @param onlyErrors   whether they must have failed in a way that anybody would call a failure
 * @param minDuration  how long they took at least
 * @param descriptors  descriptors, one of which they must have as an argument; empty: any call
 */
public record CallSelection(Set<Outcome> outcomes, boolean onlyErrors, Duration minDuration, Set<Integer> descriptors) {
    /** Every call. */
    public static final CallSelection ALL = new CallSelection(Set.of(Outcome.values()), false, Duration.ZERO, Set.of());

    public CallSelection {
        outcomes = Set.copyOf(outcomes);
        descriptors = Set.copyOf(descriptors);
    }

    /** Whether this call is wanted. */
    public boolean selects(SyscallCall call) {
        return outcomes.contains(call.outcome())
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
