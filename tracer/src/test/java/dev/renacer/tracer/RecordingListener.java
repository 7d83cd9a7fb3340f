// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what a trace delivers; read it from any thread. */
public final class RecordingListener implements TraceListener {
    private final List<SyscallCall> calls = Collections.synchronizedList(new ArrayList<>());
    private final List<SyscallCall> unasked = Collections.synchronizedList(new ArrayList<>());
    private final List<ThreadTime> times = Collections.synchronizedList(new ArrayList<>());
    private final List<TraceEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger idles = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean cut;
    private volatile long epochOffsetNanos;

    @Override
    public void onBegin(long epochOffset) {
        epochOffsetNanos = epochOffset;
    }

    @Override
    public void onCall(SyscallCall call) {
        calls.add(call);
    }

    @Override
    public void onUnaskedCall(SyscallCall call) {
        unasked.add(call);
    }

    @Override
    public void onThreadTime(ThreadTime time) {
        times.add(time);
    }

    @Override
    public void onEvent(TraceEvent event) {
        events.add(event);
    }

    @Override
    public void onIdle() {
        idles.incrementAndGet();
    }

    @Override
    public void onEnd() {
        ended.countDown();
    }

    @Override
    public void onCut() {
        cut = true;
        onEnd();
    }

    public List<ThreadTime> times() {
        return List.copyOf(times);
    }

    public long epochOffsetNanos() {
        return epochOffsetNanos;
    }

    /** Whether the rest of the trace could not be read. */
    public boolean wasCut() {
        return cut;
    }

    public List<SyscallCall> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    public List<SyscallCall> unasked() {
        synchronized (unasked) {
            return List.copyOf(unasked);
        }
    }

    public List<TraceEvent> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    /** The events of one kind. */
    public <E extends TraceEvent> List<E> events(Class<E> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    public int idles() {
        return idles.get();
    }

    public boolean hasEnded() {
        return ended.getCount() == 0;
    }
}
