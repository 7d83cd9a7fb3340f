// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What a value does. */
class ChartValuesTest {
    @Test
    void twoOperatorsElectALeaderAndAreEvictedOneByOne() {
        RenderedChart chart = RenderedChart.of("{}");

        Deployment operator = operator(chart);
        assertThat(operator.getSpec().getReplicas()).isEqualTo(2);
        assertThat(operator.getSpec().getStrategy().getType()).isEqualTo("RollingUpdate");
        assertThat(environment(operator.getSpec().getTemplate().getSpec()))
                .containsEntry("RENACER_LEADER_ELECTION", "true");
        assertThat(chart.names("PodDisruptionBudget")).containsExactly("renacer-operator");
    }

    @Test
    void oneOperatorNeedsNoElectionAndIsReplacedBeforeTheNextStarts() {
        RenderedChart chart = RenderedChart.of("operator: {replicas: 1}");

        Deployment operator = operator(chart);
        assertThat(operator.getSpec().getStrategy().getType()).isEqualTo("Recreate");
        assertThat(environment(operator.getSpec().getTemplate().getSpec()))
                .containsEntry("RENACER_LEADER_ELECTION", "false");
        assertThat(chart.names("PodDisruptionBudget")).isEmpty();
    }

    @Test
    void theOperatorsFileSaysWhatTheValuesSay() {
        RenderedChart chart = RenderedChart.of("""
            defaultSink: {endpoint: 'https://otlp.example.com', protocol: grpc, credentials: vendor, metrics: None}
            defaultPolicy: {requireJustification: true}
            namespaceOptIn: {required: false}
            """);

        assertThat(config(chart))
                .isEqualTo(Map.of(
                        "defaultSink",
                        Map.of(
                                "endpoint", "https://otlp.example.com",
                                "protocol", "grpc",
                                "credentials", "vendor",
                                "metrics", "None"),
                        "defaultPolicy",
                        Map.of(
                                "requireJustification",
                                true,
                                "limits",
                                Map.of(
                                        "maxDurationSeconds", 900,
                                        "maxTargets", 20,
                                        "maxRequestsPerNamespace", 5,
                                        "maxRequestsPerNode", 5,
                                        "maxSpansPerSecond", 10_000),
                                "defaults",
                                Map.of(
                                        "maxSlowdownPercent",
                                        100,
                                        "onExceeded",
                                        "DutyCycle",
                                        "ttlSecondsAfterFinished",
                                        604_800)),
                        "requireNamespaceLabel",
                        false,
                        "agents",
                        Map.of(
                                "namespace",
                                RenderedChart.NAMESPACE,
                                "selector",
                                chart.one(DaemonSet.class, "renacer-agent")
                                        .getSpec()
                                        .getSelector()
                                        .getMatchLabels())));
    }

    @Test
    void withoutASinkOrAPolicyTheFileNamesNone() {
        assertThat(config(RenderedChart.of("defaultPolicy: null"))).containsOnlyKeys("requireNamespaceLabel", "agents");
    }

