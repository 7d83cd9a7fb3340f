// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.slice;

import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.http.RequestGap;
import dev.renacer.tracer.span.volume.ProcessBudget;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is kept about a process under trace: its identity, its open slice, and the root of the previous slice. */
public final class ProcessTrace {
    /** Number of slots in a direct-mapped cache of boxed thread ids; a power of two. */
    private static final int TID_SLOTS = 16;

    private final Long[] tids = new Long[TID_SLOTS];
    private final ProcessBudget budget = new ProcessBudget();
    private TracedProcess latest;
    private TracedProcess described;
    private Optional<Resource> resource = Optional.empty();
    private List<String> commandArguments = List.of();
    private Optional<Slice> current = Optional.empty();
    private Optional<SpanContext> previousRoot;
    private Optional<SliceEnding> ending = Optional.empty();
    private long endNanos;
    private int slicesOpened;
    /** What is not known of requests since the last root, by what they are counted as. */
    private final Map<RequestGap, Long> gaps = new EnumMap<>(RequestGap.class);

    /**
     * @param previousRoot  the last root of this pid, if a process with it is known and gone
     */
    ProcessTrace(TracedProcess process, Optional<SpanContext> previousRoot) {
        this.latest = process;
        this.described = process;
        this.previousRoot = previousRoot;
        Arrays.fill(tids, 0L);
    }

    /** The process as it is known now. */
    public TracedProcess latest() {
        return latest;
    }

    /** How many spans it may have. */
    public ProcessBudget budget() {
        return budget;
    }

    /** The process runs another program now. */
    public void become(TracedProcess process) {
        latest = process;
        commandArguments = List.of(); // its own are reported later, with the execve
    }

    /** Notices what the process has published about itself. */
    void published(TracedProcess process) {
        if (!process.published().isEmpty() && !process.published().equals(latest.published())) {
            latest = latest.publishing(process.published());
        }
    }

    /**
     * What the process is. Always the same instance while it is that.
     *
     * @param as  the process as it was known at a call of its
     */
    @SuppressWarnings("ReferenceEquality") // it is mostly the very same: then that is found out quickly
    Resource resource(TracedProcess as, ProcessResources resources) {
        if (resource.isEmpty() || (as != described && !ProcessResources.areAlike(as, described))) {
            resource = Optional.of(resources.of(as));
        }
        described = as;
        return resource.get();
    }

    /** It is not known for which request its calls are made, as often as that. */
    void missing(RequestGap gap, long count) {
        gaps.merge(gap, count, Long::sum);
    }

    /** How often that was so since this was last called, by the reason. */
    Map<RequestGap, Long> takeMissing() {
        Map<RequestGap, Long> taken = Map.copyOf(gaps);
        gaps.clear();
        return taken;
    }

    /** What its program was executed with, from argument 0 on. */
    public void commandArguments(List<String> arguments) {
        commandArguments = List.copyOf(arguments);
    }

    /** Likewise; empty if not known. */
    List<String> commandArguments() {
        return commandArguments;
    }

    Optional<Slice> current() {
        return current;
    }

    Optional<SpanContext> previousRoot() {
        return previousRoot;
    }

    /** How the process ended, if it has. */
    Optional<SliceEnding> ending() {
        return ending;
    }

    /** When it was gone, nanoseconds since the epoch; 0: it is not. */
    long endNanos() {
        return endNanos;
    }

    void ended(SliceEnding how, long nanos) {
        ending = Optional.of(how);
        endNanos = nanos;
    }

    /** The number of the next slice, from 1. */
    int nextSlice() {
        return ++slicesOpened;
    }

    void opened(Slice slice) {
        current = Optional.of(slice);
    }

    void closed(Slice slice) {
        current = Optional.empty();
        previousRoot = Optional.of(slice.context().root());
    }

    /** The thread id as an object, mostly without creating one. */
    public Long boxed(int tid) {
        int slot = tid & (TID_SLOTS - 1);
        Long known = tids[slot];
        if (known != tid) {
            known = (long) tid;
            tids[slot] = known;
        }
        return known;
    }
}
