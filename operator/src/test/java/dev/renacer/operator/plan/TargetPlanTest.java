// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTraceSpec.AwaitedContainer;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.Reason;
import dev.renacer.crds.admin.TracePolicy;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetPlanTest {
    private static final PodSelection EVERY = new PodSelection.Labelled(new LabelSelector());

    private static final String POD = """
        metadata: {name: checkout-7d9f-abc, namespace: shop, uid: u-1, labels: {app: checkout, pod-template-hash: 7d9f}}
        spec:
          nodeName: node-1
          containers: [{name: app}, {name: log}]
          initContainers: [{name: migrate}, {name: proxy, restartPolicy: Always}]
          ephemeralContainers: [{name: debugger}]
        status:
          podIP: 10.0.0.7
          containerStatuses:
          - {name: app, containerID: 'containerd://aa', state: {running: {}}}
          - {name: log, containerID: 'cri-o://bb', state: {terminated: {exitCode: 1}}}
          initContainerStatuses:
          - {name: migrate, containerID: 'containerd://cc', state: {running: {}}}
          - {name: proxy, containerID: 'containerd://dd', state: {running: {}}}
          ephemeralContainerStatuses:
          - {name: debugger, containerID: 'containerd://ee', state: {running: {}}}
        """;

    @Test
    void takesRunningContainersAndSidecarsAndThoseNotByDefaultOnlyByName() {
        assertThat(ids(plan(pod()))).containsExactly("aa", "dd");
        assertThat(ids(TargetPlan.of(
                        scope(EVERY, Set.of("migrate", "debugger"), EffectivePolicy.NONE), List.of(pod()), Set.of())))
                .containsExactly("ee", "cc");
    }

    @Test
    void keepsAnEndedContainerThatIsAssigned() {
        assertThat(ids(TargetPlan.of(scope(EVERY, Set.of(), EffectivePolicy.NONE), List.of(pod()), Set.of("bb"))))
                .containsExactly("aa", "bb", "dd");
    }

    @Test
    void aPodThatIsOnNoNodeYetMatchesButHasNothingToTrace() {
        Pod pending =
                new PodBuilder(pod()).editSpec().withNodeName(null).endSpec().build();

        TargetPlan plan = plan(pending);

        assertThat(plan.matchingPods()).containsExactly("checkout-7d9f-abc");
        assertThat(plan.targets()).isEmpty();
    }

    @Test
    void tellsWhichContainersAreMissingAndWhichThereAre() {
        TargetPlan plan =
                TargetPlan.of(scope(EVERY, Set.of("app", "sidecar"), EffectivePolicy.NONE), List.of(pod()), Set.of());

        assertThat(plan.missingContainers()).containsExactly("sidecar");
        assertThat(plan.existingContainers()).containsExactly("app", "debugger", "log", "migrate", "proxy");
        assertThat(ids(plan)).containsExactly("aa");
    }

    @Test
    void aContainerThatDoesNotRunIsSkippedWithWhatItsPodSays() {
        assertThat(plan(pod()).skipped())
                .containsExactly(new Skip(
                        Reason.NotRunning,
                        "checkout-7d9f-abc",
                        "log",
                        "node-1",
                        "The container has ended with exit code 1"));
        Pod over = pod();
        over.getStatus().setPhase("Succeeded");
        assertThat(plan(over).skipped())
                .as("of a pod that has ended nothing is expected")
                .isEmpty();
    }

    @Test
    void whatMayStartIsAwaitedOnItsNode() {
        assertThat(awaited(plan(pod())))
                .as("it failed, and its pod starts it again")
                .containsExactly("log");
        Pod pending = pod();
        pending.getStatus().setContainerStatuses(List.of());
        pending.getStatus().setPodIP(null);
        assertThat(awaited(plan(pending))).containsExactly("app", "log");
        assertThat(plan(pending).awaited().firstEntry().getValue().getFirst())
                .isEqualTo(new AwaitedContainer(
                        "checkout-7d9f-abc", "u-1", null, "shop", "app", "checkout-7d9f-abc", null));
        pending.getSpec().setNodeName(null);
        assertThat(awaited(plan(pending))).as("nobody knows where").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Always,    log,     0, true",
        "OnFailure, log,     1, true",
        "OnFailure, log,     0, false",
        "Never,     log,     1, false",
        "Never,     proxy,   1, true", // a sidecar has a policy of its own
        "Always,    migrate, 0, false",
        "Always,    migrate, 1, true",
        "Always,    debugger, 1, false",
    })
    void aContainerThatHasEndedIsAwaitedWhereItsPodStartsItAgain(
            String policy, String container, int exitCode, boolean awaited) {
        Pod pod = pod();
        pod.getSpec().setRestartPolicy(policy);
        Stream.of(
                        pod.getStatus().getContainerStatuses(),
                        pod.getStatus().getInitContainerStatuses(),
                        pod.getStatus().getEphemeralContainerStatuses())
                .flatMap(List::stream)
                .filter(status -> status.getName().equals(container))
                .forEach(status -> status.setState(new ContainerStateBuilder()
                        .withNewTerminated()
                        .withExitCode(exitCode)
                        .endTerminated()
                        .build()));

        TargetPlan plan = TargetPlan.of(scope(EVERY, Set.of(container), EffectivePolicy.NONE), List.of(pod), Set.of());

        assertThat(awaited(plan)).isEqualTo(awaited ? List.of(container) : List.of());
    }

    @Test
    void whatIsNeverTracedIsNotAwaited() {
        Pod denying = pod();
        denying.getMetadata().setAnnotations(Map.of("renacer.dev/deny", "true"));
        assertThat(awaited(plan(denying))).isEmpty();
        Pod over = pod();
        over.getStatus().setPhase("Failed");
        assertThat(awaited(plan(over))).isEmpty();
    }

    @Test
    void aLimitAwaitsOnlyWhatThereIsRoomForBesideAllThatRun() {
        Pod pod = pod();
        assertThat(awaited(plan(pod).limitedTo(3, Set.of(), "limit"))).containsExactly("log");
        assertThat(awaited(plan(pod).limitedTo(2, Set.of(), "limit"))).isEmpty();
        assertThat(plan(pod).without(Set.of("node-1"), Reason.NodeLost, "gone").nodes())
                .isEmpty();
    }

    @Test
    void aPodThatDeniesItIsNeverTracedThoughAssigned() {
        Pod denying = pod();
        denying.getMetadata().setAnnotations(Map.of("renacer.dev/deny", "true"));

        TargetPlan plan = TargetPlan.of(scope(EVERY, Set.of(), EffectivePolicy.NONE), List.of(denying), Set.of("aa"));

        assertThat(plan.targets()).isEmpty();
        assertThat(plan.skipped()).extracting(Skip::reason).containsOnly(Reason.DeniedByPod);
        denying.getMetadata().setAnnotations(Map.of("renacer.dev/deny", "false"));
        assertThat(ids(plan(denying))).containsExactly("aa", "dd");
    }

    @Test
    void aSandboxIsToldByItsRuntimeClass() {
        Pod sandboxed = pod();
        sandboxed.getSpec().setRuntimeClassName("sandboxed");

        assertThat(plan(sandboxed).targets()).isEmpty();
        assertThat(plan(sandboxed).skipped()).extracting(Skip::reason).containsOnly(Reason.UnsupportedRuntimeClass);
        sandboxed.getSpec().setRuntimeClassName("ordinary");
        assertThat(ids(plan(sandboxed))).containsExactly("aa", "dd");
    }

    @Test
    void aPolicyForbidsInitAndEphemeralContainersButNotSidecars() {
        EffectivePolicy policy =
                EffectivePolicy.of(List.of(Serialization.unmarshal("""
                    metadata: {name: strict}
                    spec: {forbiddenOptions: [InitContainers, EphemeralContainers]}
                    """, TracePolicy.class)), "shop", Map.of());

        TargetPlan plan =
                TargetPlan.of(scope(EVERY, Set.of("migrate", "debugger", "proxy"), policy), List.of(pod()), Set.of());

        assertThat(ids(plan)).containsExactly("dd");
        assertThat(plan.skipped())
                .extracting(Skip::message)
                .containsExactly(
                        "TracePolicy \"strict\" does not allow to trace ephemeral containers",
                        "TracePolicy \"strict\" does not allow to trace init containers");
    }

    @Test
    void aLimitKeepsWhatIsAssignedAndThenGoesByName() {
        TargetPlan limited = plan(pod()).limitedTo(1, Set.of("dd"), "one is enough");

        assertThat(ids(limited)).containsExactly("dd");
        assertThat(limited.skipped())
                .contains(new Skip(Reason.LimitReached, "checkout-7d9f-abc", "app", "node-1", "one is enough"));
        assertThat(ids(plan(pod()).limitedTo(1, Set.of(), ""))).containsExactly("aa");
    }

    @Test
    void whatIsOnAFullNodeIsSkipped() {
        TargetPlan plan = plan(pod()).without(Set.of("node-1"), Reason.LimitReached, "full");

        assertThat(plan.targets()).isEmpty();
        assertThat(plan.skipped()).extracting(Skip::reason).contains(Reason.LimitReached);
        assertThat(plan.skipped()).hasSize(3);
    }

    @Test
    void aCronJobsPodsAreThoseOfItsJobs() {
        Pod run = new PodBuilder(pod())
                .editMetadata()
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withKind("Job")
                        .withName("nightly-29101234")
                        .withUid("job-1")
                        .build())
                .endMetadata()
                .build();
        PodSelection known = new PodSelection.OfCronJob("nightly", Set.of("job-1"));
        PodSelection notYet = new PodSelection.OfCronJob("nightly", Set.of());

        assertThat(known.matches(run)).isTrue();
        assertThat(known.matches(pod())).isFalse();
        assertThat(notYet.matches(run)).isFalse();
        assertThat(notYet.concerns(run)).as("its Job may be new").isTrue();
        assertThat(new PodSelection.OfCronJob("other", Set.of()).concerns(run)).isFalse();
    }

    @Test
    void groupsByNode() {
        Pod other = new PodBuilder(pod())
                .editMetadata()
                .withName("a-first")
                .withUid("u-2")
                .endMetadata()
                .editSpec()
                .withNodeName("node-0")
                .endSpec()
                .build();

        assertThat(plan(pod(), other).targets()).containsOnlyKeys("node-0", "node-1");
    }

    @Test
    void aSelectorIsMatchedWithEveryOperator() {
        PodSelection selection = new PodSelection.Labelled(Serialization.unmarshal("""
            matchLabels: {app: checkout}
            matchExpressions:
            - {key: tier, operator: In, values: [web, api]}
            - {key: env, operator: NotIn, values: [test]}
            - {key: team, operator: Exists}
            - {key: legacy, operator: DoesNotExist}
            """, LabelSelector.class));
        Map<String, String> labels = Map.of("app", "checkout", "tier", "api", "team", "a");

        assertThat(selection.matches(labelled(labels))).isTrue();
        assertThat(selection.matches(labelled(with(labels, "app", "cart")))).isFalse();
        assertThat(selection.matches(labelled(with(labels, "tier", "db")))).isFalse();
        assertThat(selection.matches(labelled(with(labels, "env", "test")))).isFalse();
        assertThat(selection.matches(labelled(with(labels, "legacy", "")))).isFalse();
        assertThat(selection.matches(labelled(Map.of("app", "checkout", "tier", "api"))))
                .isFalse();
        assertThat(selection.description())
                .isEqualTo(
                        "pod matching app=checkout,tier In (web,api),env NotIn (test),team Exists,legacy DoesNotExist");
    }

    @ParameterizedTest
    @CsvSource({
        "ReplicaSet,  checkout-7d9f,      k8s.deployment.name,  checkout",
        "ReplicaSet,  bare,               k8s.replicaset.name,  bare",
        "StatefulSet, db,                 k8s.statefulset.name, db",
        "DaemonSet,   logs,               k8s.daemonset.name,   logs",
        "Job,         nightly-29101234,   k8s.cronjob.name,     nightly",
        "Job,         once,               k8s.job.name,         once",
    })
    void theOwnerNamesTheServiceAndIsAnAttribute(String kind, String owner, String attribute, String value) {
        Pod owned = new PodBuilder(pod())
                .editMetadata()
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withKind(kind)
                        .withName(owner)
                        .withController(true)
                        .build())
                .endMetadata()
                .build();

        assertThat(firstTarget(owned).serviceName()).isEqualTo(value);
        assertThat(firstTarget(owned).attributes()).containsEntry(attribute, value);
    }

    @Test
    void whatAPodsAnnotationsAddIsBounded() {
        Pod pod = pod();
        Map<String, String> annotations = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            annotations.put("resource.opentelemetry.io/key%04d".formatted(i), "x".repeat(200 + i));
        }
        annotations.put("resource.opentelemetry.io/service.name", "s".repeat(300));
        pod.getMetadata().setAnnotations(annotations);

        Target target = firstTarget(pod);

        assertThat(target.attributes()).hasSize(32).containsKeys("key0000", "key0031");
        assertThat(target.serviceName()).hasSize(256).endsWith("s…");
        pod.getMetadata().setAnnotations(Map.of("resource.opentelemetry.io/key", "x".repeat(100_000)));
        assertThat(firstTarget(pod).attributes()).containsEntry("key", "x".repeat(255) + "…");
    }

    @Test
    void annotationAndLabelsNameTheServiceBeforeTheOwner() {
        Pod pod = pod();
        assertThat(firstTarget(pod).serviceName()).isEqualTo("checkout-7d9f-abc");
        pod.getMetadata().getLabels().put("app.kubernetes.io/name", "by-name");
        assertThat(firstTarget(pod).serviceName()).isEqualTo("by-name");
        pod.getMetadata().getLabels().put("app.kubernetes.io/instance", "by-instance");
        assertThat(firstTarget(pod).serviceName()).isEqualTo("by-instance");
        pod.getMetadata()
                .setAnnotations(Map.of(
                        "resource.opentelemetry.io/service.name", "by-annotation",
                        "resource.opentelemetry.io/service.version", "1.2"));
        assertThat(firstTarget(pod).serviceName()).isEqualTo("by-annotation");
        assertThat(firstTarget(pod).attributes()).containsExactly(Map.entry("service.version", "1.2"));
    }

    private static Pod pod() {
        return Serialization.unmarshal(POD, Pod.class);
    }

    private static Pod labelled(Map<String, String> labels) {
        return new PodBuilder()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .build();
    }

    private static Map<String, String> with(Map<String, String> labels, String key, String value) {
        Map<String, String> changed = new HashMap<>(labels);
        changed.put(key, value);
        return changed;
    }

    private static TargetPlan.Scope scope(PodSelection selection, Set<String> containers, EffectivePolicy policy) {
        return new TargetPlan.Scope(selection, containers, policy, "sandboxed"::equals);
    }

    private static TargetPlan plan(Pod... pods) {
        return TargetPlan.of(scope(EVERY, Set.of(), EffectivePolicy.NONE), List.of(pods), Set.of());
    }

    private static Target firstTarget(Pod pod) {
        return plan(pod).targets().firstEntry().getValue().getFirst();
    }

    private static List<String> ids(TargetPlan plan) {
        return plan.targets().values().stream()
                .flatMap(List::stream)
                .map(Target::containerId)
                .toList();
    }

    private static List<String> awaited(TargetPlan plan) {
        return plan.awaited().values().stream()
                .flatMap(List::stream)
                .map(AwaitedContainer::containerName)
                .toList();
    }
}
