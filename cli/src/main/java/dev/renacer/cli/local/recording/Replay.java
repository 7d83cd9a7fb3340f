// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.recording;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.ThreadTime;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.LookupJournal;
import dev.renacer.tracer.recording.RecordedTrace;
import dev.renacer.tracer.span.wait.ThreadNames;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a recorded trace goes to, and the world as it was then: its time, and the names of its threads. For one thread, but for the time.
 */
public final class Replay implements RecordedTrace.Receiver {
    /** Longer than a name of a thread is believed. */
    private static final long STEP_NANOS = 1L << 40;

    private final boolean sources;
    private final boolean stacks;
    private final LookupJournal lookups;
    private final Map<Integer, String> names = new HashMap<>();
    private TraceListener listener = new Nothing();
    private long steps;
    private volatile long nanos;

    /**
     * @param lookups  receives what was looked up
     * @param sources  whether calls are to have their source
     * @param stacks   whether they are to have their stacks
     */
    public Replay(LookupJournal lookups, boolean sources, boolean stacks) {
        this.lookups = lookups;
        this.sources = sources;
        this.stacks = stacks;
    }

    /** What receives the calls and events. To be set before the replay. */
    public void to(TraceListener receiver) {
        listener = new Timed(receiver);
    }

    /** When the last call or event was, nanoseconds since the epoch; for any thread. */
    public long nanos() {
        return nanos;
    }

    /** The names that threads had. */
    public ThreadNames threads() {
        return new ThreadNames((_, tid) -> Optional.ofNullable(names.get(tid)), () -> steps += STEP_NANOS);
    }

    @Override
    public TraceListener listener() {
        return listener;
    }

    @Override
    public LookupJournal lookups() {
        return lookups;
    }

    @Override
    public void named(int pid, int tid, String name) {
        names.put(tid, name);
    }

    @Override
    public boolean wantsSources() {
        return sources;
    }

    @Override
    public boolean wantsStacks() {
        return stacks;
    }

    private static final class Nothing implements TraceListener {
        @Override
        public void onCall(SyscallCall call) {}

        @Override
        public void onEvent(TraceEvent event) {}
    }

    /** Takes note of the time. */
    private final class Timed implements TraceListener {
        private final TraceListener next;

        Timed(TraceListener next) {
            this.next = next;
        }

        @Override
        public void onBegin(long epochOffsetNanos) {
            next.onBegin(epochOffsetNanos);
        }

        @Override
        public void onCall(SyscallCall call) {
            nanos = call.endNanos();
            next.onCall(call);
        }

        @Override
        public void onUnaskedCall(SyscallCall call) {
            nanos = call.endNanos();
            next.onUnaskedCall(call);
        }

        @Override
        public void onThreadTime(ThreadTime time) {
            next.onThreadTime(time);
        }

        @Override
        public void onEvent(TraceEvent event) {
            nanos = event.epochNanos();
            next.onEvent(event);
            switch (event) {
                case TraceEvent.ThreadExited exited -> names.remove(exited.tid());
                case TraceEvent.ProcessExited exited ->
                    names.remove(exited.process().pid());
                // The name is the new program's from here on, which may have ended before it could be read.
                case TraceEvent.ProgramExecuted executed ->
                    names.remove(executed.process().pid());
                default -> {
                    // Names stay what they are.
                }
            }
        }

        @Override
        public void onIdle() {
            next.onIdle();
        }

        @Override
        public void onEnd() {
            next.onEnd();
        }

        @Override
        public void onCut() {
            next.onCut();
        }
    }
}
