// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import dev.renacer.capture.plan.CapturePlan;
import dev.renacer.capture.ring.RingPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a session captures.
 *
 * @param plan              what to publish, and what to read of arguments
 * @param policy            what a full ring does
 * @param ringEvents        slots of a ring of 128 bytes each; a power of two, 1,024 to 1,048,576
 * @param sideBytes         bytes of a ring's side area for strings; a power of two, 64 KiB to 1 GiB;
 *     with stacks at least 128 KiB
 * @param stringLimit       maximum number of bytes read of one string, 1 to 4,096
 * @param followChildren    whether children of traced processes (fork, vfork, clone) are traced too; threads always are
 * @param deadline          when to detach everything, counted from {@link CaptureSession#open}; empty: never. Enforced
 *     natively
 * @param heartbeatTimeout  detach when {@link CaptureSession#heartbeat()} was not called for this long; empty: never
 * @param maxSlowdownPercent detach everything when a process, or all together, were slowed down by more than this over
 *     a second, see {@link CaptureStats#worstSlowdownPercent()}; the first second after an attach is not judged; empty:
 *     never. Enforced natively
 * @param onExceeded        what happens then; with a duty cycle the windows are a fifth of a second long, and the first
 *     is judged too
 * @param affinityJournal   co-location: threads that make more than 1,000 calls a second are kept on their tracer's CPU while they do.
 *     The file, which must not exist yet, says where they belong if this process is killed
 *     ({@link AffinityJournal#recover}); empty: no thread is moved. Moving another user's threads needs CAP_SYS_NICE;
 *     without it they stay where they are
 * @param askBeforeMoving   also co-location, but no thread is moved before {@link Placements#permit} has permitted it;
 *     its caller has then recorded where the thread belongs
 * @param stackBytes        number of bytes of the stack copied at each published call, for its source line; 0: none; a
 *     multiple of 8, at most 32,768
 * @param bufferLimit       maximum number of bytes read of a buffer with data that a program transfers, 0 to 4,096; 0:
 *     none
 * @param threadTimes       where the time of each thread goes is published ({@link dev.renacer.capture.ring.EventKind#THREAD_TIME})
 */
public record CaptureOptions(
        CapturePlan plan,
        RingPolicy policy,
        int ringEvents,
        int sideBytes,
        int stringLimit,
        boolean followChildren,
        Optional<Duration> deadline,
        Optional<Duration> heartbeatTimeout,
        OptionalInt maxSlowdownPercent,
        OnExceeded onExceeded,
        Optional<Path> affinityJournal,
        boolean askBeforeMoving,
        int stackBytes,
        int bufferLimit,
        boolean threadTimes) {

    /** The most that can be read of a buffer: as much as is read of all arguments of a call together, strings apart. */
    public static final int MAX_BUFFER_LIMIT = 4096;

    private static final int MAX_STACK_BYTES = 32_768;

    public CaptureOptions {
        requirePowerOfTwo("ringEvents", ringEvents, 1 << 10, 1 << 20);
        requirePowerOfTwo("sideBytes", sideBytes, stackBytes == 0 ? 1 << 16 : 1 << 17, 1 << 30);
        if (stringLimit < 1 || stringLimit > 4096) {
            throw new IllegalArgumentException("stringLimit is " + stringLimit + ", it must be 1 to 4096");
        }
        if (bufferLimit < 0 || bufferLimit > MAX_BUFFER_LIMIT) {
            throw new IllegalArgumentException(
                    "bufferLimit is " + bufferLimit + ", it must be 0 to " + MAX_BUFFER_LIMIT);
        }
        if (stackBytes < 0 || stackBytes > MAX_STACK_BYTES || stackBytes % Long.BYTES != 0) {
            throw new IllegalArgumentException(
                    "stackBytes is " + stackBytes + ", it must be a multiple of 8 up to " + MAX_STACK_BYTES);
        }
        if (maxSlowdownPercent.isPresent() && maxSlowdownPercent.getAsInt() < 1) {
            throw new IllegalArgumentException(
                    "maxSlowdownPercent is " + maxSlowdownPercent.getAsInt() + ", it must be at least 1");
        }
    }

    /** Without a slowdown bound, without co-location, and without the contents of buffers. */
    public CaptureOptions(
            CapturePlan plan,
            RingPolicy policy,
            int ringEvents,
            int sideBytes,
            int stringLimit,
            boolean followChildren,
            Optional<Duration> deadline,
            Optional<Duration> heartbeatTimeout) {
        this(
                plan,
                policy,
                ringEvents,
                sideBytes,
                stringLimit,
                followChildren,
                deadline,
                heartbeatTimeout,
                OptionalInt.empty(),
                OnExceeded.DETACH,
                Optional.empty(),
                false,
                0,
                0,
                false);
    }

    /** The same with a slowdown bound; empty: none. */
    public CaptureOptions withMaxSlowdown(OptionalInt percent, OnExceeded answer) {
        return with(sideBytes, percent, answer, affinityJournal, askBeforeMoving, stackBytes, bufferLimit, threadTimes);
    }

    /** The same with co-location, see {@link #affinityJournal()}. */
    public CaptureOptions colocated(Path journal) {
        return with(
                sideBytes,
                maxSlowdownPercent,
                onExceeded,
                Optional.of(journal),
                askBeforeMoving,
                stackBytes,
                bufferLimit,
                threadTimes);
    }

    /** The same with co-location that asks first, see {@link #askBeforeMoving()}. */
    public CaptureOptions colocatedAsPermitted() {
        return with(
                sideBytes, maxSlowdownPercent, onExceeded, affinityJournal, true, stackBytes, bufferLimit, threadTimes);
    }

    /** The same with copies of stacks, and a side area of that size to hold them. */
    public CaptureOptions withStacks(int bytes, int sideArea) {
        return with(
                sideArea,
                maxSlowdownPercent,
                onExceeded,
                affinityJournal,
                askBeforeMoving,
                bytes,
                bufferLimit,
                threadTimes);
    }

    /** The same with the contents of buffers, see {@link #bufferLimit()}. */
    public CaptureOptions withBuffers(int limit) {
        return with(
                sideBytes,
                maxSlowdownPercent,
                onExceeded,
                affinityJournal,
                askBeforeMoving,
                stackBytes,
                limit,
                threadTimes);
    }

    /** The same with the times of threads, see {@link #threadTimes()}. */
    public CaptureOptions withThreadTimes() {
        return with(
                sideBytes,
                maxSlowdownPercent,
                onExceeded,
                affinityJournal,
                askBeforeMoving,
                stackBytes,
                bufferLimit,
                true);
    }

    /** The same except for what the methods above set. */
    private CaptureOptions with(
            int sideArea,
            OptionalInt percent,
            OnExceeded answer,
            Optional<Path> journal,
            boolean asking,
            int copiedBytes,
            int bytesOfBuffer,
            boolean times) {
        return new CaptureOptions(
                plan,
                policy,
                ringEvents,
                sideArea,
                stringLimit,
                followChildren,
                deadline,
                heartbeatTimeout,
                percent,
                answer,
                journal,
                asking,
                copiedBytes,
                bytesOfBuffer,
                times);
    }

    private static void requirePowerOfTwo(String name, int value, int min, int max) {
        if (value < min || value > max || Integer.bitCount(value) != 1) {
            throw new IllegalArgumentException(
                    name + " is " + value + ", it must be a power of two from " + min + " to " + max);
        }
    }
}