    @Test
    void byDefaultAPolicyLimitsWhatOneTenantMayAskFor() {
        assertThat(config(RenderedChart.of("{}")).get("defaultPolicy"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .extractingByKey("limits", InstanceOfAssertFactories.MAP)
                .containsOnlyKeys(
                        "maxDurationSeconds",
                        "maxTargets",
                        "maxRequestsPerNamespace",
                        "maxRequestsPerNode",
                        "maxSpansPerSecond");
    }

    @Test
    void byDefaultTracedProgramsAreKeptToTwiceTheTime() {
        assertThat(config(RenderedChart.of("{}")).get("defaultPolicy"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .extractingByKey("defaults", InstanceOfAssertFactories.MAP)
                .containsEntry("maxSlowdownPercent", 100)
                .containsEntry("onExceeded", "DutyCycle");
    }

    @Test
    void aChangedFileRollsTheOperator() {
        String before = checksum("{}");

        assertThat(checksum("defaultSink: {endpoint: 'http://a:4317'}")).isNotEqualTo(before);
        assertThat(checksum("agent: {logLevel: debug}")).isEqualTo(before);
    }

    @Test
    void eachSinksSecretIsMountedUnderItsName() {
        PodSpec agent = agent(RenderedChart.of("sinks: {vendor: {secretName: otlp-vendor}, b: {secretName: second}}"));

        Map<String, String> secrets = new LinkedHashMap<>();
        agent.getVolumes().stream()
                .filter(volume -> volume.getSecret() != null)
                .forEach(volume ->
                        secrets.put(volume.getName(), volume.getSecret().getSecretName()));
        assertThat(agent.getContainers().getFirst().getVolumeMounts())
                .filteredOn(mount -> secrets.containsKey(mount.getName()))
                .allMatch(VolumeMount::getReadOnly)
                .extracting(mount -> mount.getMountPath() + "=" + secrets.get(mount.getName()))
                .containsExactly("/etc/renacer/sinks/b=second", "/etc/renacer/sinks/vendor=otlp-vendor");
    }

    @Test
    void programsHearOfTheOnlyNamespaceTheyServe() {
        RenderedChart chart = RenderedChart.of("watchNamespace: shop");

        assertThat(environment(agent(chart))).containsEntry("RENACER_WATCH_NAMESPACE", "shop");
        assertThat(environment(operator(chart).getSpec().getTemplate().getSpec()))
                .containsEntry("RENACER_WATCH_NAMESPACE", "shop");
        assertThat(environment(agent(RenderedChart.of("{}")))).doesNotContainKey("RENACER_WATCH_NAMESPACE");
    }

    @Test
    void definitionsAreUpgradedWithTheReleaseAndOutliveIt() {
        assertThat(RenderedChart.of("{}").all(CustomResourceDefinition.class))
                .hasSize(5)
                .allSatisfy(crd -> assertThat(crd.getMetadata().getAnnotations())
                        .containsEntry("helm.sh/resource-policy", "keep"));
        assertThat(RenderedChart.of("crds: {keep: false}").all(CustomResourceDefinition.class))
                .hasSize(5)
                .allSatisfy(crd ->
                        assertThat(crd.getMetadata().getAnnotations()).doesNotContainKey("helm.sh/resource-policy"));
        assertThat(RenderedChart.of("crds: {install: false}").all(CustomResourceDefinition.class))
                .isEmpty();
    }

    @Test
    void imagesAreOfTheChartsVersionUnlessNamed() {
        assertThat(agent(RenderedChart.of("{}")).getContainers().getFirst().getImage())
                .matches("localhost/renacer-node-agent:\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
        assertThat(agent(RenderedChart.of("agent: {image: {repository: r.example/a, tag: '7'}}"))
                        .getContainers()
                        .getFirst()
                        .getImage())
                .isEqualTo("r.example/a:7");
    }

    @Test
    void bothProgramsAreProbedOverHttp() {
        RenderedChart chart = RenderedChart.of("{}");

        for (PodSpec pod :
                List.of(agent(chart), operator(chart).getSpec().getTemplate().getSpec())) {
            var container = pod.getContainers().getFirst();
            assertThat(container.getPorts())
                    .extracting(port -> port.getName() + "=" + port.getContainerPort())
                    .containsExactly("http=8080");
            assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/livez");
            assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
        }
    }

    @Test
    void monitorsAndTheirServicesAreMadeOnlyWhenAskedFor() {
        RenderedChart chart = RenderedChart.of("{podMonitor: {enabled: true}, serviceMonitor: {enabled: true}}");

        assertThat(chart.names("PodMonitor")).containsExactlyInAnyOrder("renacer-operator", "renacer-agent");
        assertThat(chart.names("ServiceMonitor")).hasSize(2);
        assertThat(chart.names("Service")).hasSize(2);
        assertThat(RenderedChart.of("{}").objects())
                .extracting(object -> object.getKind())
                .doesNotContain("PodMonitor", "ServiceMonitor", "Service");
    }

    @Test
    void openShiftGetsAConstraintForTheAgentAlone() {
        RenderedChart chart = RenderedChart.of("openshift: {enabled: true}");

        assertThat(chart.names("SecurityContextConstraints")).containsExactly("renacer-agent");
        assertThat(agent(chart).getSecurityContext().getSeLinuxOptions().getType())
                .isEqualTo("spc_t");
        assertThat(RenderedChart.of("{}").names("SecurityContextConstraints")).isEmpty();
    }

    private static Map<String, Object> config(RenderedChart chart) {
        String yaml = chart.one(ConfigMap.class, "renacer-operator").getData().get("config.yaml");
        return RenderedChart.YAML.unmarshal(yaml, new TypeReference<Map<String, Object>>() {});
    }

    private static String checksum(String values) {
        return Objects.requireNonNull(operator(RenderedChart.of(values))
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations()
                .get("checksum/config"));
    }

    private static Map<String, String> environment(PodSpec pod) {
        Map<String, String> values = new LinkedHashMap<>();
        for (EnvVar variable : pod.getContainers().getFirst().getEnv()) {
            values.put(variable.getName(), String.valueOf(variable.getValue()));
        }
        return values;
    }

    private static Deployment operator(RenderedChart chart) {
        return chart.one(Deployment.class, "renacer-operator");
    }

    private static PodSpec agent(RenderedChart chart) {
        return chart.one(DaemonSet.class, "renacer-agent")
                .getSpec()
                .getTemplate()
                .getSpec();
    }
}
