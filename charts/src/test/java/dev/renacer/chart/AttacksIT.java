// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.chart.Attempt.Expected;
import dev.renacer.chart.Attempt.Identity;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.testing.RealApiServer;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each identity, by its real token, tries what it must not do and what it must be able to do, against a real API server
 * that holds the chart's rights and policies. The server's answers are written to {@code target/attack-table.md}.
 */
@Tag(RealApiServer.TAG)
class AttacksIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    private static final Path TABLE = Path.of("target", "attack-table.md");
    private static final Path PAGE = Path.of("..", "docs", "security", "attack-table.md");
    private static final List<String> ROWS = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // set before the first test
    private static GuardedCluster cluster;

    @BeforeAll
    static void installTheChart() {
        cluster = new GuardedCluster(SERVER);
        KubernetesClient operator = cluster.as(Identity.OPERATOR);
        KubernetesClient admin = cluster.as(Identity.CLUSTER_ADMIN);
        cluster.awaitAllowed(() -> operator.resource(TraceObjects.nodeTrace("on-a", cluster.shop, cluster.nodeA))
                .create());
        operator.resource(TraceObjects.nodeTrace("on-b", cluster.shop, cluster.nodeB))
                .create();
        admin.resource(TraceObjects.request("seed", cluster.shop, "")).create();
        admin.resource(TraceObjects.sink(cluster.name("vendor"))).create();
        admin.resource(TraceObjects.traceNode(cluster.nodeB)).create();
        admin.resource(TraceObjects.traceNode(cluster.nodeB + "-gone")).create();
        awaitPolicies(admin, operator);
    }

    /** One attempt that each policy refuses; the table would otherwise race with the server taking them up. */
    private static void awaitPolicies(KubernetesClient admin, KubernetesClient operator) {
        cluster.awaitRefused(() -> admin.resource(TraceObjects.nodeTrace("probe", cluster.shop, cluster.nodeA))
                .dryRun()
                .create());
        cluster.awaitRefused(() -> admin.resource(TraceObjects.request("probe", cluster.closed, ""))
                .dryRun()
                .create());
        cluster.awaitRefused(
                () -> operator.resource(TraceObjects.sink("probe")).dryRun().create());
        cluster.awaitRefused(() -> cluster.as(Identity.UNBOUND_AGENT)
                .resource(TraceObjects.traceNode("probe"))
                .dryRun()
                .create());
        cluster.awaitRefused(() -> admin.resources(NodeTrace.class)
                .inNamespace(cluster.shop)
                .withName("on-a")
                .subresource("status")
                .patch(TraceObjects.MERGE, "{\"status\":{}}"));
        cluster.awaitRefused(() -> admin.resources(TraceRequest.class)
                .inNamespace(cluster.shop)
                .withName("seed")
                .subresource("status")
                .patch(TraceObjects.MERGE, "{\"status\":{}}"));
    }

    @AfterAll
    static void takeItAway() throws IOException {
        Files.createDirectories(TABLE.toAbsolutePath().getParent());
        Files.writeString(TABLE, """
            <!-- SPDX-FileCopyrightText: The Renacer authors -->
            <!-- SPDX-License-Identifier: Apache-2.0 -->
            <!-- Written by AttacksIT to charts/target. -->

            # Attack table
            What each identity tried, by its real token, and what a real API server that holds the chart's rights and
            policies answered. The [threat model](threat-model.md) says what it means.

            | attempt | identity | the API server's answer |
            |---|---|---|
            """ + String.join("", ROWS));
        KubernetesClient admin = SERVER.client();
        admin.resources(TraceSink.class).withName(cluster.name("vendor")).delete();
        for (String node : List.of(cluster.nodeA, cluster.nodeB, cluster.nodeB + "-gone")) {
            admin.resources(TraceNode.class).withName(node).delete();
        }
        cluster.close();
    }

    static List<Attempt> attempts() {
        return Stream.of(new ProgramAttacks(cluster), new PeopleAttacks(cluster))
                .flatMap(AttackActions::all)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("attempts")
    void theServerAnswersAsThePageSays(Attempt attempt) throws IOException {
        String refusal = GuardedCluster.refusal(() -> attempt.action().accept(cluster.as(attempt.who())));
        String answer = refusal == null ? "allowed" : cluster.withPlainNames(refusal);
        ROWS.add("| %s | %s | %s |\n".formatted(attempt.what(), attempt.who(), answer.replace("\n", " ")));

        assertThat(judge(refusal)).as(answer).isEqualTo(attempt.expected());
        assertThat(answer).contains(attempt.fragment());
        // Not word for word: the frame of a message is the server's, and differs between versions.
        assertThat(Files.readAllLines(PAGE))
                .as("make attack-table")
                .anyMatch(row -> row.startsWith("| %s | %s | ".formatted(attempt.what(), attempt.who()))
                        && row.contains(attempt.expected() == Expected.ALLOWED ? "allowed" : attempt.fragment()));
    }

    @Test
    void theServerFillsInWhoAsks() {
        Assumptions.assumeTrue(cluster.mutating, "this API server serves no v1 MutatingAdmissionPolicy");
        KubernetesClient tenant = cluster.as(Identity.TRACER);

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(tenant.resource(TraceObjects.request("filled", cluster.shop, ""))
                                .dryRun()
                                .create()
                                .getSpec()
                                .requestedBy())
                        .isEqualTo("system:serviceaccount:" + cluster.shop + ":tracer"));
    }

    @Test
    void aDeletedRequestTakesItsNodeTracesWithItThoughOnlyTheOperatorMayDeleteThem() {
        TraceRequest owner = cluster.as(Identity.TRACER)
                .resource(TraceObjects.request("owner", cluster.shop, ""))
                .create();
        NodeTrace owned = TraceObjects.nodeTrace("owned", cluster.shop, cluster.nodeA);
        owned.getMetadata()
                .setOwnerReferences(List.of(new OwnerReferenceBuilder()
                        .withApiVersion(owner.getApiVersion())
                        .withKind(owner.getKind())
                        .withName(owner.getMetadata().getName())
                        .withUid(owner.getMetadata().getUid())
                        .build()));
        cluster.as(Identity.OPERATOR).resource(owned).create();

        cluster.as(Identity.TRACER).resource(owner).delete();

        await().atMost(Duration.ofSeconds(60))
                .until(() -> SERVER.client().resource(owned).get() == null);
    }

    private static Expected judge(@Nullable String refusal) {
        if (refusal == null) {
            return Expected.ALLOWED;
        }
        if (refusal.contains("ValidatingAdmissionPolicy")) {
            return Expected.REFUSED_BY_POLICY;
        }
        return refusal.contains(" cannot ") ? Expected.REFUSED_BY_RBAC : Expected.REFUSED_BY_SCHEMA;
    }
}
