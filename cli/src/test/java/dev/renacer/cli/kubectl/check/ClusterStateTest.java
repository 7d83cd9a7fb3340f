// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.ProjectVersion;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceRequestSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.VersionInfo;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What explain and doctor say of clusters in several states; the mock server allows everything it knows. */
@EnableKubernetesMockClient(crud = true)
class ClusterStateTest {
    /** Valid from 2026-11-25T02:31:55Z to 2036-11-22T02:31:55Z. */
    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBdDCCARmgAwIBAgIULAOSAJhFDmIfGE5EOadAofpqoPcwCgYIKoZIzj0EAwIw
            DzENMAsGA1UEAwwEc2luazAeFw0yNjExMjUwMjMxNTVaFw0zNjExMjIwMjMxNTVa
            MA8xDTALBgNVBAMMBHNpbmswWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASnzwHE
            jiV+IveqDyBfYWhQRsqHAu3d/tNuDoebMldHxO3O3QKkLZcMnL+gsYJmzS/I9J+G
            xx5tbTZ9TjxLiTcgo1MwUTAdBgNVHQ4EFgQUI7XLcILNoNEqkuIYd3UCb3uqKiUw
            HwYDVR0jBBgwFoAUI7XLcILNoNEqkuIYd3UCb3uqKiUwDwYDVR0TAQH/BAUwAwEB
            /zAKBggqhkjOPQQDAgNJADBGAiEA9t3mYeO6Y92XYwgpyLkFlsXwsiT/azTaubVd
            B06CgkMCIQDhGDmNazbYANtSskz+ZOHH1kE5WlzG0eIJaNYSthHN9A==
            -----END CERTIFICATE-----
            """;

    @SuppressWarnings("NullAway.Init") // set by the extension
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // set by the extension
    private KubernetesMockServer server;

    @Test
    void aNodeIsReadyWhenThePodThatReportedItIs() {
        agentPod("renacer-agent-a", "True");
        agentPod("renacer-agent-b", "False");
        AgentReadiness agents = AgentReadiness.read(client);
        assertThat(agents.of(node("one", "renacer-agent-a"))).isEqualTo(AgentReadiness.State.READY);
        assertThat(agents.of(node("two", "renacer-agent-b"))).isEqualTo(AgentReadiness.State.STALE);
        assertThat(agents.of(node("three", "renacer-agent-gone"))).isEqualTo(AgentReadiness.State.STALE);
    }

    @Test
    void whereNoAgentsPodCanBeSeenItsStateIsUnknown() {
        TraceNode node = node("one", "renacer-agent-a");
        AgentReadiness agents = AgentReadiness.read(client);
        assertThat(agents.of(node)).isEqualTo(AgentReadiness.State.UNKNOWN);
    }

    @Test
    void anAgentThatIsNotReadyOrMayNotTraceIsANo() {
        agentPod("renacer-agent-b", "False");
        AgentReadiness agents = AgentReadiness.read(client);
        assertThat(TargetChecks.ofNode("node", "two", node("two", "renacer-agent-b"), agents)
                        .verdict())
                .isEqualTo(CheckResult.Verdict.NO);
        assertThat(TargetChecks.ofNode("node", "none", null, agents).message()).contains("no agent that has reported");
    }

    @Test
    void doctorComparesTheOperatorsVersion() {
        assertThat(doctor(", app.kubernetes.io/version: " + ProjectVersion.current(), 1))
                .contains("OK versions plugin and operator are " + ProjectVersion.current())
                .contains("OK operator renacer-system/renacer-operator: 1 of 1 replicas ready");
        client.apps().deployments().inNamespace("renacer-system").delete();
        assertThat(doctor(", app.kubernetes.io/version: 0.0.1", 0))
                .contains("NO versions plugin " + ProjectVersion.current() + ", operator 0.0.1")
                .contains("NO operator renacer-system/renacer-operator: 0 of 1 replicas ready");
    }

    @Test
    void doctorMissesWhatIsNotInstalled() {
        assertThat(verdicts(new InstallationChecks(client).run()))
                .contains("NO definition tracerequests.renacer.dev is missing")
                .contains("NO operator there is no deployment labelled app.kubernetes.io/component=operator");
    }

    @Test
    void doctorMissesNothingThatTheQuickstartsStandInCannotHave() {
        server.setVersionInfo(new VersionInfo.Builder()
                .withGitVersion("v1.32.0-renacer-quickstart")
                .build());
        assertThat(verdicts(new InstallationChecks(client).run()))
                .contains("NO definition tracerequests.renacer.dev is missing")
                .anySatisfy(line -> assertThat(line)
                        .startsWith("UNKNOWN installation this is the quickstart's stand-in API server"))
                .noneSatisfy(line -> assertThat(line).contains("operator there is no"))
                .noneSatisfy(line -> assertThat(line).contains("admission policies of Renacer"));
    }

    @Test
    void doctorLooksAtNodesWithoutASpecAndPassesOverCordonedOnes() {
        createNode("bare", "");
        createNode("open", "spec: {}");
        createNode("cordoned", "spec: {unschedulable: true}");
        assertThat(verdicts(new ClusterChecks(client).run()))
                .anySatisfy(line -> assertThat(line).startsWith("NO node").contains("bare"))
                .anySatisfy(line -> assertThat(line).startsWith("NO node").contains("open"))
                .noneSatisfy(line -> assertThat(line).contains("cordoned"));
    }

    @Test
    void whatCannotBeReadIsNoSuccess() {
        CheckResult unreadable = CheckResult.unreadable("operator", "deployments");
        assertThat(CheckResult.allUnknown(List.of(unreadable))).isTrue();
        assertThat(CheckResult.allUnknown(List.of(unreadable, CheckResult.ok("sink", "default"))))
                .isFalse();
    }

    @Test
    void aCertificateIsANoTwoWeeksBeforeItsEnd() {
        String encoded = Base64.getEncoder().encodeToString(CERTIFICATE.getBytes(StandardCharsets.US_ASCII));
        assertThat(certificate(encoded, "2036-11-01T00:00:00Z"))
                .isEqualTo("OK credentials ca.crt is valid until 2036-11-22T02:31:55Z");
        assertThat(certificate(encoded, "2036-11-10T00:00:00Z"))
                .isEqualTo("NO credentials ca.crt is valid until 2036-11-22T02:31:55Z");
        assertThat(certificate(encoded, "2036-12-01T00:00:00Z"))
                .isEqualTo("NO credentials ca.crt expired at 2036-11-22T02:31:55Z");
        assertThat(certificate("bm9uZQ==", "2036-12-01T00:00:00Z")).contains("is not a certificate");
    }

    @Test
    void explainNamesTheRoleOfTheReleaseThatIsThere() {
        assertThat(AccessChecks.tracerRole(client)).startsWith("RELEASE-tracer");
        create("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata:
                  name: spans-tracer
                  labels: {app.kubernetes.io/name: renacer, app.kubernetes.io/component: tracer}
                """);
        assertThat(AccessChecks.tracerRole(client)).isEqualTo("spans-tracer");
    }

    @Test
    void ofANamespaceThatIsNotThereExplainSaysThatAlone() {
        answersNoReviews();
        AccessChecks access = new AccessChecks(client, "shpo");

        assertThat(verdicts(access.run(TraceRequestSpec.EMPTY)))
                .containsExactly("NO namespace there is no namespace shpo");
        assertThat(access.namespaceIsMissing()).isTrue();
    }

    @Test
    void explainAsksTheServerOfANamespaceThatIsThere() {
        answersNoReviews();
        create("""
                apiVersion: v1
                kind: Namespace
                metadata: {name: shop}
                """);
        AccessChecks access = new AccessChecks(client, "shop");

        assertThat(access.run(TraceRequestSpec.EMPTY))
                .extracting(CheckResult::subject)
                .startsWith("rights", "namespace");
        assertThat(access.namespaceIsMissing()).isFalse();
    }

    /** Neither who asks nor what they may do; the mock server would refuse these two because they have no name. */
    private void answersNoReviews() {
        for (String path : List.of(
                "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")) {
            server.expect()
                    .post()
                    .withPath(path)
                    .andReturn(HttpURLConnection.HTTP_NOT_FOUND, "")
                    .always();
        }
    }

    private List<String> doctor(String version, int ready) {
        create("""
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: renacer-operator
                  namespace: renacer-system
                  labels: {app.kubernetes.io/name: renacer, app.kubernetes.io/component: operator%s}
                spec: {replicas: 1, selector: {}, template: {}}
                status: {readyReplicas: %d}
                """.formatted(version, ready));
        return verdicts(new InstallationChecks(client).run());
    }

    private static String certificate(String encoded, String now) {
        return verdicts(List.of(CredentialChecks.ofCertificate("ca.crt", encoded, Instant.parse(now))))
                .getFirst();
    }

    private static List<String> verdicts(List<CheckResult> results) {
        return results.stream()
                .map(result -> result.verdict() + " " + result.subject() + " " + result.message())
                .toList();
    }

    private void createNode(String name, String spec) {
        create("""
                apiVersion: v1
                kind: Node
                metadata: {name: %s}
                %s
                """.formatted(name, spec));
    }

    private void agentPod(String name, String ready) {
        create("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  namespace: renacer-system
                  labels: {app.kubernetes.io/name: renacer, app.kubernetes.io/component: agent}
                status:
                  conditions: [{type: Ready, status: "%s"}]
                """.formatted(name, ready));
        assertThat(client.resources(Pod.class)
                        .inNamespace("renacer-system")
                        .withName(name)
                        .get())
                .isNotNull();
    }

    private static TraceNode node(String name, String pod) {
        return Serialization.unmarshal("""
                apiVersion: renacer.dev/v1alpha1
                kind: TraceNode
                metadata: {name: %s, creationTimestamp: "2026-01-01T00:00:00Z"}
                status: {agentVersion: "1.0", agentPod: %s, ptraceAllowed: true, activeTraces: 2}
                """.formatted(name, pod), TraceNode.class);
    }

    private void create(String yaml) {
        HasMetadata object = client.getKubernetesSerialization().unmarshal(yaml);
        client.resource(object).create();
    }
}
