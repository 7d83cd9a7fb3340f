// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.chart.ValueSets.ValueSet;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rights, to the letter: a new one must be written here too. */
class ChartRbacTest {
    private static final List<String> AGENT_CLUSTER =
            List.of("renacer.dev tracenodes: get create", "renacer.dev tracenodes/status: patch");
    private static final List<String> AGENT =
            List.of("renacer.dev nodetraces: get list watch", "renacer.dev nodetraces/status: patch");
    private static final List<String> OPERATOR_CLUSTER = List.of(
            "renacer.dev tracesinks,tracepolicies: get list watch create",
            "renacer.dev tracesinks/status: patch",
            "renacer.dev tracenodes: get list",
            "core nodes: get",
            "node.k8s.io runtimeclasses: get");
    private static final List<String> OPERATOR = List.of(
            "renacer.dev tracerequests: get list watch patch delete",
            "renacer.dev tracerequests/status: patch",
            "renacer.dev nodetraces: get list watch create patch deletecollection",
            "core pods: get list watch",
            "core namespaces: get",
            "core events: create",
            "apps deployments,statefulsets,daemonsets,replicasets: get",
            "batch jobs: get list",
            "batch cronjobs: get",
            "* */scale: get");
    private static final List<String> UNINSTALL_CLUSTER = List.of(
            "renacer.dev tracenodes: list delete", "renacer.dev tracesinks,tracepolicies [default]: get delete");
    private static final List<String> UNINSTALL =
            List.of("renacer.dev tracerequests: get list patch", "renacer.dev nodetraces: list delete");

    static List<ValueSet> sets() {
        return ValueSets.ALL;
    }

    @Test
    void whatLiesInNoNamespaceIsReadByABindingOfTheCluster() {
        RenderedChart chart = RenderedChart.of("rbac: {clusterViewers: [{kind: Group, name: developers}]}");

        assertThat(clusterRole(chart, "renacer-cluster-viewer"))
                .containsExactly("renacer.dev tracesinks,tracepolicies,tracenodes: get list watch");
        assertThat(chart.one(ClusterRoleBinding.class, "renacer-cluster-viewer").getSubjects())
                .singleElement()
                .satisfies(subject -> assertThat(subject.getName()).isEqualTo("developers"));
        assertThat(RenderedChart.of("{}").names("ClusterRoleBinding")).doesNotContain("renacer-cluster-viewer");
    }

    @Test
    void theAgentReadsAssignmentsAndReportsAndNothingElse() {
        assertThat(clusterRole(RenderedChart.of("{}"), "renacer-agent")).isEqualTo(concat(AGENT_CLUSTER, AGENT));
    }

    @Test
    void theOperatorReadsNoSecretAndStartsNoPod() {
        assertThat(clusterRole(RenderedChart.of("{}"), "renacer-operator"))
                .isEqualTo(concat(OPERATOR_CLUSTER, OPERATOR));
    }

    @Test
    void theOperatorsLeaseAndTheAgentsPodsAreOfItsOwnNamespace() {
        Role role = RenderedChart.of("{}").one(Role.class, "renacer-operator-own-namespace");

        assertThat(role.getMetadata().getNamespace()).isEqualTo(RenderedChart.NAMESPACE);
        assertThat(lines(role.getRules()))
                .containsExactly(
                        "coordination.k8s.io leases: create",
                        "coordination.k8s.io leases [renacer-operator]: get update patch",
                        "core pods: list watch");
    }

    @Test
    void theUninstallHooksEndTracesAndDeleteWhatTheProgramsMade() {
        RenderedChart chart = RenderedChart.of("{}");

        assertThat(clusterRole(chart, "renacer-uninstall")).isEqualTo(concat(UNINSTALL_CLUSTER, UNINSTALL));
        assertThat(lines(
                        chart.one(Role.class, "renacer-uninstall-own-namespace").getRules()))
                .containsExactly("coordination.k8s.io leases [renacer-operator]: get delete");
    }

