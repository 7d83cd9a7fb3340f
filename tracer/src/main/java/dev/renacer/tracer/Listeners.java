// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.tracer.http.RequestGap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes each event to every listener. A listener that throws is reported once and gets nothing more; the others
 * continue. The listener methods are for one thread; {@link #failures()} may be called from any.
 */
public final class Listeners implements TraceListener {

    private final List<TraceListener> active;
    private final List<Tracing.ListenerFailure> failures = new CopyOnWriteArrayList<>();
    private final AtomicLong undelivered = new AtomicLong();
    private boolean failed;

    /** Passes on to these, in this order. */
    public Listeners(List<TraceListener> listeners) {
        active = new ArrayList<>(listeners);
    }

    @Override
    public void onBegin(long epochOffsetNanos) {
        each(listener -> listener.onBegin(epochOffsetNanos));
    }

    @Override
    public boolean readsData() {
        return active.stream().anyMatch(TraceListener::readsData);
    }

    /** Without a lambda: making one for each call would be a good part of what a line of text costs. */
    @Override
    public void onCall(SyscallCall call) {
        for (int index = 0; index < active.size(); index++) {
            TraceListener listener = active.get(index);
            try {
                listener.onCall(call);
            } catch (RuntimeException | Error e) {
                remove(index--, e);
            }
        }
        if (failed) {
            undelivered.incrementAndGet();
        }
    }

    @Override
    public void onUnaskedCall(SyscallCall call) {
        each(listener -> listener.onUnaskedCall(call));
    }

    @Override
    public void onThreadTime(ThreadTime time) {
        each(listener -> listener.onThreadTime(time));
    }

    @Override
    public void onRequestGap(TracedProcess process, RequestGap gap, long count) {
        each(listener -> listener.onRequestGap(process, gap, count));
    }

    @Override
    public void onEvent(TraceEvent event) {
        each(listener -> listener.onEvent(event));
    }

    @Override
    public void onIdle() {
        each(TraceListener::onIdle);
    }

    @Override
    public void onEnd() {
        each(TraceListener::onEnd);
    }

    @Override
    public void onCut() {
        each(TraceListener::onCut);
    }

    /** What each removed listener threw. */
    public List<Tracing.ListenerFailure> failures() {
        return List.copyOf(failures);
    }

    /** The number of calls that not every listener got, including those at which one threw. */
    long undelivered() {
        return undelivered.get();
    }

    private void each(Consumer<TraceListener> delivery) {
        for (int index = 0; index < active.size(); index++) {
            TraceListener listener = active.get(index);
            try {
                delivery.accept(listener);
            } catch (RuntimeException | Error e) {
                remove(index--, e);
            }
        }
    }

    private void remove(int index, Throwable cause) {
        TraceListener listener = active.remove(index);
        failed = true;
        failures.add(new Tracing.ListenerFailure(listener, cause));
        Log.LOG.error(
                "{} failed and receives nothing more of this trace",
                listener.getClass().getSimpleName(),
                cause);
    }

    /** Made when there is something to say: a logger takes longer to find than a short program takes. */
    private static final class Log {
        static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
    }
}
