// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.span.parent.CallParent;
import dev.renacer.tracer.span.slice.Slice;
import dev.renacer.tracer.span.volume.CallDurations;
import dev.renacer.tracer.span.volume.CallKind;
import dev.renacer.tracer.span.volume.FoldStatistics;
import dev.renacer.tracer.span.volume.FoldedCall;
import dev.renacer.tracer.span.volume.SpanBudget;
import dev.renacer.tracer.syscall.IdleWaits;
import dev.renacer.tracer.syscall.Syscall;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link dev.renacer.tracer.span.volume.Volume#READABLE}: which calls of a target are spans of their own, and the folds
 * of the others. Folds are closed by the times of calls and with their slice. For the consumer thread.
 */
final class ReadableSpans {
    /** Takes what becomes a span when a fold is closed. */
    interface Receiver {
        /** A call that was held in a fold. */
        void call(Slice slice, SyscallSpan span);

        /** Those that have no spans of their own. */
        void summary(Slice slice, Kind kind, FoldStatistics folded);
    }

    /**
     * Calls that may be folded into one span.
     *
     * @param syscall  they call the same
     * @param status   with the same errno, or without
     * @param parent   their spans would have the same parent
     * @param state    and the same trace state: they were sampled by the same probability
     * @param calls    those of them that were made
     */
    record Kind(Syscall syscall, CallStatus status, CallParent parent, TraceState state, CallKind<SyscallSpan> calls) {
        Kind(Syscall syscall, CallStatus status, CallParent parent, TraceState state) {
            this(syscall, status, parent, state, new CallKind<>());
        }

        @SuppressWarnings("ReferenceEquality") // both are usually the very same: then that is found out quickly
        boolean is(CallStatus other, TraceState sampled) {
            return (status == other || status.equals(other)) && (state == sampled || state.equals(sampled));
        }
    }

    /** Under which of the application's own spans a kind is. */
    private record Published(Syscall syscall, CallStatus status, SpanContext parent, TraceState state) {}

    /**
     * The kinds of one slice. Under the process itself, by call: few have more than one errno. Under spans of the application, of which
     * there may be any number, each is forgotten with its fold.
     */
    private static final class SliceKinds {
        private final IdentityHashMap<Syscall, List<Kind>> byCall = new IdentityHashMap<>();
        private final List<Kind> inOrder = new ArrayList<>();
        private final Map<Published, Kind> published = new LinkedHashMap<>();

        Kind of(Syscall syscall, CallStatus status, CallParent parent, TraceState state) {
            return parent.source().isOfCall()
                    ? published.computeIfAbsent(
                            new Published(syscall, status, parent.span(), state),
                            _ -> new Kind(syscall, status, parent, state))
                    : underProcess(syscall, status, parent, state);
        }

        /** Without a lambda for the case that it is not known: one would be created anew for each call. */
        private Kind underProcess(Syscall syscall, CallStatus status, CallParent parent, TraceState state) {
            List<Kind> known = byCall.getOrDefault(syscall, List.of());
            for (Kind kind : known) {
                if (kind.is(status, state)) {
                    return kind;
                }
            }
            Kind kind = new Kind(syscall, status, parent, state);
            byCall.computeIfAbsent(syscall, _ -> new ArrayList<>()).add(kind);
            inOrder.add(kind);
            return kind;
        }

        int size() {
            return inOrder.size() + published.size();
        }
    }

    private final Optional<SpanBudget> targetBudget;
    private final Receiver receiver;
    private final Map<Slice, SliceKinds> slices = new LinkedHashMap<>();
    private final IdentityHashMap<Syscall, CallDurations> durations = new IdentityHashMap<>();
    private @Nullable Slice lastSlice;
    private @Nullable SliceKinds last;
    /** No open fold is due before. */
    private long nextDueNanos = Long.MAX_VALUE;

    private long latestNanos;

    /**
     * @param targetBudget  the limit of the whole target, besides that of each process
     */
    ReadableSpans(Optional<SpanBudget> targetBudget, Receiver receiver) {
        this.targetBudget = targetBudget;
        this.receiver = receiver;
    }

