// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What {@code helm uninstall} does by the chart's hooks. */
class ChartUninstallTest {
    private static final String SINK = "defaultSink: {endpoint: 'http://collector:4317'}";

    @Test
    void tracesAreEndedBeforeAnythingIsDeletedAndLeftoversAfterwards() {
        List<Job> jobs = RenderedChart.of("{}").all(Job.class);

        assertThat(jobs)
                .extracting(job -> job.getMetadata().getAnnotations().get(RenderedChart.HOOK) + " "
                        + container(job).getArgs())
                .containsExactlyInAnyOrder("pre-delete [--end-traces]", "post-delete [--clean-up]");
        // Longer than the program waits for traces to end, and shorter than helm waits for a hook.
        assertThat(jobs)
                .allSatisfy(job ->
                        assertThat(job.getSpec().getActiveDeadlineSeconds()).isBetween(60L, 240L));
    }

    @Test
    void nothingTheHooksNeedOutlivesThem() {
        assertThat(hooks("{}"))
                .extracting(HasMetadata::getKind)
                .contains("ServiceAccount", "ConfigMap", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding");
        assertThat(hooks("watchNamespace: shop"))
                .allSatisfy(object -> assertThat(object.getMetadata().getAnnotations())
                        .containsKey(RenderedChart.HOOK)
                        .hasEntrySatisfying(
                                "helm.sh/hook-delete-policy",
                                policy -> assertThat(policy).startsWith("before-hook-creation,hook-succeeded")));
    }

    @Test
    void theHooksPodsMeetTheLevelRestricted() {
        for (Job job : RenderedChart.of("{}").all(Job.class)) {
            PodSpec pod = job.getSpec().getTemplate().getSpec();
            assertThat(pod.getServiceAccountName()).isEqualTo("renacer-uninstall");
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(container(job).getSecurityContext().getAllowPrivilegeEscalation())
                    .isFalse();
            assertThat(container(job).getSecurityContext().getCapabilities().getDrop())
                    .containsExactly("ALL");
        }
    }

    @Test
    void defaultObjectsGoUnlessTheyShallStay() {
        assertThat(config("{defaultPolicy: null, " + SINK + "}"))
                .isEqualToIgnoringWhitespace("defaultSink: endpoint: http://collector:4317");
        assertThat(config(SINK)).startsWith("defaultPolicy:").contains("defaultSink:");
        assertThat(config("{uninstall: {deleteDefaults: false}, " + SINK + "}")).isEqualToIgnoringWhitespace("{}");
    }

    @Test
    void valuesKeptFromAnOlderChartHaveThem() {
        assertThat(hooks("uninstall: null")).isNotEmpty();
        assertThat(config("{uninstall: null, " + SINK + "}")).contains("collector");
    }

    @Test
    void theyCanBeLeftOut() {
        assertThat(hooks("uninstall: {enabled: false}")).isEmpty();
        assertThat(hooks("rbac: {create: false}")).isEmpty();
    }

    private static List<HasMetadata> hooks(String values) {
        return RenderedChart.of(values).objects().stream()
                .filter(object -> object.getMetadata().getName().startsWith("renacer-uninstall"))
                .toList();
    }

    private static String config(String values) {
        return Objects.requireNonNull(RenderedChart.of(values)
                .one(ConfigMap.class, "renacer-uninstall")
                .getData()
                .get("config.yaml"));
    }

    private static Container container(Job job) {
        return job.getSpec().getTemplate().getSpec().getContainers().getFirst();
    }
}
