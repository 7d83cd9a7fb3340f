// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * A tracer that is killed at any moment harms nobody. The system property {@code renacer.soak.rounds} says how many JVMs are
 * traced and left that way (default 10).
 */
class KilledTracerIT {
    private static final int ROUNDS = Integer.getInteger("renacer.soak.rounds", 10);
    private static final int LONGEST_TRACE_MILLIS = 300;

    @Test
    void busyJvmsSurviveTheirTracersDeathAndComputeRightly() throws Exception {
        long seed = Long.getLong("renacer.soak.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        int attached = 0;
        for (int round = 0; round < ROUNDS; round++) {
            attached += traceAndKill(random.nextInt(LONGEST_TRACE_MILLIS)) ? 1 : 0;
        }
        System.out.printf(
                "%d of %d JVMs alive, not stopped, untraced and right; %d tracers were killed after their attach, %d"
                        + " during it (seed %d)%n",
                ROUNDS, ROUNDS, attached, ROUNDS - attached, seed);
    }

    /** Kills the tracer this long after it began to attach; returns whether its attach was over. */
    private static boolean traceAndKill(int millis) throws Exception {
        try (TargetProcess busy = new TargetProcess(TestPrograms.java(BusyMain.class, "4", "0")).says("ready");
                TargetProcess tracer = new TargetProcess(
                        TestPrograms.java(TracingMain.class, "attach", Integer.toString(busy.pid())))) {
            busy.tell("go");
            tracer.says("opened");
            assertThat(tracer.endsWithin(millis)).isFalse();
            tracer.kill();
            boolean attached = tracer.line().equals(Optional.of("attached"));

            Awaitility.await()
                    .atMost(Duration.ofSeconds(TargetProcess.LIMIT_SECONDS))
                    .untilAsserted(() -> {
                        assertThat(busy.fields("TracerPid")).isNotEmpty().containsOnly("0");
                        assertThat(busy.fields("State"))
                                .noneMatch(state -> state.startsWith("T") || state.startsWith("t"));
                    });
            assertThat(busy.end()).isEqualTo(7); // 1 if a result was wrong
            return attached;
        }
    }
}