    /** The kind of a call that has ended. A program may use any number: those that no table knows are never folded. */
    Optional<Kind> kind(Slice slice, SyscallCall ended, CallStatus status, CallParent parent, TraceState state) {
        return ended.syscall().known()
                ? Optional.of(kinds(slice).of(ended.syscall(), status, parent, state))
                : Optional.empty();
    }

    /** Whether a call is a span of its own; if so, it is charged to the budgets. */
    boolean admits(Slice slice, Optional<Kind> kind, SyscallCall ended, CallStatus status) {
        boolean deserves = kind.isEmpty() || kind.get().calls().deserves(ended.endNanos(), mark(ended, status));
        return deserves
                && slice.process().budget().admits(ended.endNanos())
                && (targetBudget.isEmpty() || targetBudget.get().admits(ended, status.isFailure()));
    }

    private CallKind.Mark mark(SyscallCall call, CallStatus status) {
        CallDurations known = durations.get(call.syscall());
        if (known == null) {
            known = new CallDurations();
            durations.put(call.syscall(), known);
        }
        boolean slow =
                known.isSlow(call.durationNanos()) && !IdleWaits.contains(call.syscall(), call.args(), call.result());
        if (status.isFailure()) {
            return CallKind.Mark.FAILED;
        }
        return slow ? CallKind.Mark.SLOW : CallKind.Mark.NONE;
    }

    /**
     * Folds a call.
     *
     * @return whether there will be one span more for it
     */
    boolean fold(Slice slice, Kind kind, FoldedCall call, Supplier<SyscallSpan> span) {
        if (kind.calls().isDue(call.endNanos())) {
            close(slice, kind);
        }
        latestNanos = Math.max(latestNanos, call.endNanos());
        boolean another = kind.calls().fold(call, kinds(slice).size(), span);
        nextDueNanos = Math.min(nextDueNanos, kind.calls().dueNanos());
        return another;
    }

    /** Closes the folds to which nothing belongs that ends at this time or later. */
    void closeDue(long nanos) {
        if (nanos < nextDueNanos) {
            return;
        }
        nextDueNanos = Long.MAX_VALUE;
        slices.forEach((slice, kinds) -> {
            kinds.inOrder.forEach(kind -> closeDue(slice, kind, nanos));
            kinds.published.values().removeIf(kind -> closeDue(slice, kind, nanos));
        });
    }

    /** Whether the kind had a fold that was due. */
    private boolean closeDue(Slice slice, Kind kind, long nanos) {
        boolean due = kind.calls().isDue(nanos);
        if (due) {
            close(slice, kind);
        }
        nextDueNanos = Math.min(nextDueNanos, kind.calls().dueNanos());
        return due;
    }

    /** The slice ends: its folds are closed. */
    void close(Slice slice) {
        SliceKinds kinds = slices.remove(slice);
        if (kinds != null) {
            kinds.inOrder.forEach(kind -> close(slice, kind));
            kinds.published.values().forEach(kind -> close(slice, kind));
        }
        if (slice == lastSlice) {
            lastSlice = null;
            last = null;
        }
    }

    private void close(Slice slice, Kind kind) {
        long dueNanos = Math.min(latestNanos, kind.calls().dueNanos());
        kind.calls().close(dueNanos, slice.process().budget()).ifPresent(fold -> {
            fold.slowest().ifPresent(span -> charged(slice, span, dueNanos));
            fold.single().ifPresent(span -> charged(slice, span, dueNanos));
            fold.summary().ifPresent(folded -> {
                charge(dueNanos);
                receiver.summary(slice, kind, folded);
            });
        });
    }

    private void charged(Slice slice, SyscallSpan span, long nanos) {
        charge(nanos);
        receiver.call(slice, span);
    }

    private void charge(long nanos) {
        targetBudget.ifPresent(budget -> budget.charge(nanos));
    }

    private SliceKinds kinds(Slice slice) {
        SliceKinds known = last;
        if (slice == lastSlice && known != null) {
            return known;
        }
        known = slices.get(slice);
        if (known == null) {
            known = new SliceKinds();
            slices.put(slice, known);
        }
        lastSlice = slice;
        last = known;
        return known;
    }
}
