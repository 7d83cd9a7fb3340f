// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Measures a look at all processes of the node: with as many sleeping processes beside those that run as the argument
 * says (5000), each in the cgroup of this program.
 */
final class ProcessScanBench {
    private static final int PASSES = 40;

    private ProcessScanBench() {}

    /** See the class. */
    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 5_000;
        try (SleepingProcesses _ = new SleepingProcesses(count)) {
            ProcessFinder finder =
                    new ProcessFinder(Path.of("/proc"), ProcessHandle.current().pid());
            ContainerCgroup nobody = new ContainerCgroup("0b5f4b3c-8a1d-4c9e-9d5f-2f6f0e7a1b2c", "a".repeat(64));
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long[] wall = new long[PASSES];
            long[] cpu = new long[PASSES];
            for (int i = 0; i < PASSES; i++) {
                long cpuStart = threads.getCurrentThreadCpuTime();
                long start = System.nanoTime();
                finder.find(WantedProcesses.of(nobody));
                wall[i] = System.nanoTime() - start;
                cpu[i] = threads.getCurrentThreadCpuTime() - cpuStart;
            }
            Arrays.sort(wall, PASSES / 2, PASSES);
            Arrays.sort(cpu, PASSES / 2, PASSES);
            System.out.printf(
                    "%d processes more: a pass takes %.1f ms of CPU, %.1f ms in all (medians of the second half)%n",
                    count, cpu[PASSES * 3 / 4] / 1e6, wall[PASSES * 3 / 4] / 1e6);
        }
    }
}
