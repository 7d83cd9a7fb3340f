// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class YoungProcessesTest {
    private final YoungProcesses young = new YoungProcesses();
    private final List<Integer> looks = new ArrayList<>();
    private final List<Integer> firstLooks = new ArrayList<>();
    private ProcessLook.Outcome outcome = ProcessLook.Outcome.YOUNG;

    @Test
    void aProcessIsLookedAtOftenWhileItIsNewAndForTwoSeconds() {
        young.add(7, 0);
        lookEach3MillisUntil(100);
        assertThat(looks).hasSize(34);
        lookEach3MillisUntil(4000);
        assertThat(looks.size()).isBetween(50, 100);
        assertThat(young.size()).isZero();
        assertThat(firstLooks).containsExactly(7);
    }

    @Test
    void oneOfNoInterestIsLookedAtOnce() {
        outcome = ProcessLook.Outcome.SETTLED;
        young.add(7, 0);
        young.add(8, 0);
        lookEach3MillisUntil(30);
        assertThat(looks).containsExactly(7, 8);
    }

    @Test
    void oneThatIsNotThereYetIsLookedAtForTheTimeOfACreation() {
        outcome = ProcessLook.Outcome.ABSENT;
        young.add(7, 0);
        look(0);
        outcome = ProcessLook.Outcome.YOUNG;
        look(millis(3));
        look(millis(6));
        assertThat(firstLooks)
                .as("it is seen for the first time when it is there")
                .containsExactly(7, 7);
        assertThat(looks).hasSize(3);
    }

    @Test
    void oneThatIsGoneIsForgotten() {
        young.add(7, 0);
        look(0);
        outcome = ProcessLook.Outcome.ABSENT;
        look(millis(3));
        assertThat(young.size()).isZero();

        young.add(8, millis(3));
        lookEach3MillisUntil(60);
        assertThat(young.size()).as("it was never there").isZero();
    }

    @Test
    void anIdThatIsUsedAgainIsAnotherProcess() {
        young.add(7, 0);
        look(0);
        young.add(7, millis(1900));
        look(millis(1900));
        look(millis(2100));
        assertThat(firstLooks).containsExactly(7, 7);
        assertThat(looks).hasSize(3);
    }

    @Test
    void oneThatIsLookedAtLateIsLookedAtAllTheSame() {
        young.add(7, 0);
        look(millis(5000));
        assertThat(looks).containsExactly(7);
    }

    @Test
    void ofTooManyTheOldestGiveWay() {
        for (int pid = 1; pid <= YoungProcesses.MOST + 2; pid++) {
            young.add(pid, 0);
        }
        look(0);
        assertThat(looks).hasSize(YoungProcesses.MOST).doesNotContain(1, 2).contains(3);
    }

    private void lookEach3MillisUntil(long millis) {
        for (long now = 0; now < millis; now += 3) {
            look(millis(now));
        }
    }

    private void look(long nanos) {
        young.look(nanos, (pid, first) -> {
            looks.add(pid);
            if (first) {
                firstLooks.add(pid);
            }
            return outcome;
        });
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
