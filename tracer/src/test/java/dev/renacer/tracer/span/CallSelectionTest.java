// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static dev.renacer.tracer.span.Scenario.GETPPID;
import static dev.renacer.tracer.span.Scenario.OPENAT;
import static dev.renacer.tracer.span.Scenario.READ;
import static dev.renacer.tracer.span.Scenario.process;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.subject.Subjects;
import dev.renacer.tracer.syscall.IdleWaits;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallSelectionTest {
    private static final TracedProcess LS = process(4_321, 0, "ls");
    private static final int ENOENT = -2;
    private static final int EAGAIN = -11;
    private static final int EINTR = -4;
    private static final int EINPROGRESS = 115;
    private static final SpanOptions NAMED = SpanOptions.defaults().withArguments(ArgumentDetail.NAMES);

    private long micros;

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

    @ParameterizedTest
    @CsvSource({"16, -25", "202, -110", "0, -11", "45, -11", "42, -115", "61, -512", "35, -516", "243, -110"})
    void onlyErrorsLeavesOutWhatNoOneCallsAnError(int number, long result) {
        for (boolean all : new boolean[] {false, true}) {
            SpanOptions options = SpanOptions.defaults().withOnlyErrors(true);
            Scenario scenario = new Scenario(all ? options.withErrorStatus(SpanOptions.ErrorStatus.ALL) : options);
            scenario.start(LS, 0);
            scenario.call(LS, number, 1, 2, result);
            scenario.exit(LS, 3, 0); // how a connection ended may be known by then
            assertThat(scenario.calls()).hasSize(all ? 1 : 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"16, -22", "202, -22", "0, -25", "42, -110", "42, -111", "257, -2"})
    void theSameErrnoOfAnotherCallStaysAnError(int number, long result) {
        Scenario scenario = new Scenario(SpanOptions.defaults().withOnlyErrors(true));
        scenario.start(LS, 0);
        scenario.call(LS, number, 1, 2, result);
        assertThat(scenario.calls()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"232, 1", "281, 0", "7, 0", "7, 2", "23, 1", "202, 0", "43, 5", "288, 5", "35, 0", "230, 0", "34, -4"})
    void minDurationLeavesOutIdleWaitsUnlessTheyAreNamed(int number, long result) {
        SpanOptions slow = SpanOptions.defaults().withMinDuration(Duration.ofNanos(10_000));
        Scenario scenario = new Scenario(slow);
        scenario.start(LS, 0);
        scenario.call(LS, number, 0, 5_000, result);
        assertThat(scenario.calls()).isEmpty();
        Scenario naming = new Scenario(slow.withNamedCalls(call -> call.number() == number));
        naming.start(LS, 0);
        naming.call(LS, number, 0, 5_000, result);
        assertThat(naming.calls()).hasSize(1);
    }

    @Test
    void aPollOfOneDescriptorThatBecameReadyIsNoIdleWait() {
        assertThat(IdleWaits.contains(Scenario.syscall(7), new long[] {1, 1, -1, 0, 0, 0}, 1))
                .isFalse();
        assertThat(IdleWaits.contains(Scenario.syscall(7), new long[] {1, 1, 100, 0, 0, 0}, 0))
                .isTrue();
        assertThat(IdleWaits.contains(Scenario.syscall(7), new long[] {1, 2, -1, 0, 0, 0}, 1))
                .isTrue();
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
    void onlyCallsAboutASubjectBecomeSpans() throws Exception {
        Scenario scenario = new Scenario(NAMED.withSubjects(Subjects.written(List.of("/etc/app"), List.of(":5432"))));
        CallFixture open = CallFixture.call("openat").args(-100, 0x1000, 0);
        tell(scenario, open.string(1, "/etc/app").returns(3));
        tell(
                scenario,
                CallFixture.call("openat")
                        .args(-100, 0x1000, 0)
                        .string(1, "/etc/apps")
                        .returns(4));
        tell(scenario, CallFixture.call("read").args(3, 0x1000, 1));
        tell(scenario, CallFixture.call("read").args(4, 0x1000, 1));
        tell(scenario, CallFixture.call("getppid"));

        assertThat(scenario.calls()).extracting(SpanData::getName).containsExactly("syscall: openat", "syscall: read");
        assertThat(scenario.calls())
                .extracting(span -> Scenario.attribute(span, "file.path")
                        .or(() -> Scenario.attribute(span, "syscall.fd.path"))
                        .orElse(""))
                .containsOnly("/etc/app");
    }

    @Test
    void aConnectThatIsHeldIsChosenByThePeerItHadThen() throws Exception {
        Scenario scenario = new Scenario(NAMED.withSubjects(Subjects.written(List.of(), List.of("10.0.0.9"))));
        for (int socket : new int[] {8, 9}) {
            byte[] peer = {2, 0, 0x15, 0x38, 10, 0, 0, (byte) socket, 0, 0, 0, 0, 0, 0, 0, 0};
            tell(scenario, CallFixture.call("socket").args(2, 1, 0).returns(socket));
            tell(
                    scenario,
                    CallFixture.call("connect")
                            .args(socket, 0x1000, 16)
                            .data(1, false, peer)
                            .fails(EINPROGRESS));
        }
        assertThat(scenario.calls()).isEmpty();
        tell(scenario, CallFixture.call("close").args(8));
        tell(scenario, CallFixture.call("close").args(9));

        assertThat(scenario.calls())
                .extracting(SpanData::getName)
                .containsExactlyInAnyOrder("syscall: connect", "syscall: close");
        assertThat(scenario.calls())
                .extracting(span -> Scenario.attribute(span, "network.peer.address"))
                .containsOnly(Optional.of("10.0.0.9"));
    }

    @Test
    void subjectsAndTheOtherChoicesHoldTogether() throws Exception {
        Scenario scenario = new Scenario(NAMED.withSubjects(Subjects.written(List.of("/etc/app"), List.of()))
                .withOnlyErrors(true));
        CallFixture open = CallFixture.call("openat").args(-100, 0x1000, 0);
        tell(scenario, open.string(1, "/etc/app").returns(3));
        tell(scenario, CallFixture.call("read").args(3, 0x1000, 1).fails(5));
        tell(scenario, CallFixture.call("read").args(9, 0x1000, 1).fails(5));

        assertThat(scenario.calls()).extracting(SpanData::getName).containsExactly("syscall: read");
    }

    @Test
    void aProgramsArgumentsStayOnItsRootThoughItsExecIsNotMeant() throws Exception {
        Scenario scenario = new Scenario(SpanOptions.defaults()
                .withArguments(ArgumentDetail.FULL)
                .withSubjects(Subjects.written(List.of("/etc/app"), List.of())));
        scenario.start(CallFixture.PROCESS, 0);
        tell(
                scenario,
                CallFixture.call("execve")
                        .args(0x1000, 0x2000, 0x3000)
                        .string(0, "/bin/ls")
                        .data(new CapturedData(
                                1, Part.ELEMENT, 0, false, "ls".getBytes(StandardCharsets.UTF_8), false, 0)));
        scenario.exit(CallFixture.PROCESS, 9, 0);
        scenario.end();

        assertThat(scenario.calls()).isEmpty();
        assertThat(Scenario.attribute(scenario.onlyRoot(), "process.command_args"))
                .contains(List.of("ls"));
    }

    @Test
    void subjectsWithoutArgumentsAreRefused() {
        assertThatThrownBy(() -> SpanOptions.defaults().withSubjects(Subjects.written(List.of("/etc/app"), List.of())))
                .hasMessageStartingWith("subjects need arguments");
    }

    private void tell(Scenario scenario, CallFixture call) {
        scenario.tell(call.times(Scenario.at(micros), Scenario.at(micros + 1)).build());
        micros += 2;
    }

    @Test
    void aDurationBelowZeroIsRefused() {
        assertThatThrownBy(() -> SpanOptions.defaults().withMinDuration(Duration.ofNanos(-1)))
                .hasMessageContaining("must not be negative");
    }
}
