// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.span.parent.CallParent;
import dev.renacer.tracer.span.slice.Slice;
import dev.renacer.tracer.time.TimeSums;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Where the time of each request of an application went, in each of its processes: the spans that the application has
 * published for its threads are not ours to write to, so each gets a child that says it. Requests that took less than a
 * millisecond are not told, nor are more than a hundred a second: the processes' roots have their times all the same. For
 * the consumer thread.
 */
final class RequestTimes {
    /** Takes the span of a request. */
    interface Receiver {
        /** A request of the slice's process has ended, or does no more for now. */
        void told(Slice slice, CallParent parent, TimeSums times);
    }

    /** A request that has not done anything for so long is told. */
    static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int MOST_OPEN = 1_024;
    private static final int MOST_A_SECOND = 100;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Key(String trace, String span, int pid) {}

    private record Request(Slice slice, CallParent parent, TimeSums times) {}

    private final Receiver receiver;
    /** The one that did something last is the last. */
    private final Map<Key, Request> requests = new LinkedHashMap<>(16, 0.75f, true);

    private long secondNanos;
    private int toldInSecond;

    RequestTimes(Receiver receiver) {
        this.receiver = receiver;
    }

    /** A thread has spent this for a request, for which it has just made a call. */
    void add(Slice slice, CallParent parent, TimeSums spent) {
        if (spent.wallNanos() == 0) {
            return;
        }
        Key key = new Key(
                parent.span().getTraceId(),
                parent.span().getSpanId(),
                slice.process().latest().pid());
        requests.computeIfAbsent(key, _ -> new Request(slice, parent, new TimeSums()))
                .times()
                .add(spent);
        if (requests.size() > MOST_OPEN) {
            Iterator<Request> eldest = requests.values().iterator();
            tell(eldest.next());
            eldest.remove();
        }
    }

    /** Tells of those that do no more. */
    void closeDue(long nowNanos) {
        if (requests.isEmpty()) {
            return;
        }
        Iterator<Request> each = requests.values().iterator();
        while (each.hasNext()) {
            Request request = each.next();
            if (nowNanos - request.times().untilNanos() < SETTLE_NANOS) {
                return;
            }
            each.remove();
            tell(request);
        }
    }

    /** Tells of those of a slice that ends. */
    @SuppressWarnings("ReferenceEquality") // it is this very slice
    void close(Slice slice) {
        List<Request> own = new ArrayList<>();
        requests.values().removeIf(request -> request.slice() == slice && own.add(request));
        own.forEach(this::tell);
    }

    private void tell(Request request) {
        long until = request.times().untilNanos();
        if (until - secondNanos >= SECOND_NANOS) {
            secondNanos = until;
            toldInSecond = 0;
        }
        if (request.times().wallNanos() >= LEAST_NANOS && toldInSecond < MOST_A_SECOND) {
            toldInSecond++;
            receiver.told(request.slice(), request.parent(), request.times());
        }
    }
}
