// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

/**
 * Counters of one session since it was opened.
 *
 * @param calls       system calls seen to return or end, published or not
 * @param published   events written to the ring
 * @param dropped     events dropped because the ring was full ({@link dev.renacer.capture.ring.RingPolicy#DROP} only)
 * @param sideLost    strings that did not fit into the side area
 * @param tasks       threads traced now
 * @param stops       stops handled
 * @param slowdownPercent  how much longer all traced processes together took for what they did than they would have untraced,
 *     since the first was traced; 100 is twice the time. Known from CPU time and from when all threads waited in
 *     calls, less what stops cost, which is sampled. A wait for another traced thread is not time of its own; one for
 *     somebody else is taken to be as long untraced, so it is at least so much. 0 before anything is known
 * @param workSlowdownPercent  the same of the time in which a thread was at work and not all of them waited, of the thread hit hardest
 *     if that is more: it is at most so much
 * @param worstSlowdownPercent  the first figure, of all processes together or of one of them, in the second where that was greatest:
 *     it is held against {@link CaptureOptions#maxSlowdownPercent()}
 * @param stopMicrosP50  median length of a stop as the traced thread feels it, in microseconds; 0 before the first
 * @param stopMicrosP99  99th percentile of the same; both are known to one part in eight
 * @param rests  so many times a thread went on unwatched for a while, see {@link OnExceeded#DUTY_CYCLE}
 * @param unwatchedMillis  for so long, all threads together; rests that are over
 * @param watchedMillis  before each of these it was watched for so long, in the window that made it rest
 * @param moved  so many times a thread was moved to its tracer's CPU, see {@link CaptureOptions#affinityJournal()}
 */
public record CaptureStats(
        long calls,
        long published,
        long dropped,
        long sideLost,
        int tasks,
        long stops,
        int slowdownPercent,
        int workSlowdownPercent,
        int worstSlowdownPercent,
        int stopMicrosP50,
        int stopMicrosP99,
        long rests,
        long unwatchedMillis,
        long watchedMillis,
        long moved) {}
