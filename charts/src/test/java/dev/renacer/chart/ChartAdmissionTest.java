// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.Validation;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which policies are there; what they refuse is for AttacksIT. */
class ChartAdmissionTest {
    @Test
    void everyPolicyIsBoundDeniesAndFailsClosed() {
        RenderedChart chart = RenderedChart.of("{}");

        assertThat(chart.all(ValidatingAdmissionPolicy.class)).hasSize(6).allSatisfy(policy -> {
            assertThat(policy.getSpec().getFailurePolicy()).isEqualTo("Fail");
            assertThat(policy.getSpec().getMatchConstraints().getResourceRules())
                    .allMatch(rule -> rule.getApiGroups().equals(List.of("renacer.dev")));
            assertThat(chart.one(
                                    ValidatingAdmissionPolicyBinding.class,
                                    policy.getMetadata().getName())
                            .getSpec()
                            .getValidationActions())
                    .containsExactly("Deny");
        });
    }

    @Test
    void aStatusIsCoveredByItsOwnName() {
        // A rule for nodetraces alone does not cover nodetraces/status.
        assertThat(RenderedChart.of("{}").all(ValidatingAdmissionPolicy.class))
                .flatExtracting(policy -> policy.getSpec().getMatchConstraints().getResourceRules().stream()
                        .flatMap(rule -> rule.getResources().stream())
                        .toList())
                .contains("nodetraces", "nodetraces/status", "tracenodes", "tracenodes/status", "tracerequests/status");
    }

    @Test
    void namespacesOptInUnlessTheAdminSaysOtherwise() {
        assertThat(expressions("{}")).anyMatch(expression -> expression.contains("renacer.dev/tracing"));
        assertThat(expressions("namespaceOptIn: {required: false}"))
                .noneMatch(expression -> expression.contains("renacer.dev/tracing"));
    }

    @Test
    void policiesKnowTheProgramsByTheirAccountsNames() {
        assertThat(expressions("{operator: {serviceAccount: {name: o}}, agent: {serviceAccount: {name: a}}}"))
                .anyMatch(expression -> expression.contains("'system:serviceaccount:renacer-system:o'"))
                .anyMatch(expression -> expression.contains("'system:serviceaccount:renacer-system:a'"))
                .noneMatch(expression -> expression.contains("renacer-system:renacer-"));
    }

    @Test
    void policiesHoldInTheOnlyNamespaceServed() {
        assertThat(RenderedChart.of("watchNamespace: shop").all(ValidatingAdmissionPolicyBinding.class))
                .hasSize(6)
                .allMatch(binding -> binding.getSpec()
                        .getMatchResources()
                        .getNamespaceSelector()
                        .getMatchLabels()
                        .containsValue("shop"));
    }

    @Test
    void theMutatingPolicyCanBeForcedOnAndOff() {
        assertThat(RenderedChart.of("admission: {mutating: 'on'}").names("MutatingAdmissionPolicy"))
                .containsExactly("renacer-requested-by");
        assertThat(RenderedChart.of("admission: {mutating: 'off'}").names("MutatingAdmissionPolicy"))
                .isEmpty();
    }

    @Test
    void withoutAdmissionThereIsNone() {
        assertThat(RenderedChart.of("admission: {enabled: false}").objects())
                .noneMatch(object -> object.getApiVersion().startsWith("admissionregistration.k8s.io/"));
    }

    @Test
    void agentsTalkToTheApiServerNamesAndSinksAlone() {
        NetworkPolicy policy = RenderedChart.of("defaultSink: {endpoint: 'http://collector.example:14317'}")
                .one(NetworkPolicy.class, "renacer-agent");

        assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
        assertThat(policy.getSpec().getIngress())
                .singleElement()
                .satisfies(rule -> assertThat(rule.getPorts())
                        .extracting(port -> port.getPort().getStrVal())
                        .containsExactly("http"));
        assertThat(policy.getSpec().getEgress())
                .extracting(rule -> ports(rule.getPorts()))
                .containsExactly(List.of(53, 53), List.of(443, 6443, 8443, 16443), List.of(443, 4317, 4318, 14317));
        assertThat(policy.getSpec().getEgress())
                .as("collectors of other namespaces, and outside, can be reached")
                .allMatch(rule -> rule.getTo().isEmpty());
        assertThat(RenderedChart.of("networkPolicy: {enabled: false}").all(NetworkPolicy.class))
                .isEmpty();
    }

    @Test
    void anEndpointWithoutAPortMeansThatOfItsScheme() {
        String values = "{defaultSink: {endpoint: 'http://collector/v1'}, networkPolicy: {sinks: {ports: [1]}}}";

        assertThat(RenderedChart.of(values)
                        .one(NetworkPolicy.class, "renacer-agent")
                        .getSpec()
                        .getEgress()
                        .getLast()
                        .getPorts())
                .extracting(port -> port.getPort().getIntVal())
                .containsExactly(1, 80);
    }

    private static List<Integer> ports(List<NetworkPolicyPort> ports) {
        return ports.stream().map(port -> port.getPort().getIntVal()).toList();
    }

    private static List<String> expressions(String values) {
        return RenderedChart.of(values).all(ValidatingAdmissionPolicy.class).stream()
                .flatMap(policy -> policy.getSpec().getValidations().stream())
                .map(Validation::getExpression)
                .toList();
    }
}
