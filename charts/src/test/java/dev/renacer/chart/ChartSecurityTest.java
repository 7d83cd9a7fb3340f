// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.chart.ValueSets.ValueSet;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What no value may loosen. */
class ChartSecurityTest {
    static List<ValueSet> sets() {
        return ValueSets.ALL;
    }

    @ParameterizedTest
    @MethodSource("sets")
    void theAgentHasTwoCapabilitiesAndNoPathOfTheHost(ValueSet set) {
        PodSpec agent = agent(set);

        assertThat(agent.getHostPID()).isTrue();
        assertThat(agent.getHostNetwork()).isNull();
        assertThat(agent.getHostIPC()).isNull();
        assertThat(agent.getVolumes()).noneMatch(volume -> volume.getHostPath() != null);
        SecurityContext context = onlyContainer(agent).getSecurityContext();
        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(context.getCapabilities().getAdd()).containsExactly("SYS_PTRACE", "DAC_READ_SEARCH");
        assertThat(environmentNames(agent)).doesNotContain("RENACER_COLOCATION");
        assertThat(context.getPrivileged()).isFalse();
        assertThat(context.getRunAsUser()).isZero();
        assertHardened(agent);
    }

    @Test
    void coLocationAddsTheOneCapabilityItNeedsAndTheAgentAndTheOperatorHearOfIt() {
        RenderedChart chart = RenderedChart.of("{agent: {colocation: {enabled: true}}, openshift: {enabled: true}}");

        PodSpec agent = chart.one(DaemonSet.class, "renacer-agent")
                .getSpec()
                .getTemplate()
                .getSpec();
        assertThat(onlyContainer(agent).getSecurityContext().getCapabilities().getAdd())
                .containsExactly("SYS_PTRACE", "DAC_READ_SEARCH", "SYS_NICE");
        assertThat(environmentNames(agent)).contains("RENACER_COLOCATION");
        assertHardened(agent);
        assertThat(chart.one(ConfigMap.class, "renacer-operator").getData().get("config.yaml"))
                .contains("colocation: true");
        assertThat(RenderedChart.YAML.asYaml(chart.objects().stream()
                        .filter(object -> object.getKind().equals("SecurityContextConstraints"))
                        .findFirst()
                        .orElseThrow()))
                .contains("SYS_NICE");
    }

    @ParameterizedTest
    @MethodSource("sets")
    void theAgentHasNoCpuLimitBecauseThrottlingStallsTargets(ValueSet set) {
        assertThat(onlyContainer(agent(set)).getResources().getLimits()).containsOnlyKeys("memory");
    }

    @ParameterizedTest
    @MethodSource("sets")
    void theOperatorHasNoCapabilityAndSeesNoProcessOfTheNode(ValueSet set) {
        PodSpec operator = operator(set);

        assertThat(operator.getHostPID()).isNull();
        assertThat(operator.getHostNetwork()).isNull();
        assertThat(operator.getSecurityContext().getRunAsNonRoot()).isTrue();
        SecurityContext context = onlyContainer(operator).getSecurityContext();
        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(context.getCapabilities().getAdd()).isEmpty();
        assertHardened(operator);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void everyObjectOfANamespaceNamesTheNamespace(ValueSet set) {
        assertThat(RenderedChart.of(set.values()).objects())
                .filteredOn(object -> List.of("Deployment", "DaemonSet", "ServiceAccount", "ConfigMap", "Role", "Pod")
                        .contains(object.getKind()))
                .extracting(object -> object.getMetadata().getNamespace())
                .isSubsetOf(RenderedChart.NAMESPACE, "shop");
    }

    @ParameterizedTest
    @MethodSource("sets")
    void noTwoObjectsHaveOneName(ValueSet set) {
        assertThat(RenderedChart.of(set.values()).objects())
                .extracting(ChartSecurityTest::identity)
                .doesNotHaveDuplicates();
    }

    private static String identity(HasMetadata object) {
        return object.getKind() + "/" + object.getMetadata().getNamespace() + "/"
                + object.getMetadata().getName();
    }

    private static void assertHardened(PodSpec pod) {
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        SecurityContext context = onlyContainer(pod).getSecurityContext();
        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
        assertThat(pod.getVolumes())
                .extracting(Volume::getName)
                .as("a writable place is bounded")
                .contains("tmp");
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getEmptyDir() != null)
                .allMatch(volume -> volume.getEmptyDir().getSizeLimit() != null);
    }

    private static List<String> environmentNames(PodSpec pod) {
        return onlyContainer(pod).getEnv().stream().map(EnvVar::getName).toList();
    }

    private static Container onlyContainer(PodSpec pod) {
        assertThat(pod.getContainers()).hasSize(1);
        return pod.getContainers().getFirst();
    }

    private static PodSpec agent(ValueSet set) {
        return RenderedChart.of(set.values())
                .one(DaemonSet.class, "renacer-agent")
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    private static PodSpec operator(ValueSet set) {
        return RenderedChart.of(set.values())
                .one(Deployment.class, "renacer-operator")
                .getSpec()
                .getTemplate()
                .getSpec();
    }
}