    @Test
    void withOneNamespaceToServeWhatIsNamespacedIsGrantedThereAlone() {
        RenderedChart chart = RenderedChart.of("watchNamespace: shop");

        assertThat(clusterRole(chart, "renacer-agent")).isEqualTo(AGENT_CLUSTER);
        assertThat(clusterRole(chart, "renacer-operator")).isEqualTo(OPERATOR_CLUSTER);
        assertThat(clusterRole(chart, "renacer-uninstall")).isEqualTo(UNINSTALL_CLUSTER);
        assertThat(lines(chart.one(Role.class, "renacer-agent").getRules())).isEqualTo(AGENT);
        assertThat(lines(chart.one(Role.class, "renacer-uninstall").getRules())).isEqualTo(UNINSTALL);
        assertThat(lines(chart.one(Role.class, "renacer-operator").getRules())).isEqualTo(OPERATOR);
        assertThat(chart.all(Role.class))
                .filteredOn(role -> !role.getMetadata().getName().endsWith("own-namespace"))
                .allMatch(role -> role.getMetadata().getNamespace().equals("shop"));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void nobodyButRenacersOwnAccountsIsBoundToAnything(ValueSet set) {
        RenderedChart chart = RenderedChart.of(set.values());

        assertThat(chart.all(ClusterRoleBinding.class))
                .flatExtracting(ClusterRoleBinding::getSubjects)
                .allMatch(subject -> subject.getKind().equals("ServiceAccount")
                        && subject.getNamespace().equals(RenderedChart.NAMESPACE));
        assertThat(chart.all(ClusterRoleBinding.class))
                .extracting(binding -> binding.getRoleRef().getName())
                .doesNotContain("renacer-tracer", "renacer-admin", "cluster-admin");
    }

    @Test
    void tracingIsNoRightOfEveryEditorUnlessTheAdminSaysSo() {
        assertThat(labels("{}", "renacer-viewer")).contains("rbac.authorization.k8s.io/aggregate-to-view");
        assertThat(labels("{}", "renacer-tracer")).noneMatch(label -> label.contains("aggregate"));
        assertThat(labels("{}", "renacer-admin")).noneMatch(label -> label.contains("aggregate"));
        assertThat(labels("rbac: {aggregateToEdit: true}", "renacer-tracer"))
                .contains("rbac.authorization.k8s.io/aggregate-to-edit");
    }

    @Test
    void peopleGetWhatTheirRoleSays() {
        RenderedChart chart = RenderedChart.of("{}");

        assertThat(clusterRole(chart, "renacer-viewer")).allMatch(rule -> rule.endsWith(": get list watch"));
        assertThat(clusterRole(chart, "renacer-tracer"))
                .containsExactly(
                        "renacer.dev tracerequests: get list watch create patch delete",
                        "renacer.dev nodetraces,tracesinks,tracepolicies,tracenodes: get list watch");
        assertThat(clusterRole(chart, "renacer-admin"))
                .containsExactly(
                        "renacer.dev tracerequests,tracesinks,tracepolicies: get list watch create update patch delete"
                                + " deletecollection",
                        "renacer.dev tracenodes: get list watch delete",
                        "renacer.dev nodetraces: get list watch");
    }

    @Test
    void rolesCanBeLeftToSomebodyElse() {
        RenderedChart chart = RenderedChart.of("rbac: {create: false}");

        assertThat(chart.objects())
                .noneMatch(object -> object.getApiVersion().startsWith("rbac.authorization.k8s.io/"));
    }

    private static List<String> clusterRole(RenderedChart chart, String name) {
        return lines(chart.one(ClusterRole.class, name).getRules());
    }

    private static Iterable<String> labels(String values, String role) {
        return RenderedChart.of(values)
                .one(ClusterRole.class, role)
                .getMetadata()
                .getLabels()
                .keySet();
    }

    private static List<String> lines(List<PolicyRule> rules) {
        return rules.stream().map(RbacReference::line).toList();
    }

    private static List<String> concat(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
