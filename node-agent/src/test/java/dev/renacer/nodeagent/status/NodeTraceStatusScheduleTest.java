// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NodeTraceStatusScheduleTest {
    private final NodeTraceStatusSchedule schedule = new NodeTraceStatusSchedule(at(0), new Random(1));

    @Test
    void anAssignmentThatWaitsWritesOnceAndThenNothing() {
        schedule.transition(at(0));
        assertThat(schedule.due()).contains(at(0));
        schedule.written(at(0));
        assertThat(schedule.due()).isEmpty();
    }

    @Test
    void figuresFollowTwoAndTenSecondsAfterTracingBeganThenEachMinuteAndAFifth() {
        schedule.transition(at(0));
        schedule.tracing(at(0));
        List<Double> writes = writesUntil(400);
        assertThat(writes.subList(0, 3)).containsExactly(0.0, 2.0, 10.0);
        for (int i = 3; i < writes.size(); i++) {
            assertThat(writes.get(i) - writes.get(i - 1)).isBetween(60.0, 72.0);
        }
        assertThat(writes).hasSizeBetween(8, 9);
    }

    @Test
    void theFirstMinuteHasFourWritesHoweverManyTransitions() {
        schedule.tracing(at(0));
        List<Double> writes = new ArrayList<>();
        for (int tenth = 0; tenth < 600; tenth++) {
            schedule.transition(at(tenth / 10.0));
            writeIfDue(tenth / 10.0, writes);
        }
        assertThat(writes).hasSize(4).contains(0.0, 2.0, 10.0);
    }

    @Test
    void aTransitionWithoutABudgetGoesWithTheNextWriteAndIsNotForgotten() {
        for (double second : new double[] {0, 1}) {
            schedule.transition(at(second));
            schedule.written(at(second));
        }
        schedule.transition(at(3));
        assertThat(schedule.due()).contains(at(60));
    }

    @Test
    void afterTheFirstMinuteTransitionsAreWrittenAtOnceButNotCloserThanFiveSeconds() {
        schedule.transition(at(100));
        assertThat(schedule.due()).contains(at(100));
        schedule.written(at(100));
        schedule.transition(at(101));
        assertThat(schedule.due()).contains(at(105));
    }

    private List<Double> writesUntil(double seconds) {
        List<Double> writes = new ArrayList<>();
        Optional<Long> due = schedule.due();
        while (due.isPresent() && due.get() < at(seconds)) {
            writes.add(due.get() / 1e9);
            schedule.written(due.get());
            due = schedule.due();
        }
        return writes;
    }

    private void writeIfDue(double second, List<Double> writes) {
        if (schedule.due().filter(due -> due <= at(second)).isPresent()) {
            writes.add(second);
            schedule.written(at(second));
        }
    }

    private static long at(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000)).toNanos();
    }
}
