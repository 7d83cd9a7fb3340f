// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.recording.block.BlockOutput;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what threads are called, in each block and when that is new: a name is looked at when a thread calls for the first time, when it names itself, and
 * once a second, since another thread may name it. For the consumer thread.
 */
final class ThreadNameRecords {
    private static final long FRESH_NANOS = 1_000_000_000;
    private static final long PR_SET_NAME = 15;

    /** What a thread was called last, and until when that is believed. */
    private static final class Known {
        Optional<String> name = Optional.empty();
        long untilNanos = Long.MIN_VALUE;
        int block;
    }

    private final ThreadNaming source;
    private final BlockOutput out;
    private final Map<Integer, Known> threads = new HashMap<>();
    private Known last = new Known();
    private int lastThread = -1;
    private int block = 1;

    ThreadNameRecords(ThreadNaming source, BlockOutput out) {
        this.source = source;
        this.out = out;
    }

    /** Looks at the thread of a call, if it is time to. */
    void look(SyscallCall call) {
        if (call.tid() != lastThread) {
            lastThread = call.tid();
            last = threads.computeIfAbsent(lastThread, _ -> new Known());
        }
        boolean isNew = last.block != block;
        last.block = block;
        if (call.endNanos() >= last.untilNanos || renames(call)) {
            last.untilNanos = call.endNanos() + FRESH_NANOS;
            Optional<String> name = source.name(call.process().pid(), call.tid());
            isNew |= name.isPresent() && !name.equals(last.name);
            last.name = name.or(() -> last.name);
        }
        if (isNew && last.name.isPresent()) {
            out.one(Tag.THREAD_NAME);
            out.signed(call.process().pid());
            out.signed(call.tid());
            out.text(last.name.get());
        }
    }

    /** A block begins, which must say by itself what the threads in it are called. */
    void beginBlock() {
        block++;
    }

    /** Forgets what has ended, and looks again at what has changed. */
    void onEvent(TraceEvent event) {
        switch (event) {
            case TraceEvent.ThreadExited exited -> forget(exited.tid());
            case TraceEvent.ProcessExited exited -> forget(exited.process().pid());
            case TraceEvent.ProgramExecuted executed ->
                forget(executed.process().pid());
            case TraceEvent.ProcessDetached detached ->
                forget(detached.process().pid());
            default -> {
                // Names stay what they are.
            }
        }
    }

    private void forget(int tid) {
        threads.remove(tid);
        lastThread = -1;
    }

    private static boolean renames(SyscallCall call) {
        return call.args()[0] == PR_SET_NAME && call.syscall().name().equals("prctl");
    }
}
