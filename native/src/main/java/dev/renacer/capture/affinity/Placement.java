// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.affinity;

/**
 * A thread that is, or is to be, kept on its tracer's CPU, and where it belongs.
 *
 * @param pid         its process
 * @param tid         the thread
 * @param startTicks  when it started, in clock ticks since boot: distinguishes it from another thread with this tid
 * @param sinceTicks  when the move was asked for, in the same unit: threads that inherited the place from it were
 *     created later
 * @param cpu         the CPU it is to be moved to
 * @param own         the CPUs it could run on without us
 * @param permitted   whether the move is permitted
 */
public record Placement(int pid, int tid, long startTicks, long sinceTicks, int cpu, CpuSet own, boolean permitted) {
    /** How many numbers {@link #toNumbers} writes. */
    public static final int NUMBERS = 6 + CpuSet.WORDS;

    /** The same placement for another thread. */
    public Placement of(int otherPid, int otherTid, long otherStartTicks) {
        return new Placement(otherPid, otherTid, otherStartTicks, sinceTicks, cpu, own, permitted);
    }

    /** Writes its numbers, in the order of session_jni.c, from this offset on. */
    public void toNumbers(long[] out, int offset) {
        out[offset] = pid;
        out[offset + 1] = tid;
        out[offset + 2] = startTicks;
        out[offset + 3] = sinceTicks;
        out[offset + 4] = cpu;
        out[offset + 5] = permitted ? 1 : 0;
        System.arraycopy(own.words(), 0, out, offset + 6, CpuSet.WORDS);
    }

    /** The placement that {@link #toNumbers} wrote. */
    public static Placement ofNumbers(long[] numbers, int offset) {
        long[] own = new long[CpuSet.WORDS];
        System.arraycopy(numbers, offset + 6, own, 0, CpuSet.WORDS);
        return new Placement(
                (int) numbers[offset],
                (int) numbers[offset + 1],
                numbers[offset + 2],
                numbers[offset + 3],
                (int) numbers[offset + 4],
                CpuSet.ofWords(own),
                numbers[offset + 5] != 0);
    }
}
