// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.KubectlExit;
import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.testing.RealApiServer;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code kubectl renacer stuck} against a real API server; the test stands in for the operator and writes the statuses. */
@Tag(RealApiServer.TAG)
class StuckCommandIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    private static final String LOOKED = """
        {"status": {"completionTime": "2026-01-01T00:01:00Z", "conditions": [
          {"type": "Accepted", "status": "True", "reason": "Accepted", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"},
          {"type": "Tracing", "status": "False", "reason": "Looked", "message": "", "lastTransitionTime": "2026-01-01T00:01:00Z"},
          {"type": "Succeeded", "status": "True", "reason": "Completed", "message": "1 process of 1 container looked at",
           "lastTransitionTime": "2026-01-01T00:01:00Z"}],
          "looks": [{"nodeName": "node-1", "podName": "bank-0", "containerName": "app", "time": "2026-01-01T00:00:01Z",
            "deadlocks": [{"threads": ["thread 7 (teller-a) waits for a mutex", "thread 8 (teller-b) waits for another"]}],
            "processes": [{"pid": 1, "hostPid": 4711, "name": "ba\\u001bnk", "threads": 2, "groups": [
              {"count": 2, "threads": [{"tid": 7, "name": "teller-a"}, {"tid": 8, "name": "teller-b"}],
               "doing": "asleep for 1.0 s to 2.0 s", "asleepMillis": 2000, "call": "futex(0x1, FUTEX_WAIT, 2, NULL)",
               "waitsFor": ["waits for a mutex"], "stack": ["> bank(transfer+0x1) [0x2]"]}]}]}]}}\
        """;
    private static final String TRACING = """
        {"status": {"startTime": "2026-01-01T00:00:00Z", "conditions": [
          {"type": "Accepted", "status": "True", "reason": "Accepted", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"},
          {"type": "Tracing", "status": "True", "reason": "Tracing", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}\
        """;
    private static final String REFUSED = """
        {"status": {"conditions": [
          {"type": "Accepted", "status": "False", "reason": "DeniedByPolicy", "message": "TracePolicy \\"strict\\" does not allow looks",
           "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}\
        """;

    private final ConcurrentLinkedQueue<TraceRequest> asked = new ConcurrentLinkedQueue<>();

    @Test
    void whatWasFoundIsPrintedAndTheRequestIsGone() {
        try (Watch _ = operator(LOOKED)) {
            Run run = plugin("stuck", "bank-0", "--container", "app", "--arguments", "None");

            assertThat(run.out()).isEqualTo("""
                        bank-0/app on node-1
                        DEADLOCK of 2 threads:
                          thread 7 (teller-a) waits for a mutex
                          thread 8 (teller-b) waits for another

                        process 1 (ba\\u001bnk), 2 threads
                          2 threads: asleep for 1.0 s to 2.0 s
                            7 (teller-a), 8 (teller-b)
                            futex(0x1, FUTEX_WAIT, 2, NULL)
                            waits for a mutex
                              > bank(transfer+0x1) [0x2]

                        """);
            assertThat(run.err()).isEmpty();
            assertThat(run.code()).isZero();
        }
        assertThat(asked).hasSize(1).first().satisfies(request -> {
            assertThat(request.getSpec().isLook()).isTrue();
            assertThat(request.getSpec().podName()).isEqualTo("bank-0");
            assertThat(request.getSpec().containers()).containsExactly("app");
            assertThat(request.getSpec().arguments()).isEqualTo("None");
        });
        assertThat(left()).isEmpty();
    }

    @Test
    void aScriptReadsJsonAndTheExitCode() {
        try (Watch _ = operator(LOOKED)) {
            Run run = plugin("stuck", "deploy/bank", "--fail-on", "deadlock", "-o", "json");

            assertThat(run.out()).contains("\"hostPid\" : 4711").contains("\"deadlocks\" : [");
            assertThat(run.code()).isEqualTo(KubectlExit.FOUND);
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void aRefusalIsToldWithItsReason() {
        try (Watch _ = operator(REFUSED)) {
            Run run = plugin("stuck", "bank-0");

            assertThat(run.err()).contains("Refused (DeniedByPolicy): TracePolicy \"strict\" does not allow looks");
            assertThat(run.code()).isEqualTo(KubectlExit.REFUSED);
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void anOlderOperatorThatTracesIsStoppedAtOnce() {
        try (Watch _ = operator(TRACING)) {
            Run run = plugin("stuck", "bank-0");

            assertThat(run.err()).contains("does not know looks (spec.mode) and began to trace; the trace is ended");
            assertThat(run.code()).isEqualTo(1);
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void theRequestStaysIfItIsAskedTo() {
        try (Watch _ = operator(LOOKED)) {
            Run run = plugin("stuck", "-l", "app=bank", "--keep");

            assertThat(run.code()).as(run.err()).isZero();
            assertThat(left())
                    .hasSize(1)
                    .allSatisfy(name -> assertThat(run.err()).contains(name + " is kept"));
        } finally {
            SERVER.client()
                    .resources(TraceRequest.class)
                    .inNamespace(SERVER.namespace())
                    .delete();
        }
    }

    private static List<String> left() {
        return SERVER.client().resources(TraceRequest.class).inNamespace(SERVER.namespace()).list().getItems().stream()
                .map(request -> request.getMetadata().getName())
                .toList();
    }

    private static Run plugin(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-n", SERVER.namespace()));
        return Run.of(
                Launchers.command("kubectl-renacer", all),
                Map.of("KUBECONFIG", SERVER.kubeconfig().toString()));
    }

    /** Answers each request that is made. */
    private Watch operator(String status) {
        return SERVER.client()
                .resources(TraceRequest.class)
                .inNamespace(SERVER.namespace())
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action happened, TraceRequest request) {
                        if (happened == Action.ADDED) {
                            asked.add(request);
                            SERVER.client()
                                    .resources(TraceRequest.class)
                                    .inNamespace(SERVER.namespace())
                                    .withName(request.getMetadata().getName())
                                    .subresource("status")
                                    .patch(PatchContext.of(PatchType.JSON_MERGE), status);
                        }
                    }

                    @Override
                    public void onClose(@Nullable WatcherException cause) {
                        assertThat(cause).isNull();
                    }
                });
    }
}
