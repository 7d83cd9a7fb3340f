// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static dev.renacer.tracer.span.Scenario.GETPPID;
import static dev.renacer.tracer.span.Scenario.OPENAT;
import static dev.renacer.tracer.span.Scenario.READ;
import static dev.renacer.tracer.span.Scenario.process;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.TracedProcess;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallSelectionTest {
    private static final TracedProcess LS = process(4_321, 0, "ls");
    private static final int ENOENT = -2;
    private static final int EAGAIN = -11;
    private static final int EINTR = -4;

    @Test
    void onlyErrorsKeepsFailuresAndNoneThatMeansTryAgain() {
        Scenario scenario = new Scenario(SpanOptions.defaults().withOnlyErrors(true));
        scenario.start(LS, 0);
        scenario.call(LS, GETPPID, 1, 2, 1);
        scenario.call(LS, OPENAT, 3, 4, ENOENT);
        scenario.call(LS, READ, 5, 6, EAGAIN);
        scenario.call(LS, READ, 7, 8, EINTR);
        scenario.exit(LS, 9, 0);
        scenario.end();
        assertThat(scenario.calls()).extracting(SpanData::getName).containsExactly("syscall: openat");
        assertThat(scenario.roots()).hasSize(1);
    }

    @Test
    void allFailuresCountWhereTheStatusRuleSaysSo() {
        Scenario scenario =
                new Scenario(SpanOptions.defaults().withOnlyErrors(true).withErrorStatus(SpanOptions.ErrorStatus.ALL));
        scenario.start(LS, 0);
        scenario.call(LS, READ, 5, 6, EAGAIN);
        scenario.end();
        assertThat(scenario.calls()).hasSize(1);
    }

    @Test
    void minDurationKeepsCallsThatTookAtLeastSoLong() {
        Scenario scenario = new Scenario(SpanOptions.defaults().withMinDuration(Duration.ofNanos(10_000)));
        scenario.start(LS, 0);
        scenario.call(LS, GETPPID, 0, 9, 1);
        scenario.call(LS, OPENAT, 10, 20, 3);
        scenario.end();
        assertThat(scenario.calls()).extracting(SpanData::getName).containsExactly("syscall: openat");
    }

    @Test
    void bothTogetherKeepSlowFailures() {
        Scenario scenario =
                new Scenario(SpanOptions.defaults().withOnlyErrors(true).withMinDuration(Duration.ofNanos(10_000)));
        scenario.start(LS, 0);
        scenario.call(LS, OPENAT, 0, 5, ENOENT);
        scenario.call(LS, READ, 6, 30, 10);
        scenario.call(LS, OPENAT, 31, 60, ENOENT);
        scenario.end();
        assertThat(scenario.calls()).hasSize(1);
    }

    @Test
    void aProcessWithoutASpanHasARootOfItsBeginningAndOneOfItsEndAndNoneBetween() {
        SpanOptions options = SpanOptions.defaults().withOnlyErrors(true).withMaxTraceAge(Duration.ofMillis(1));
        Scenario scenario = new Scenario(options);
        scenario.start(LS, 0);
        for (int i = 1; i < 10; i++) {
            scenario.call(LS, GETPPID, i * 1_000 + 100, i * 1_000 + 200, 1);
            scenario.idle(i * 1_000 + 900);
        }
        scenario.exit(LS, 10_000, 0);
        scenario.end();
        assertThat(scenario.calls()).isEmpty();
        assertThat(scenario.roots()).hasSize(2);
        assertThat(Scenario.attribute(scenario.roots().getLast(), "process.exit.code"))
                .contains(0L);
    }

    @Test
    void aDurationBelowZeroIsRefused() {
        assertThatThrownBy(() -> SpanOptions.defaults().withMinDuration(Duration.ofNanos(-1)))
                .hasMessageContaining("must not be negative");
    }
}
