// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.ring.DetachReason;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus.CallInFlight;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceTotals;
import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessPattern;
import dev.renacer.nodeagent.process.ProcessSelection;
import dev.renacer.nodeagent.refusal.Refusal;
import dev.renacer.nodeagent.trace.ContainerTrace;
import dev.renacer.nodeagent.trace.DrivenTraces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssignedContainerTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** A process that lives outside of the container. */
    private static final int OUTSIDE = 5;

    private final DrivenTraces traces = new DrivenTraces();
    private final AtomicInteger ends = new AtomicInteger();
    private Optional<ProcessPattern> pattern = Optional.empty();
    private Optional<Refusal> refused = Optional.empty();

    @TempDir
    private Path procfs;

    @Test
    void waitsUntilAProcessAppearsAndSaysSo() {
        AssignedContainer container = container(Optional.empty());
        assertThat(container.attach(List.of(), MINUTE)).isFalse();
        assertState(container, TargetState.Waiting, Reason.NotRunning);
        assertThat(container.status().since()).isNull();

        assertThat(container.attach(List.of(7, 8), MINUTE)).isTrue();
        assertThat(container.status().state()).isEqualTo("Tracing");
        assertThat(container.status().reason()).isNull();
        assertThat(container.status().since()).isNotNull();
        assertThat(container.status().podName()).isEqualTo(container.target().podName());
        assertThat(traces.opened()).hasSize(1);
        assertThat(traces.opened().getFirst().pids()).containsExactlyInAnyOrder(7, 8);
        assertThat(traces.opened().getFirst().left()).isEqualTo(MINUTE);
    }

    @Test
    void laterProcessesJoinTheSameTraceAndKnownOnesAreLeftAlone() {
        AssignedContainer container = container(Optional.empty());
        container.attach(List.of(7), MINUTE);
        assertThat(container.attach(List.of(7, 9), MINUTE)).isFalse();
        assertThat(traces.opened()).hasSize(1);
        assertThat(container.totals().processes()).isEqualTo(2);
    }

    @Test
    void aRefusalIsAFailureUntilAnAttachSucceeds() {
        AssignedContainer container = container(Optional.empty());
        traces.refuse(CaptureException.Reason.ALREADY_TRACED, "traced by gdb (pid 9): end it");
        assertThat(container.attach(List.of(7), MINUTE)).isTrue();
        assertState(container, TargetState.Failed, Reason.AlreadyTraced);
        assertThat(container.status().message()).isEqualTo("traced by gdb (pid 9): end it");
        assertThat(container.attach(List.of(7), MINUTE))
                .as("nothing new to tell")
                .isFalse();

        traces.allow();
        assertThat(container.attach(List.of(7), MINUTE)).isTrue();
        assertThat(container.status().state()).isEqualTo("Tracing");
        assertThat(container.totals().targets()).isEqualTo(1);
    }

    @Test
    void aProcessThatEndedBeforeItsAttachIsNoFailure() {
        AssignedContainer container = container(Optional.empty());
        traces.refuse(CaptureException.Reason.NO_SUCH_PROCESS, "gone");
        assertThat(container.attach(List.of(7), MINUTE)).isFalse();
        assertState(container, TargetState.Waiting, Reason.NotRunning);
    }

    @Test
    void onceItsProcessesEndedItIsFinishedAndTracedAgainIfOthersAppear() {
        AssignedContainer container = container(Optional.empty());
        container.attach(List.of(7), MINUTE);
        traces.opened().getFirst().end(Optional.empty());
        assertThat(ends).hasValue(1);
        assertThat(container.traceEnded()).isTrue();
        assertState(container, TargetState.Finished, Reason.ContainerNotRunning);
        assertThat(traces.opened().getFirst().closed()).isTrue();

        container.attach(List.of(11), MINUTE);
        assertThat(container.status().state()).isEqualTo("Tracing");
        assertThat(traces.opened()).hasSize(2);
        assertThat(container.totals()).isEqualTo(new TraceTotals(1, 2, 20, 18, 2));
        assertThat(container.firstTraceIds()).containsExactly("id-0", "id-1");
    }

    @Test
    void callsInFlightAreInTheStatusWhileItIsTraced() {
        AssignedContainer container = container(Optional.empty());
        CallInFlight call = new CallInFlight("read", "2026-01-01T00:00:00Z", 1, 7, null);
        assertThat(container.status().callsInFlight()).isNull();
        container.attach(List.of(7), MINUTE);
        assertThat(container.status().callsInFlight()).isNull();
        traces.opened().getFirst().inFlight(call);
        assertThat(container.status().callsInFlight()).containsExactly(call);
        traces.opened().getFirst().end(Optional.empty());
        container.traceEnded();
        assertThat(container.status().callsInFlight()).isNull();
    }

    @Test
    void afterALostHeartbeatItWaitsToBeTracedAgain() {
        AssignedContainer container = container(Optional.empty());
        container.attach(List.of(7), MINUTE);
        traces.opened().getFirst().end(Optional.of(DetachReason.HEARTBEAT_LOST));
        container.traceEnded();
        assertState(container, TargetState.Waiting, Reason.InternalError);
        container.attach(List.of(7), MINUTE);
        assertThat(container.status().state()).isEqualTo("Tracing");
    }

    @Test
    void whatTheAgentFailedAtIsLetGoToldAndTracedAgain() {
        AssignedContainer container = container(Optional.empty());
        container.attach(List.of(7), MINUTE);
        traces.opened().getFirst().fail(new IllegalStateException("as this test wants it"));
        container.attach(List.of(7), MINUTE);
        assertThat(traces.opened().getFirst().pids()).isEmpty();
        assertThat(container.traceEnded()).isTrue();
        assertState(container, TargetState.Waiting, Reason.InternalError);
        assertThat(container.status().message()).contains("IllegalStateException");

        container.attach(List.of(7), MINUTE);
        assertThat(container.status().state()).isEqualTo("Tracing");
        assertThat(traces.opened()).hasSize(2);
    }

    @Test
    void aContainerAtWhichTheAgentFailsThreeTimesIsLetGoForTheRestOfTheWindow() {
        AssignedContainer container = container(Optional.empty());
        for (int i = 0; i < 3; i++) {
            container.attach(List.of(7), MINUTE);
            traces.opened().getLast().fail(new IllegalStateException("as this test wants it"));
            traces.opened().getLast().stop();
            container.traceEnded();
        }
        assertState(container, TargetState.Failed, Reason.InternalError);
        assertThat(container.attach(List.of(7), MINUTE)).isFalse();
        assertThat(traces.opened()).hasSize(3);
    }

    @Test
    void whatTheAgentFailedAtAtTheEndOfTheWindowIsTold() throws Exception {
        AssignedContainer container = container(Optional.empty());
        container.attach(List.of(7), MINUTE);
        container.stop();
        traces.opened().getFirst().fail(new IllegalStateException("as this test wants it"));
        assertThat(container.awaitDetached(MINUTE)).isTrue();
        container.finish(Reason.DeadlineReached, "the window is over");
        assertState(container, TargetState.Failed, Reason.InternalError);
    }

    @Test
    void aContainerSlowedDownTooMuchIsLetGoForTheRestOfTheWindow() {
        AssignedContainer container = container(Optional.empty());
        container.attach(List.of(7), MINUTE);
        traces.opened().getFirst().slowDown(730);
        assertThat(container.traceEnded()).isTrue();
        assertState(container, TargetState.Failed, Reason.SlowdownExceeded);
        assertThat(container.status().message()).contains("730 %").contains("spec.process");
        assertThat(container.totals().worstSlowdownPercent()).isEqualTo(730);

        assertThat(container.attach(List.of(7, 8), MINUTE)).isFalse();
        container.finish(Reason.DeadlineReached, "the window is over");
        assertState(container, TargetState.Failed, Reason.SlowdownExceeded);
        assertThat(traces.opened()).hasSize(1);
        assertThat(container.slowdownRefusal()).isPresent();
    }

    @Test
    void isGivenUpAfterTenTraces() {
        AssignedContainer container = container(Optional.empty());
        for (int i = 0; i < 10; i++) {
            container.attach(List.of(7), MINUTE);
            traces.opened().getLast().end(Optional.empty());
            container.traceEnded();
        }
        container.attach(List.of(7), MINUTE);
        assertState(container, TargetState.Failed, Reason.InternalError);
        assertThat(traces.opened()).hasSize(10);
    }

    @Test
    void isNotAttachedInTheLastMoment() {
        AssignedContainer container = container(Optional.empty());
        assertThat(container.attach(List.of(7), Duration.ofMillis(100))).isFalse();
        assertThat(traces.opened()).isEmpty();
    }

    @Test
    void theWindowsEndFinishesWhatWasTracedAndKeepsAFailure() throws Exception {
        AssignedContainer traced = container(Optional.empty());
        traced.attach(List.of(7), MINUTE);
        traced.stop();
        assertThat(traced.awaitDetached(MINUTE)).isTrue();
        traced.finish(Reason.DeadlineReached, "the window is over");
        assertState(traced, TargetState.Finished, Reason.DeadlineReached);

        AssignedContainer never = container(Optional.empty());
        never.finish(Reason.DeadlineReached, "the window is over");
        assertState(never, TargetState.Finished, Reason.NotRunning);

        AssignedContainer failed = container(Optional.empty());
        traces.refuse(CaptureException.Reason.YAMA_DENIED, "scope 3");
        failed.attach(List.of(7), MINUTE);
        failed.stop();
        assertThat(failed.awaitDetached(MINUTE))
                .as("nothing was attached, so nothing to wait for")
                .isTrue();
        failed.finish(Reason.DeadlineReached, "the window is over");
        assertState(failed, TargetState.Failed, Reason.YamaDenied);
    }

    @Test
    void countsOnFromWhatAnEarlierAgentReported() {
        AssignedContainer container = container(Optional.of(new TraceTotals(1, 4, 100, 90, 10)));
        container.attach(List.of(7), MINUTE);
        assertThat(container.totals()).isEqualTo(new TraceTotals(1, 5, 110, 99, 11));
    }

    @Test
    void failedLookupsOfAllAgentsAreCountedInTheStatusAndThisAgentsInItsMetrics() {
        AssignedContainer container =
                container(Optional.of(new TraceTotals(1, 4, 100, 90, 10, 0, 0, 0, 0, 0, 0, null, 5)));
        container.attach(List.of(7), MINUTE);
        traces.opened().getFirst().failLookups(2);

        assertThat(container.totals().failedLookups()).isEqualTo(7);
        assertThat(container.figures().failedLookups()).isEqualTo(2);
    }

    @Test
    void aProcessWhoseNameTheSpecDoesNotMatchIsNotAttachedToAndToldUntilOneMatches() throws Exception {
        pattern = Optional.of(ProcessPattern.of("^nginx"));
        AssignedContainer container = container(Optional.empty());
        named(7, "sh\u001b[31m");
        assertThat(container.attach(List.of(7), MINUTE)).isTrue();
        assertState(container, TargetState.Waiting, Reason.ProcessNotMatched);
        assertThat(container.status().message()).contains("^nginx").contains("sh\\u001b[31m");
        assertThat(traces.opened()).isEmpty();

        named(8, "nginx");
        assertThat(container.attach(List.of(7, 8), MINUTE)).isTrue();
        assertThat(container.status().state()).isEqualTo("Tracing");
        assertThat(container.status().reason()).isNull();
        assertThat(traces.opened().getFirst().pids()).containsExactly(8);
    }

    @Test
    void aWindowInWhichNoNameMatchedSaysSoAtItsEnd() throws Exception {
        pattern = Optional.of(ProcessPattern.of("nginx"));
        AssignedContainer container = container(Optional.empty());
        named(7, "sh");
        container.attach(List.of(7), MINUTE);
        container.finish(Reason.DeadlineReached, "the window is over");
        assertState(container, TargetState.Finished, Reason.ProcessNotMatched);
    }

    @Test
    void whatIsRefusedFailsBeforeAnyProcessIsLookedAt() {
        refused = Optional.of(new Refusal(Reason.InvalidProcessPattern, "no expression"));
        AssignedContainer container = container(Optional.empty());
        assertState(container, TargetState.Failed, Reason.InvalidProcessPattern);
        assertThat(container.attach(List.of(7), MINUTE)).isFalse();
        container.finish(Reason.DeadlineReached, "the window is over");
        assertState(container, TargetState.Failed, Reason.InvalidProcessPattern);
        assertThat(traces.opened()).isEmpty();
    }

    @Test
    void aProcessThatHasJustAppearedIsAttachedToBesideTheOthers() {
        AssignedContainer container = container(Optional.empty());
        assertThat(container.attachNew(7, MINUTE)).isTrue();
        assertThat(container.attachNew(8, MINUTE)).isFalse();
        assertThat(container.attachNew(8, MINUTE)).isFalse();
        assertThat(traces.opened()).hasSize(1);
        assertThat(traces.opened().getFirst().pids()).containsExactlyInAnyOrder(7, 8);
        assertThat(container.totals().processes()).isEqualTo(2);
    }

    @Test
    void whyANewProcessIsNotAttachedToSaysNothingAboutTheContainer() throws Exception {
        AssignedContainer container = container(Optional.empty());
        container.attach(List.of(7), MINUTE);
        traces.refuse(CaptureException.Reason.ALREADY_TRACED, "by another");
        assertThat(container.attachNew(8, MINUTE)).isFalse();
        assertThat(container.status().state()).isEqualTo("Tracing");

        pattern = Optional.of(ProcessPattern.of("nginx"));
        AssignedContainer named = container(Optional.empty());
        named(9, "sh");
        assertThat(named.attachNew(9, MINUTE)).isFalse();
        assertState(named, TargetState.Waiting, Reason.NotRunning);
    }

    @Test
    void aRuntimesProcessIsAttachedToForWhatItWillExecute() throws Exception {
        named(7, "runc:[2:INIT]");
        Files.writeString(procfs.resolve("7/stat"), "7 (runc:[2:INIT]) S " + OUTSIDE + " 1 1 0 -1");
        Files.createSymbolicLink(procfs.resolve("7/exe"), Path.of("/usr/sbin/runc"));
        AssignedContainer container = container(Optional.empty());
        assertThat(container.attachNew(7, MINUTE)).isTrue();
        assertThat(traces.opened().getFirst().beforeExec()).containsExactly(7);
    }

    private void named(int pid, String name) throws IOException {
        Files.createDirectory(procfs.resolve(Integer.toString(pid)));
        Files.writeString(procfs.resolve(pid + "/comm"), name + "\n");
    }

    private AssignedContainer container(Optional<TraceTotals> earlier) {
        Target target = new Target("p", "u", null, "ns", "main", "c", null, null);
        ContainerTrace.Parameters parameters = new ContainerTrace.Parameters(
                "ns/t",
                target,
                () -> {
                    throw new UnsupportedOperationException();
                },
                Profile.everything(100));
        return new AssignedContainer(
                traces,
                parameters,
                new ProcessSelection(new ProcessFiles(procfs), pattern, pid -> pid == OUTSIDE),
                refused,
                new AuditTrail("ns/t", Optional.empty(), Optional.empty()),
                earlier,
                Optional.empty(),
                ends::incrementAndGet);
    }

    private static void assertState(AssignedContainer container, TargetState state, Reason reason) {
        assertThat(container.status().state()).isEqualTo(state.name());
        assertThat(container.status().reason()).isEqualTo(reason.name());
        assertThat(container.status().message()).isNotBlank();
    }
}
