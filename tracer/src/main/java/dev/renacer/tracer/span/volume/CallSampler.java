// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

import dev.renacer.tracer.SyscallCall;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the rules of {@link Sampling} about calls and says in each span's trace state by which probability it was kept,
 * so that who counts spans can extrapolate: the key {@code ot} with {@code th:THRESHOLD} (OpenTelemetry's specification,
 * trace/tracestate-handling.md). It says so only where that probability is known: in the application's own trace, which
 * the application itself may have sampled before, only if the trace state that came with it tells by which threshold.
 * Without a rule of probability trace states stay as they are. For one thread.
 */
public final class CallSampler {
    private final Sampling rules;
    private final boolean probable;
    private @Nullable SpanContext lastParent;
    private OtelTraceState last = OtelTraceState.of(TraceState.getDefault());
    private long randomness;
    private long lastThreshold = Sampling.LEFT_OUT;
    private TraceState lastState = TraceState.getDefault();

    public CallSampler(Sampling rules) {
        this.rules = rules;
        this.probable = rules.isProbable();
    }

    /**
     * The trace state of a call's span; null: it is left out.
     *
     * @param isFailure  whether anybody would call it a failure
     * @param parent     of the span; in the same trace
     * @param own        whether the trace began here, so that nobody has sampled it before
     */
    public @Nullable TraceState keeps(SyscallCall call, boolean isFailure, SpanContext parent, boolean own) {
        if (probable) {
            look(parent);
        }
        long threshold = rules.threshold(call, isFailure, randomness);
        if (threshold == Sampling.LEFT_OUT) {
            return null;
        }
        return probable ? state(parent, threshold, own) : parent.getTraceState();
    }

    @SuppressWarnings("ReferenceEquality") // calls that follow each other mostly have the very same parent
    private void look(SpanContext parent) {
        if (parent != lastParent) {
            lastParent = parent;
            last = OtelTraceState.of(parent.getTraceState());
            randomness = last.randomness(parent.getTraceId());
            lastThreshold = Sampling.LEFT_OUT;
        }
    }

    private TraceState state(SpanContext parent, long threshold, boolean own) {
        if (threshold != lastThreshold) {
            lastThreshold = threshold;
            Optional<Long> before = own ? Optional.of(0L) : last.threshold().filter(sampled -> randomness >= sampled);
            lastState = last.with(parent.getTraceState(), before.map(sampled -> Math.max(sampled, threshold)));
        }
        return lastState;
    }
}
