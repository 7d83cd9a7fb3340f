// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.syscall.IdleWaits;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** The calls of one trace that have the same key. */
public final class CallGroup {
    private final Sample sample = new Sample();
    private final Map<Integer, Long> errors = new TreeMap<>();
    private long calls;
    private long nanos;
    private long idleNanos;

    void add(SyscallCall call) {
        calls++;
        if (call.outcome() == Outcome.UNFINISHED) {
            return; // how long it would have taken is not known
        }
        if (call.outcome() == Outcome.FAILED) {
            errors.merge(call.errno(), 1L, Long::sum);
        }
        nanos += call.durationNanos();
        if (IdleWaits.contains(call.syscall(), call.args(), call.result())) {
            idleNanos += call.durationNanos();
        } else {
            sample.add(call.durationNanos());
        }
    }

    void merge(CallGroup other) {
        sample.merge(other.sample);
        other.errors.forEach((errno, count) -> errors.merge(errno, count, Long::sum));
        calls += other.calls;
        nanos += other.nanos;
        idleNanos += other.idleNanos;
    }

    /** How many there are. */
    public long calls() {
        return calls;
    }

    /** How many failed, by errno. */
    public Map<Integer, Long> errors() {
        return Collections.unmodifiableMap(errors);
    }

    /** How long they took in all. */
    public long totalNanos() {
        return nanos;
    }

    /** Number and time of them. */
    Amount amount() {
        return new Amount(calls, nanos, idleNanos);
    }

    /** Durations in nanoseconds of a random sample of those that did not merely wait for something to do, in no order. */
    public double[] sampled() {
        return sample.values();
    }

    /** How many calls it is a sample of. */
    public long sampledOf() {
        return sample.seen();
    }

    /** Durations of those that did not merely wait for something to do. */
    Sample sample() {
        return sample;
    }
}
