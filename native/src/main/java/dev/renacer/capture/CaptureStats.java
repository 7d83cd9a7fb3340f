// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

/**
 * Counters of one session since it was opened.
 *
 * @param calls       system calls seen to return or end, published or not
 * @param published   events written to the rings
 * @param dropped     events dropped because a ring was full ({@link RingPolicy#DROP} only)
 * @param sideLost    strings that did not fit into the side area
 * @param tasks       threads traced now
 * @param stops       stops handled
 * @param worstSlowdownPercent  the greatest slowdown of any thread over a second: how much longer it took for what it did than
 *     it would have untraced; 100 is twice the time. The time between a stop as the engine sees it and the thread's going on is
 *     measured; what lies around that is estimated from samples of the thread's CPU time: an order of magnitude
 *     where calls follow each other without a pause. Waiting in a call, or for a CPU that others hold, is not counted. A thread that
 *     lived less than a second counts once it has ended, if it lived a tenth of one; 0 before anything is known
 * @param stopMicrosP50  median length of a stop as the traced thread feels it, in microseconds; 0 before the first
 * @param stopMicrosP99  99th percentile of the same; both are known to one part in eight
 * @param rests  so many times a thread went on unwatched for a while, see {@link OnExceeded#DUTY_CYCLE}
 * @param unwatchedMillis  for so long, all threads together; rests that are over
 * @param moved  so many times a thread was moved to its tracer's CPU, see {@link CaptureOptions#affinityJournal()}
 */
public record CaptureStats(
        long calls,
        long published,
        long dropped,
        long sideLost,
        int tasks,
        long stops,
        int worstSlowdownPercent,
        int stopMicrosP50,
        int stopMicrosP99,
        long rests,
        long unwatchedMillis,
        long moved) {}
