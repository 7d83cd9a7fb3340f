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
 * @param slowdownPercent  how much longer all traced processes together took than they would have taken untraced for
 *     the same work, since the first was traced; 100 is twice the time. Computed from CPU time and from the times when
 *     all threads waited in calls, less the cost of stops, which is sampled. A wait for another traced thread is not
 *     time of its own; a wait for somebody else is assumed to take as long untraced, so the figure is a lower bound. 0
 *     before anything is known
 * @param workSlowdownPercent  the same for the time in which a thread was at work and not all of them waited, or for
 *     the thread hit hardest if that is more: an upper bound
 * @param worstSlowdownPercent  the first figure, of all processes together or of one of them, in the second in which it
 *     was greatest: it is compared with {@link CaptureOptions#maxSlowdownPercent()}
 * @param stopMicrosP50  median length of a stop as the traced thread experiences it, in microseconds; 0 before the
 *     first
 * @param stopMicrosP99  99th percentile of the same; both are known to one part in eight
 * @param rests  how often a thread ran unwatched for a while, see {@link OnExceeded#DUTY_CYCLE}
 * @param unwatchedMillis  for how long, all threads together; rests that have ended
 * @param watchedMillis  for how long threads were watched before that, in the windows that made them rest
 * @param moved  how often a thread was moved to its tracer's CPU, see {@link CaptureOptions#affinityJournal()}
 * @param contexts  of threads, as their applications publish them
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
        long moved,
        Contexts contexts) {

    /**
     * What applications have published about their threads (OTEP 4947).
     *
     * @param read        calls that came with a context
     * @param unreadable  calls of threads whose published record cannot be read
     * @param unresolved  how many programs have the contexts of their threads where they cannot be found
     */
    public record Contexts(long read, long unreadable, long unresolved) {
        public static final Contexts NONE = new Contexts(0, 0, 0);
    }
}
