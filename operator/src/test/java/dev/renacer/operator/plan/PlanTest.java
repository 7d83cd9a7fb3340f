// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.TraceRequestSpec;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
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
        assertThat(ids(Plan.of(spec(null), List.of(pod()), Set.of()))).containsExactly("aa", "dd");
        assertThat(ids(Plan.of(spec(List.of("migrate", "debugger")), List.of(pod()), Set.of())))
                .containsExactly("ee", "cc");
    }

    @Test
    void keepsAnEndedContainerThatIsAssigned() {
        assertThat(ids(Plan.of(spec(null), List.of(pod()), Set.of("bb")))).containsExactly("aa", "bb", "dd");
    }

    @Test
    void aPodThatIsOnNoNodeYetMatchesButHasNothingToTrace() {
        Pod pending =
                new PodBuilder(pod()).editSpec().withNodeName(null).endSpec().build();

        Plan plan = Plan.of(spec(null), List.of(pending), Set.of());

        assertThat(plan.matchingPods()).containsExactly("checkout-7d9f-abc");
        assertThat(plan.targets()).isEmpty();
    }

    @Test
    void tellsWhichContainersAreMissingAndWhichThereAre() {
        Plan plan = Plan.of(spec(List.of("app", "sidecar")), List.of(pod()), Set.of());

        assertThat(plan.missingContainers()).containsExactly("sidecar");
        assertThat(plan.existingContainers()).containsExactly("app", "debugger", "log", "migrate", "proxy");
        assertThat(ids(plan)).containsExactly("aa");
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

        assertThat(Plan.of(spec(null), List.of(pod(), other), Set.of()).targets())
                .containsOnlyKeys("node-0", "node-1");
    }

    @Test
    void aSelectorIsMatchedWithEveryOperator() {
        PodSelection selection = PodSelection.of(Serialization.unmarshal("""
                selector:
                  matchLabels: {app: checkout}
                  matchExpressions:
                  - {key: tier, operator: In, values: [web, api]}
                  - {key: env, operator: NotIn, values: [test]}
                  - {key: team, operator: Exists}
                  - {key: legacy, operator: DoesNotExist}
                """, TraceRequestSpec.class));
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

    private static TraceRequestSpec spec(@Nullable List<String> containers) {
        return Serialization.unmarshal(
                "{selector: {matchLabels: {app: checkout}}, containers: " + Serialization.asJson(containers) + "}",
                TraceRequestSpec.class);
    }

    private static Target firstTarget(Pod pod) {
        return Plan.of(spec(null), List.of(pod), Set.of())
                .targets()
                .firstEntry()
                .getValue()
                .getFirst();
    }

    private static List<String> ids(Plan plan) {
        return plan.targets().values().stream()
                .flatMap(List::stream)
                .map(Target::containerId)
                .toList();
    }
}
