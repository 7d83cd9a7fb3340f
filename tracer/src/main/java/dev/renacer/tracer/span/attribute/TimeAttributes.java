// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.attribute;

import dev.renacer.tracer.time.BlockedOn;
import dev.renacer.tracer.time.TimeSums;
import dev.renacer.tracer.time.TopTimes;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** {@code renacer.time.*}: where the time of a process went, in seconds summed over its threads. docs/where-time-went.md explains each. */
public final class TimeAttributes {
    private static final String PREFIX = "renacer.time.";
    private static final double NANOS = 1e9;

    /** The sum of all that follow. */
    public static final AttributeKey<Double> WALL = AttributeKey.doubleKey(PREFIX + "wall");

    public static final AttributeKey<Double> CPU = AttributeKey.doubleKey(PREFIX + "cpu");
    public static final AttributeKey<Double> RUNNABLE = AttributeKey.doubleKey(PREFIX + "runnable");
    public static final AttributeKey<Double> THROTTLED = AttributeKey.doubleKey(PREFIX + "throttled");
    public static final AttributeKey<Double> TRACER = AttributeKey.doubleKey(PREFIX + "tracer");
    public static final AttributeKey<Double> UNKNOWN = AttributeKey.doubleKey(PREFIX + "unknown");

    private static final Map<BlockedOn, AttributeKey<Double>> BLOCKED = new EnumMap<>(BlockedOn.class);

    private static final AttributeKey<List<String>> FILES = AttributeKey.stringArrayKey(PREFIX + "top.files");
    private static final AttributeKey<List<Double>> FILE_SECONDS =
            AttributeKey.doubleArrayKey(PREFIX + "top.file_seconds");
    private static final AttributeKey<List<String>> PEERS = AttributeKey.stringArrayKey(PREFIX + "top.peers");
    private static final AttributeKey<List<Double>> PEER_SECONDS =
            AttributeKey.doubleArrayKey(PREFIX + "top.peer_seconds");
    private static final AttributeKey<List<String>> LOCKS = AttributeKey.stringArrayKey(PREFIX + "top.locks");
    private static final AttributeKey<List<Double>> LOCK_SECONDS =
            AttributeKey.doubleArrayKey(PREFIX + "top.lock_seconds");

    private static final AttributeKey<List<String>> HOLDERS = AttributeKey.stringArrayKey(PREFIX + "top.lock_holders");
    private static final AttributeKey<List<Double>> HOLDER_SECONDS =
            AttributeKey.doubleArrayKey(PREFIX + "top.lock_holder_seconds");
    private static final AttributeKey<List<String>> WAKERS = AttributeKey.stringArrayKey(PREFIX + "top.wakers");
    private static final AttributeKey<List<Double>> WAKER_SECONDS =
            AttributeKey.doubleArrayKey(PREFIX + "top.waker_seconds");

    static {
        for (BlockedOn on : BlockedOn.values()) {
            BLOCKED.put(on, AttributeKey.doubleKey(PREFIX + "blocked." + on.label()));
        }
    }

    private TimeAttributes() {}

    /** The attribute that says how long was waited for such a thing. */
    @SuppressWarnings("NullAway") // each has one
    public static AttributeKey<Double> blocked(BlockedOn what) {
        return BLOCKED.get(what);
    }

    /** What a root span says. What is nothing is left out, except for the whole and the CPU's. */
    public static Attributes of(TimeSums sums) {
        AttributesBuilder attributes = Attributes.builder();
        attributes.put(WALL, sums.wallNanos() / NANOS);
        attributes.put(CPU, sums.cpuNanos() / NANOS);
        put(attributes, RUNNABLE, sums.runnableNanos());
        put(attributes, THROTTLED, sums.throttledNanos());
        for (BlockedOn on : BlockedOn.values()) {
            put(attributes, blocked(on), sums.blockedNanos(on));
        }
        put(attributes, TRACER, sums.tracerNanos());
        put(attributes, UNKNOWN, sums.unknownNanos());
        put(attributes, FILES, FILE_SECONDS, sums.files());
        put(attributes, PEERS, PEER_SECONDS, sums.peers());
        put(attributes, LOCKS, LOCK_SECONDS, sums.locks());
        put(attributes, HOLDERS, HOLDER_SECONDS, sums.holders());
        put(attributes, WAKERS, WAKER_SECONDS, sums.wakers());
        return attributes.build();
    }

    private static void put(AttributesBuilder attributes, AttributeKey<Double> key, long nanos) {
        if (nanos > 0) {
            attributes.put(key, nanos / NANOS);
        }
    }

    private static void put(
            AttributesBuilder attributes,
            AttributeKey<List<String>> names,
            AttributeKey<List<Double>> seconds,
            TopTimes times) {
        List<TopTimes.Entry> most = times.most();
        if (!most.isEmpty()) {
            attributes.put(names, most.stream().map(TopTimes.Entry::name).toList());
            attributes.put(
                    seconds, most.stream().map(entry -> entry.nanos() / NANOS).toList());
        }
    }
}
