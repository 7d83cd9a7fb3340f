// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.admin.TracePolicy;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.testing.RealApiServer;
import dev.renacer.operator.scale.OperatorProcess;
import dev.renacer.operator.scale.SimulatedAgents;
import dev.renacer.operator.status.Conditions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** One tenant applies hundreds of requests at once, where a policy limits how many run: the operator stays the leader. */
@Tag(RealApiServer.TAG)
class BurstIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    private static final int REQUESTS = Integer.getInteger("renacer.burst", 500);
    private static final int LIMIT = 5;

    private static final RealOperators OPERATORS = new RealOperators(SERVER);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path logs;

    @AfterEach
    void deleteWhatLiesOutsideTheNamespace() {
        OPERATORS.deleteLease();
        SERVER.client().resources(TraceSink.class).withName(SERVER.namespace()).delete();
        SERVER.client()
                .resources(TracePolicy.class)
                .withName(SERVER.namespace())
                .delete();
    }

    @Test
    void aBurstOfRequestsQueuesAndTheLeaderStays() throws Exception {
        OPERATORS.create(TraceSink.class, "metadata: {name: NS}\nspec: {endpoint: 'http://127.0.0.1:9'}");
        OPERATORS.create(TracePolicy.class, """
            metadata: {name: NS}
            spec:
              namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: NS}}
              limits: {maxRequestsPerNamespace: %d, maxRequestsPerNode: %d}
            """.formatted(LIMIT, LIMIT));
        OPERATORS.awaitServiceAccount();
        OPERATORS.runningPod("first", "web", "node-of-the-burst-first");
        OPERATORS.runningPod("second", "web", "node-of-the-burst-second");
        try (SimulatedAgents _ = new SimulatedAgents(SERVER.client(), SERVER.namespace());
                OperatorProcess leader = replica("leader")) {
            until("leads", () -> leader.ready() && OPERATORS.holder().equals("leader"));
            try (OperatorProcess standby = replica("standby")) {
                until("stands by", standby::ready);
                int transitions = OPERATORS.lease().orElseThrow().getSpec().getLeaseTransitions();
                RealOperators.many(REQUESTS, BurstIT::request);

                until(
                        "each is reported",
                        () -> leader.ready()
                                && requests().stream()
                                        .allMatch(request -> Conditions.of(request.getStatus(), ConditionType.Accepted)
                                                .isPresent()));
                assertThat(requests().stream()
                                .filter(request -> Conditions.isTrue(request.getStatus(), ConditionType.Accepted)))
                        .hasSize(LIMIT);
                assertThat(SERVER.client()
                                .resources(NodeTrace.class)
                                .inNamespace(SERVER.namespace())
                                .list()
                                .getItems())
                        .hasSizeLessThanOrEqualTo(2 * LIMIT);
                SERVER.client()
                        .resources(TraceRequest.class)
                        .inNamespace(SERVER.namespace())
                        .delete();
                until("all are gone", () -> leader.ready() && requests().isEmpty());
                assertThat(OPERATORS.holder()).isEqualTo("leader");
                assertThat(OPERATORS.lease().orElseThrow().getSpec().getLeaseTransitions())
                        .isEqualTo(transitions);
                assertThat(leader.process().isAlive()).isTrue();
                assertThat(standby.process().isAlive()).isTrue();
            }
        }
    }

    private static List<TraceRequest> requests() {
        return SERVER.client()
                .resources(TraceRequest.class)
                .inNamespace(SERVER.namespace())
                .list()
                .getItems();
    }

    private static void request(int number) {
        OPERATORS.create(TraceRequest.class, """
            metadata: {name: burst-%d, namespace: NS}
            spec: {selector: {matchLabels: {app: web}}, durationSeconds: 600, sinkRef: {name: NS}}
            """.formatted(number));
    }

    private OperatorProcess replica(String name) throws IOException {
        return OPERATORS.replica(name, SERVER.kubeconfig(), logs.resolve(name));
    }

    private static void until(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofSeconds(1))
                .until(condition);
    }
}
