// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceTotals;
import dev.renacer.crds.admin.TracePolicy;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.testing.RealApiServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may trace, whose turn it is and what is left out, against a real API server. */
@Tag(RealApiServer.TAG)
class AdmissionIT {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    private static final TraceTotals SOME = new TraceTotals(1, 2, 300, 300, 0);

    @SuppressWarnings("NullAway.Init") // set before each test
    private Scene scene;

    @SuppressWarnings("NullAway.Init") // set before each test
    private String sink;

    @BeforeEach
    void startOperator() {
        // Pods are refused until the namespace has its service account.
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> SERVER.client()
                                .serviceAccounts()
                                .inNamespace(SERVER.namespace())
                                .withName("default")
                                .get()
                        != null);
        scene = new Scene(SERVER.client(), SERVER.namespace());
        sink = SERVER.namespace();
        scene.sink(sink, "http://collector.example:4318");
    }

    @AfterEach
    void stopOperator() {
        SERVER.client().resources(TracePolicy.class).withName(sink).delete();
        SERVER.client().resources(TraceSink.class).withName(sink).delete();
        scene.close();
    }

    @Test
    void aDeploymentsPodsAreTracedThroughARollout() {
        scene.request("missing", "{workloadRef: {kind: Deployment, name: web}}");
        assertThat(scene.await("missing", ConditionType.Accepted, "False", Reason.NoDefaultSink))
                .isNotNull();
        scene.request("web", spec("workloadRef: {kind: Deployment, name: web}"));
        assertThat(scene.await("web", ConditionType.Accepted, "False", Reason.WorkloadNotFound)
                        .getMessage())
                .isEqualTo("There is no Deployment \"web\" in namespace " + SERVER.namespace());

        create("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 0
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: app, image: localhost/pause:1}]}
                """);
        // Nothing reports a workload that comes; it is looked for at growing intervals.
        scene.await("web", ConditionType.Accepted, "True", Reason.Accepted);
        scene.runningPod("web-old", "node-a", Map.of("app", "web"), "app", "1a");
        scene.awaitNodeTrace("web", "node-a");
        scene.runningPod("web-new", "node-b", Map.of("app", "web"), "app", "1b");
        scene.awaitNodeTrace("web", "node-b");
        assertThat(scene.find("web").orElseThrow().getMetadata().getFinalizers())
                .contains(Renacer.FINALIZER);
        scene.delete("missing");
        scene.delete("web");
    }

    @Test
    void workloadsWithAScaleSubresourceOrJobsAreFound() {
        create("""
                apiVersion: v1
                kind: ReplicationController
                metadata: {name: old}
                spec:
                  replicas: 0
                  selector: {app: old}
                  template:
                    metadata: {labels: {app: old}}
                    spec: {containers: [{name: app, image: localhost/pause:1}]}
                """);
        HasMetadata cron = create("""
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: nightly}
                spec:
                  schedule: "0 0 1 1 *"
                  suspend: true
                  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: x}]}}}}
                """);
        HasMetadata job = create("""
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: nightly-1
                  ownerReferences: [{apiVersion: batch/v1, kind: CronJob, name: nightly, uid: %s}]
                spec: {suspend: true, template: {spec: {restartPolicy: Never, containers: [{name: app, image: x}]}}}
                """.formatted(cron.getMetadata().getUid()));
        Pod run = scene.runningPod("nightly-1-x", "node-a", Map.of("run", "1"), "app", "2a");
        SERVER.client().resource(run).patch(PatchContext.of(PatchType.JSON_MERGE), """
                        {"metadata":{"ownerReferences":[{"apiVersion":"batch/v1","kind":"Job","name":"nightly-1","uid":"%s"}]}}
                        """.formatted(
                        job.getMetadata().getUid()));
        scene.runningPod("old-x", "node-a", Map.of("app", "old"), "app", "2b");

        scene.request("cron", spec("workloadRef: {kind: CronJob, name: nightly}"));
        scene.request("scaled", spec("workloadRef: {apiVersion: v1, kind: ReplicationController, name: old}"));
        scene.request("pods", spec("workloadRef: {apiVersion: v1, kind: ConfigMap, name: x}"));
        scene.request("typo", spec("workloadRef: {kind: deployment, name: x}"));

        assertThat(scene.awaitNodeTrace("cron", "node-a").getSpec().targets())
                .singleElement()
                .satisfies(target -> assertThat(target.podName()).isEqualTo("nightly-1-x"));
        assertThat(scene.awaitNodeTrace("scaled", "node-a").getSpec().targets())
                .singleElement()
                .satisfies(target -> assertThat(target.podName()).isEqualTo("old-x"));
        assertThat(scene.await("pods", ConditionType.Accepted, "False", Reason.WorkloadNotFound)
                        .getMessage())
                .isEqualTo("ConfigMap has no scale subresource that names its pods: give spec.selector instead");
        assertThat(scene.await("typo", ConditionType.Accepted, "False", Reason.WorkloadNotFound)
                        .getMessage())
                .isEqualTo("Kind \"deployment\" is spelt Deployment");
        for (String request : new String[] {"cron", "scaled", "pods", "typo"}) {
            scene.delete(request);
        }
    }

    @Test
    void aPolicyRefusesUntilItIsChangedAndItsDefaultsHold() {
        standingPolicy("limits: {maxDurationSeconds: 30}, defaults: {sinkName: " + sink + ", maxSlowdownPercent: 70}");
        scene.runningPod("limited", "node-a", Map.of(), "app", "3a");
        scene.request("long", "{podName: limited}");
        assertThat(scene.await("long", ConditionType.Accepted, "False", Reason.DeniedByPolicy)
                        .getMessage())
                .isEqualTo("TracePolicy \"" + sink + "\" allows a durationSeconds of at most 30; the request asks for"
                        + " 60");
        assertThat(scene.find("long").orElseThrow().getMetadata().getFinalizers())
                .as("nothing to detach")
                .isEmpty();

        policy("limits: {maxDurationSeconds: 60}, defaults: {sinkName: " + sink + ", maxSlowdownPercent: 70}");
        NodeTrace trace = scene.awaitNodeTrace("long", "node-a");
        assertThat(trace.getSpec().profile().maxSlowdownPercent()).isEqualTo(70);
        scene.await("long", ConditionType.Accepted, "True", Reason.Accepted);
        TraceRequest accepted = scene.find("long").orElseThrow();
        assertThat(accepted.getStatus().sink()).isEqualTo(sink);
        assertThat(accepted.getStatus().policies()).containsExactly(sink);
        scene.agentFinishes(trace, SOME);
        scene.delete("long");
    }

    @Test
    void aQueuedRequestRunsWhenItsTurnComesAlsoAfterARestart() {
        standingPolicy("limits: {maxRequestsPerNamespace: 1}");
        scene.runningPod("busy", "node-a", Map.of(), "app", "4a");
        scene.request("first", spec("podName: busy"));
        scene.agentTraces(scene.awaitNodeTrace("first", "node-a"), SOME);
        scene.request("second", spec("podName: busy"));
        assertThat(scene.await("second", ConditionType.Accepted, "Unknown", Reason.Queued)
                        .getMessage())
                .isEqualTo("Number 1 in the queue of namespace " + SERVER.namespace() + "; TracePolicy \"" + sink
                        + "\" lets 1 request run at once, now: first");
        assertThat(scene.find("second").orElseThrow().getStatus().startTime()).isNull();

        scene.restartOperator();
        scene.stop("first");
        scene.agentFinishes(scene.awaitNodeTrace("first", "node-a", AdmissionIT::isStopping), SOME);
        scene.await("first", ConditionType.Succeeded, "True", Reason.Completed);
        scene.awaitNodeTrace("second", "node-a");
        scene.await("second", ConditionType.Accepted, "True", Reason.Accepted);
        scene.delete("second");
        scene.delete("first");
    }

    @Test
    void whatIsLeftOutIsCounted() {
        standingPolicy("limits: {maxTargets: 1}");
        Map<String, String> labels = Map.of("app", "many");
        scene.runningPod("many-1", "node-a", labels, "app", "5a");
        scene.runningPod("many-2", "node-a", labels, "app", "5b");
        Pod denying = scene.runningPod("many-3", "node-a", labels, "app", "5c");
        SERVER.client()
                .resource(denying)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"renacer.dev/deny\":\"true\"}}}");

        scene.request("many", spec("selector: {matchLabels: {app: many}}"));
        scene.await("many", ConditionType.Degraded, "True", Reason.LimitReached);
        assertThat(scene.nodeTraces("many"))
                .singleElement()
                .satisfies(trace -> assertThat(trace.getSpec().targets()).hasSize(1));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(
                                scene.find("many").orElseThrow().getStatus().skipped())
                        .extracting(skipped -> skipped.reason() + "=" + skipped.count())
                        .containsExactlyInAnyOrder("DeniedByPod=1", "LimitReached=1"));
        scene.delete("many");
    }

    @Test
    void aFinishedRequestLetsGoAndIsDeletedWhenItsTimeToLiveIsOver() {
        scene.runningPod("short", "node-a", Map.of(), "app", "6a");
        scene.request("short", spec("podName: short"));
        scene.agentTraces(scene.awaitNodeTrace("short", "node-a"), SOME);
        scene.await("short", ConditionType.Tracing, "True", Reason.Tracing);
        scene.stop("short");
        scene.agentFinishes(scene.awaitNodeTrace("short", "node-a", AdmissionIT::isStopping), SOME);
        scene.await("short", ConditionType.Succeeded, "True", Reason.Completed);
        scene.awaitNoNodeTraces("short");
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> scene.find("short")
                        .orElseThrow()
                        .getMetadata()
                        .getFinalizers()
                        .isEmpty());
        assertThat(scene.eventReasons("short"))
                .as("on the pod of that name too")
                .contains("Tracing", "Stopped");

        SERVER.client()
                .resources(TraceRequest.class)
                .inNamespace(SERVER.namespace())
                .withName("short")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"ttlSecondsAfterFinished\":1}}");
        scene.awaitGone("short");
    }

    @Test
    void aRequestStoppedInTheQueueIsOver() {
        standingPolicy("limits: {maxRequestsPerNamespace: 0}");
        scene.request("never", spec("podName: x"));
        scene.await("never", ConditionType.Accepted, "Unknown", Reason.Queued);

        scene.stop("never");

        scene.await("never", ConditionType.Succeeded, "False", Reason.NothingTraced);
        assertThat(scene.find("never").orElseThrow().getStatus().completionTime())
                .isNotNull();
        scene.delete("never");
        scene.awaitGone("never");
    }

    private static boolean isStopping(NodeTrace trace) {
        return Boolean.TRUE.equals(trace.getSpec().stop());
    }

    private String spec(String fields) {
        return "{sinkRef: {name: " + sink + "}, " + fields + "}";
    }

    private static HasMetadata create(String yaml) {
        HasMetadata object = Serialization.unmarshal(yaml, GenericKubernetesResource.class);
        object.getMetadata().setNamespace(SERVER.namespace());
        return SERVER.client().resource(object).create();
    }

    /** A policy that the operator knows before any request: watches of policies and of requests do not wait for each other. */
    private void standingPolicy(String fields) {
        policy(fields);
        scene.restartOperator();
    }

    /** A policy of the test's namespace alone, made or replaced. */
    private void policy(String fields) {
        SERVER.client()
                .resource(Serialization.unmarshal("""
                        apiVersion: renacer.dev/v1alpha1
                        kind: TracePolicy
                        metadata: {name: %s}
                        spec: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}, %s}
                        """.formatted(sink, SERVER.namespace(), fields), TracePolicy.class))
                .forceConflicts()
                .serverSideApply();
    }
}
