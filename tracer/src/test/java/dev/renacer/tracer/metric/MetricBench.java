// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.metric;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How many decoded calls a second one thread measures. {@code main} takes a number of rounds; the first warm up. */
final class MetricBench {
    private static final int CALLS = 20_000_000;
    private static final int[] NUMBERS = {0, 257, 110, 1, 3, 202};

    private MetricBench() {}

    public static void main(String[] args) {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        List<SyscallCall> calls = calls();
        for (int round = 1; round <= rounds; round++) {
            CallMetrics metrics = new CallMetrics();
            long before = System.nanoTime();
            for (int index = 0; index < CALLS; index++) {
                metrics.onCall(calls.get(index & 1_023));
            }
            double seconds = (System.nanoTime() - before) / 1e9;
            System.out.printf(
                    "round %d: %,.0f calls/s, %d series%n",
                    round, CALLS / seconds, metrics.series().size());
        }
    }

    private static List<SyscallCall> calls() {
        TracedProcess target = new TracedProcess(7, 7, 0, "target", Optional.empty());
        List<SyscallCall> calls = new ArrayList<>();
        for (int index = 0; index < 1_024; index++) {
            boolean fails = index % 10 == 0;
            calls.add(new SyscallCall(
                    target,
                    7,
                    SyscallTable.instance().lookup(Abi.X86_64, NUMBERS[index % NUMBERS.length]),
                    1_000,
                    1_000 + 1L * index * index,
                    fails ? Outcome.FAILED : Outcome.RETURNED,
                    fails ? -2 : index,
                    new long[6],
                    List.of(),
                    false,
                    Optional.empty()));
        }
        return calls;
    }
}
