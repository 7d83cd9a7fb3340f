// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.KubectlExit;
import dev.renacer.cli.kubectl.status.Attachments;
import dev.renacer.cli.kubectl.status.TraceState;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceRequestStatus.Example;
import dev.renacer.crds.TraceRequestStatus.Skipped;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProgressPrinterTest {
    private static final Condition ACCEPTED = condition("Accepted", "True", "Accepted", "");
    private static final Condition TRACING = condition("Tracing", "True", "Tracing", "1 container on 1 node");
    private static final Condition SUCCEEDED = condition("Succeeded", "True", "Completed", "The window passed.");
    private static final TraceTotals TOTALS = new TraceTotals(1, 2, 1_234, 1_000, 34);

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ProgressPrinter progress = new ProgressPrinter(
            new PrintWriter(printed, true, StandardCharsets.UTF_8), LiveLine.none(), System.nanoTime());

    @Test
    void eachChangeIsToldOnce() {
        progress.update(request(null, TraceTotals.NONE));
        progress.update(request(null, TraceTotals.NONE, ACCEPTED));
        progress.update(request(null, TraceTotals.NONE, ACCEPTED));
        progress.update(request(null, TOTALS, ACCEPTED, TRACING));
        progress.update(request(null, TOTALS, ACCEPTED, TRACING));
        progress.update(request("2026-01-01T00:01:00Z", TOTALS, ACCEPTED, SUCCEEDED));
        assertThat(lines())
                .containsExactly(
                        "Accepted",
                        "Tracing: 1 container on 1 node",
                        "1 container, 2 processes: 1,234 calls, 1,000 spans, lost 34",
                        "Succeeded (Completed): The window passed.");
        assertThat(progress.state()).isEqualTo(TraceState.SUCCEEDED);
    }

    @Test
    void aRefusalNamesItsReason() {
        progress.update(request(null, TraceTotals.NONE, condition("Accepted", "False", "SinkNotFound", "no sink 'x'")));
        assertThat(lines()).containsExactly("Refused (SinkNotFound): no sink 'x'");
        assertThat(progress.state().isLast()).isTrue();
    }

    @Test
    void anEndWithoutSuccessIsAFailure() {
        progress.update(request(
                "2026-01-01T00:01:00Z",
                TraceTotals.NONE,
                ACCEPTED,
                condition("Succeeded", "False", "NothingTraced", "no process was ever traced")));
        assertThat(lines()).containsExactly("Failed (NothingTraced): no process was ever traced");
    }

    @Test
    void whatGoesWrongBesideIsToldToo() {
        progress.update(request(
                null, TraceTotals.NONE, ACCEPTED, TRACING, condition("Exporting", "False", "ExportFailed", "refused")));
        assertThat(lines()).contains("Not exporting (ExportFailed): refused");
    }

    @Test
    void whoIsSkippedIsToldOnceWithTheReason() {
        TraceRequest request = skipping(
                "DeniedByPod",
                3,
                List.of(new Example("web-1", "app", "node-1", "annotated renacer.dev/deny")),
                ACCEPTED,
                TRACING);
        progress.update(request);
        progress.update(request);
        assertThat(lines())
                .containsOnlyOnce("Skipped web-1/app on node-1 (DeniedByPod): annotated renacer.dev/deny")
                .containsOnlyOnce("Skipped 2 more (DeniedByPod)");
    }

    @Test
    void whatAStatusSaysInFourPlacesIsToldOfTheContainerAlone() {
        String message = "process 42 is traced by 41 (gdb)";
        TraceRequest request = skipping(
                "AlreadyTraced",
                1,
                List.of(new Example("web-1", "app", "node-1", message)),
                ACCEPTED,
                condition("Tracing", "False", "AlreadyTraced", "web-1/app: " + message),
                condition("Degraded", "True", "TargetsFailed", "AlreadyTraced: web-1/app: " + message));
        progress.containers(List.of(failed("AlreadyTraced", message)));
        progress.update(request);
        progress.containers(List.of(failed("AlreadyTraced", message)));
        progress.update(request);
        assertThat(lines()).containsExactly("Failed web-1/app on node-1 (AlreadyTraced): " + message);
        progress.containers(List.of(failed("PermissionDenied", "no CAP_SYS_PTRACE")));
        assertThat(lines()).last().isEqualTo("Failed web-1/app on node-1 (PermissionDenied): no CAP_SYS_PTRACE");
    }

    @Test
    void aSkipThatMovesWithinTheListIsNoNews() {
        Example first = new Example("web-1", "app", "node-1", "annotated");
        Example second = new Example("web-2", "app", "node-1", "annotated");
        progress.update(skipping("DeniedByPod", 2, List.of(first), ACCEPTED));
        progress.update(skipping("DeniedByPod", 2, List.of(second), ACCEPTED));
        progress.update(skipping("DeniedByPod", 2, List.of(first), ACCEPTED));
        assertThat(lines())
                .containsExactly(
                        "Accepted",
                        "Skipped web-1/app on node-1 (DeniedByPod): annotated",
                        "Skipped 1 more (DeniedByPod)",
                        "Skipped web-2/app on node-1 (DeniedByPod): annotated");
    }

    @Test
    void thatSpansAreLostIsToldOnceAndHowManyInTheFigures() {
        for (int lost = 10; lost <= 30; lost += 10) {
            progress.update(request(
                    null,
                    new TraceTotals(1, 2, 100, 100 - lost, lost),
                    TRACING,
                    condition("Degraded", "True", "SpansLost", lost + " of 100 spans were lost; over the budget")));
        }
        assertThat(lines())
                .filteredOn(line -> line.startsWith("Degraded"))
                .containsExactly("Degraded (SpansLost): 10 of 100 spans were lost; over the budget");
        assertThat(lines()).last().asString().endsWith("70 spans, lost 30");
    }

    @Test
    void whatShareOfBusyThreadsWasWatchedIsToldOnceAndInTheFigures() {
        for (long millis = 1_000; millis <= 3_000; millis += 1_000) {
            progress.update(request(
                    null,
                    new TraceTotals(1, 2, 100, 100, 0, 90, 95, 90, 42, 9 * millis, millis, null, 0),
                    TRACING,
                    condition("Degraded", "True", "PartlyWatched", "watched 10.0 % of " + millis * 10 + " ms")));
        }
        assertThat(lines())
                .filteredOn(line -> line.startsWith("Degraded"))
                .containsExactly("Degraded (PartlyWatched): watched 10.0 % of 10000 ms");
        assertThat(lines()).last().asString().endsWith(", busy threads watched 10.0 % of the time (3.0 of 30.0 s)");
    }

    @Test
    void anEndWithoutSuccessSaysWhyAlsoWhereAContainersLineSaidIt() {
        String message = "The container has ended with exit code 3";
        TraceRequest failed = request(
                "2026-01-01T00:01:00Z",
                TraceTotals.NONE,
                condition("Succeeded", "False", "NothingTraced", "web-1/app: " + message));
        failed.setStatus(new TraceRequestStatus(
                1L,
                failed.getStatus().conditions(),
                null,
                null,
                "2026-01-01T00:01:00Z",
                1,
                null,
                null,
                List.of(new Skipped("NotRunning", 1, List.of(new Example("web-1", "app", "node-1", message)))),
                null,
                null));
        progress.update(failed);
        assertThat(lines()).contains("Failed (NothingTraced): web-1/app: " + message);
    }

    @Test
    void aContainerIsToldOnceWhateverItsFiguresAndItsEnd() {
        progress.containers(List.of(reported("Tracing", 1)));
        progress.containers(List.of(reported("Tracing", 3)));
        progress.containers(List.of(reported("Finished", 3)));
        assertThat(lines()).containsExactly("Attached web-1/app on node-1");
    }

    @Test
    void aContainerThatEndedBetweenTwoLooksIsToldToo() {
        progress.containers(List.of(reported("Finished", 3)));
        assertThat(lines()).containsExactly("Attached web-1/app on node-1, and detached");
    }

    @Test
    void whatOthersWroteDoesNotSteerTheTerminal() {
        progress.update(request(
                null,
                TraceTotals.NONE,
                ACCEPTED,
                TRACING,
                condition("Exporting", "False", "ExportFailed", "\u001b[2J\nx")));
        progress.containers(List.of(failed("AlreadyTraced", "by 7 (\u202egdb)")));
        assertThat(lines())
                .contains(
                        "Not exporting (ExportFailed): \\u001b[2J\\u000ax",
                        "Failed web-1/app on node-1 (AlreadyTraced): by 7 (\\u202egdb)");
    }

    @Test
    void aConditionThatComesBackIsNewsAgain() {
        Condition exporting = condition("Exporting", "False", "ExportFailed", "refused");
        progress.update(request(null, TraceTotals.NONE, ACCEPTED, TRACING, exporting));
        progress.update(request(null, TraceTotals.NONE, ACCEPTED, TRACING));
        progress.update(request(null, TraceTotals.NONE, ACCEPTED, TRACING, exporting));
        assertThat(lines())
                .containsExactly(
                        "Tracing: 1 container on 1 node",
                        "Not exporting (ExportFailed): refused",
                        "Not exporting (ExportFailed): refused");
    }

    @Test
    void aRefusalTellsWhatToDo() {
        TraceRequest refused = request(null, TraceTotals.NONE, condition("Accepted", "False", "SinkNotFound", "none"));
        progress.update(refused);
        progress.summarize(refused);
        assertThat(lines())
                .containsExactly("Refused (SinkNotFound): none", "what to do: " + Reason.SinkNotFound.remedy());
    }

    @Test
    void whatAnAgentRefusesOfTheRequestItselfIsItsVerdict() {
        Attachments other = failed("AlreadyTraced", "held");
        Attachments verdict = failed("UnknownSyscall", "unknown system call 'opneat', did you mean 'openat'?");
        assertThat(Attachments.verdict(List.of(other))).isEmpty();
        assertThat(Attachments.verdict(List.of(other, verdict))).hasValueSatisfying(progress::refused);
        assertThat(lines())
                .containsExactly(
                        "Refused (UnknownSyscall): unknown system call 'opneat', did you mean 'openat'?",
                        "what to do: " + Reason.UnknownSyscall.remedy());
    }

    @Test
    void theExitCodeTellsRefusalsFromTracesOfNothing() {
        TraceRequest refused = request(null, TraceTotals.NONE, condition("Accepted", "False", "SinkNotFound", ""));
        assertThat(TraceState.of(refused).exitCode(refused)).isEqualTo(KubectlExit.REFUSED);
        TraceRequest nothing =
                request("2026-01-01T00:01:00Z", TraceTotals.NONE, condition("Succeeded", "False", "NothingTraced", ""));
        assertThat(TraceState.of(nothing).exitCode(nothing)).isEqualTo(KubectlExit.NOTHING_TRACED);
        TraceRequest done =
                request("2026-01-01T00:01:00Z", TraceTotals.NONE, condition("Succeeded", "True", "Completed", ""));
        assertThat(TraceState.of(done).exitCode(done)).isZero();
        TraceRequest killed = request(
                "2026-01-01T00:01:00Z", TraceTotals.NONE.asLeast(), condition("Succeeded", "True", "Completed", ""));
        assertThat(TraceState.of(killed).exitCode(killed)).isEqualTo(KubectlExit.INCOMPLETE);
    }

    @Test
    void theLiveLineCountsDownAndTellsTheRate() {
        LiveLine live = LiveLine.none();
        TraceRequest request = request(null, new TraceTotals(1, 2, 1_000, 900, 0), ACCEPTED, TRACING);
        assertThat(live.text(request, Instant.parse("2026-01-01T00:00:10Z"))).isEqualTo("Tracing  900 spans  lost 0");
        TraceRequest later =
                request(null, new TraceTotals(1, 2, 3_000, 2_900, 7).withSlowdown(12, 30), ACCEPTED, TRACING);
        assertThat(live.text(later, Instant.parse("2026-01-01T00:00:14Z")))
                .isEqualTo("Tracing  500 calls/s  2,900 spans  lost 7  slowdown at least 12 % (at most 30 %)");
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceFirst("^ *[0-9.]+s  ", ""))
                .toList();
    }

    private static TraceRequest request(@Nullable String completed, TraceTotals totals, Condition... conditions) {
        TraceRequest request = new TraceRequest();
        request.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("web-x7k2p")
                .build());
        request.setSpec(TraceRequestSpec.EMPTY);
        request.setStatus(new TraceRequestStatus(
                1L, List.of(conditions), null, null, completed, 1, totals, null, null, null, null));
        return request;
    }

    private static TraceRequest skipping(String reason, int count, List<Example> examples, Condition... conditions) {
        TraceRequest request = request(null, TraceTotals.NONE, conditions);
        List<Skipped> skipped = List.of(new Skipped(reason, count, examples));
        request.setStatus(
                new TraceRequestStatus(1L, List.of(conditions), null, null, null, 1, null, null, skipped, null, null));
        return request;
    }

    private static Attachments reported(String state, long processes) {
        return new Attachments(
                "node-1",
                "web-1",
                "app",
                Optional.of(new TargetStatus(
                        "u1",
                        "app",
                        "c1",
                        state,
                        null,
                        null,
                        "2026-01-01T00:00:00Z",
                        new TraceTotals(1, processes, 10, 10, 0))));
    }

    private static Attachments failed(String reason, String message) {
        return new Attachments(
                "node-1",
                "web-1",
                "app",
                Optional.of(new TargetStatus("u1", "app", "c1", "Failed", reason, message, null, null)));
    }

    private static Condition condition(String type, String status, String reason, String message) {
        return new ConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .build();
    }
}
