// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.parent;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.span.slice.Slice;
import dev.renacer.tracer.span.slice.SliceContext;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Optional;

/**
 * Finds the parents of calls, and leaves out those for traces that nobody records. What was found last is kept: the call
 * that follows mostly has the same. Belongs to the consumer thread; the figure may be read by any.
 */
public final class CallParents {
    private final boolean unsampled;
    private final boolean isGivenUnrecorded;
    private Optional<Found> last = Optional.empty();

    /** Written only by the consumer thread. */
    private volatile long left;

    private record Found(
            SliceContext slice, TracedProcess process, Optional<ThreadContext> context, CallParent parent) {
        @SuppressWarnings("ReferenceEquality") // equal ones are found all the same, only later
        boolean isOf(SliceContext other, SyscallCall call) {
            return slice == other && process == call.process() && context.equals(call.context());
        }
    }

    /**
     * @param given      the span that the processes' traces continue
     * @param unsampled  whether calls for a trace that is not recorded have spans, too
     */
    public CallParents(Optional<SpanContext> given, boolean unsampled) {
        this.unsampled = unsampled;
        this.isGivenUnrecorded = given.isPresent() && !given.get().isSampled();
    }

    /** Whether nobody records the given trace, so that the processes have no spans. */
    public boolean leavesOutProcesses() {
        return !unsampled && isGivenUnrecorded;
    }

    /** Whether nobody records what this call is for, so that it has no span. It is counted. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only the consumer thread writes
    public boolean leavesOut(SyscallCall call) {
        boolean out = isUnrecorded(call);
        left += out ? 1 : 0;
        return out;
    }

    /** Whether that is so, without counting it. */
    public boolean isUnrecorded(SyscallCall call) {
        return !unsampled && call.context().map(context -> !context.sampled()).orElse(isGivenUnrecorded);
    }

    /** What the call's span is a child of. */
    public CallParent of(SyscallCall call, Slice slice) {
        SliceContext context = slice.context();
        if (last.isEmpty() || !last.get().isOf(context, call)) {
            Resource resource = slice.resourceOf(call.process());
            CallParent parent = call.context()
                    .map(published -> CallParent.published(
                            published,
                            context,
                            resource,
                            slice.process().boxed(call.process().pid())))
                    .orElseGet(() -> CallParent.root(context, resource));
            last = Optional.of(new Found(context, call.process(), call.context(), parent));
        }
        return last.get().parent();
    }

    /** How many calls were left out. */
    public long left() {
        return left;
    }
}
