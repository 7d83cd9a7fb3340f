// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.statistics;

import static dev.renacer.tracer.CallFixture.call;
import static dev.renacer.tracer.CallFixture.unknown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.renacer.tracer.statistics.Anomaly.Severity;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnomalyDetectorTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<Anomaly> told = new ArrayList<>();
    private final AnomalyDetector detector = new AnomalyDetector(3, 100, told::add);

    /** A baseline with a mean of 1,000 ns and a sample deviation of 10.54 ns. */
    private void baseline(String name) {
        for (int index = 0; index < 10; index++) {
            detector.onCall(call(name).nanos(index % 2 == 0 ? 990 : 1_010).build());
        }
    }

    @Test
    void aCallFarAboveTheMeanOfThoseBeforeItIsTold() {
        baseline("read");
        detector.onCall(call("read").nanos(1_045).thread(12).build());

        Anomaly anomaly = told.getFirst();
        assertThat(told).hasSize(1);
        assertThat(anomaly.call()).isEqualTo("read");
        assertThat(anomaly.tid()).isEqualTo(12);
        assertThat(anomaly.meanNanos()).isEqualTo(1_000);
        assertThat(anomaly.deviationNanos()).isCloseTo(10.5409, within(1e-4));
        assertThat(anomaly.score()).isCloseTo(4.269, within(1e-3));
        assertThat(anomaly.severity()).isEqualTo(Severity.MEDIUM);
    }

    @Test
    void aCallBelowTheThresholdIsNot() {
        baseline("read");
        detector.onCall(call("read").nanos(1_031).build());
        detector.onCall(call("read").nanos(1).build());

        assertThat(told).isEmpty();
        assertThat(detector.judged()).isEqualTo(2);
    }

    @Test
    void theBaselineDoesNotContainTheCallItself() {
        // In a window with itself no call is further from the mean than the root of their number.
        baseline("read");
        detector.onCall(call("read").nanos(1_000_000).build());

        assertThat(told.getFirst().score()).isGreaterThan(10_000);
        assertThat(told.getFirst().severity()).isEqualTo(Severity.HIGH);
    }

    @Test
    void tenCallsComeBeforeTheFirstThatIsJudged() {
        for (int index = 0; index < 9; index++) {
            detector.onCall(call("read").nanos(1_000).build());
        }
        detector.onCall(call("read").nanos(1_000_000).build());
        assertThat(told).isEmpty();
        assertThat(detector.unjudged()).isEqualTo(10);
    }

    @Test
    void eachNameHasItsOwnBaseline() {
        baseline("read");
        detector.onCall(call("write").nanos(1_000_000).build());

        assertThat(told).isEmpty();
    }

    @Test
    void callsThatDidNotReturnAreNotJudged() {
        baseline("read");
        detector.onCall(call("read").nanos(1_000_000).unfinished().build());
        detector.onCall(call("read").nanos(1_000_000).left().build());

        assertThat(told).isEmpty();
    }

    @Test
    void whatIsOlderThanTheWindowIsForgotten() {
        AnomalyDetector narrow = new AnomalyDetector(3, 10, told::add);
        narrow.onCall(call("read").nanos(1_000_000_000).build());
        for (int index = 0; index < 10; index++) {
            narrow.onCall(call("read").nanos(index % 2 == 0 ? 990 : 1_010).build());
        }
        told.clear();
        narrow.onCall(call("read").nanos(1_045).build());

        assertThat(told).hasSize(1);
    }

    @Test
    void equalCallsHaveTheResolutionOfTheClockAsDeviation() {
        for (int index = 0; index < 10; index++) {
            detector.onCall(call("read").nanos(1_000).build());
        }
        detector.onCall(call("read").nanos(1_003).build());
        assertThat(told).isEmpty();
        detector.onCall(call("read").nanos(1_010).build());
        assertThat(told).hasSize(1);
    }

    @Test
    void noMoreThanTenAreToldInASecondAndTheOthersAreCounted() {
        List<String> names = SyscallTable.instance().calls(Abi.X86_64).stream()
                .map(Syscall::name)
                .sorted()
                .limit(25)
                .toList();
        for (String name : names) {
            baseline(name);
        }
        for (String name : names) {
            detector.onCall(call(name).at(1_000 * SECOND).nanos(5_000).build());
        }
        assertThat(told).hasSize(10);
        assertThat(detector.untold()).isEqualTo(15);
        assertThat(detector.count()).isEqualTo(25);
        assertThat(detector.top()).hasSize(AnomalyDetector.MOST_LISTED);

        detector.onCall(call(names.getFirst()).at(1_001 * SECOND).nanos(500_000).build());
        assertThat(told).hasSize(11);
        assertThat(detector.top().getFirst()).isEqualTo(told.getLast());
    }

    @Test
    void oneThatIsFarWorseIsToldHoweverManyThereAre() {
        List<String> names = SyscallTable.instance().calls(Abi.X86_64).stream()
                .map(Syscall::name)
                .sorted()
                .limit(13)
                .toList();
        names.forEach(this::baseline);
        for (String name : names.subList(0, 11)) {
            detector.onCall(call(name).at(1_000 * SECOND).nanos(2_000).build());
        }
        detector.onCall(call(names.get(11)).at(1_000 * SECOND).nanos(2_500).build());
        detector.onCall(call(names.get(12)).at(1_000 * SECOND).nanos(3_500).build());

        assertThat(told).hasSize(11);
        assertThat(told.getLast().durationNanos()).isEqualTo(3_500);
        assertThat(detector.untold()).isEqualTo(2);
    }

    @Test
    void aProgramThatMakesUpCallsDoesNotFillTheMemory() {
        for (int number = 100_000; number < 100_000 + 2 * AnomalyDetector.MOST_NAMES; number++) {
            detector.onCall(unknown(number).build());
        }
        baseline("read");
        detector.onCall(call("read").nanos(1_000_000).build());

        assertThat(told).isEmpty();
        assertThat(detector.unjudged()).isEqualTo(2 * AnomalyDetector.MOST_NAMES + 11);
    }

    @Test
    void refusesAWindowTooSmallToJudgeBy() {
        assertThatThrownBy(() -> new AnomalyDetector(3, AnomalyDetector.FEWEST - 1, told::add))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
