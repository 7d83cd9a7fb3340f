// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import dev.renacer.chart.ValueSets.ValueSet;
import dev.renacer.crds.definition.Definitions;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A typo or a dangerous value is refused before anything is installed. */
class ChartSchemaTest {
    static List<ValueSet> sets() {
        return ValueSets.ALL;
    }

    @Test
    void helmLintHasNoComplaint() {
        LintResult result =
                new Helm(RenderedChart.CHART).lint().strict().quiet().call();

        assertThat(result.isFailed())
                .as(String.join("\n", result.getMessages()))
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void whatAdminsSetIsTaken(ValueSet set) {
        assertThat(RenderedChart.of(set.values()).objects()).hasSizeGreaterThan(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "operators: {}                                       | operators",
                "defaultSink: {endpoint: 'otel-collector:4317'}      | /defaultSink/endpoint",
                "defaultSink: {endpoint: 'http://a:1', tls: true}    | tls",
                "defaultSink: {protocol: zipkin}                     | /defaultSink/protocol",
                "defaultSink: {metrics: Some}                        | /defaultSink/metrics",
                "sinks: {vendor: {}}                                 | secretName",
                "sinks: {../etc: {secretName: a}}                    | invalid propertyName '../etc'",
                "agent: {resources: {limits: {cpu: 1}}}              | /agent/resources/limits/cpu",
                "agent: {updateStrategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}} | maxSurge",
                "agent: {privileged: true}                           | privileged",
                "agent: {hostNetwork: true}                          | hostNetwork",
                "agent: {securityContext: {}}                        | securityContext",
                "agent: {logLevel: loud}                             | /agent/logLevel",
                "operator: {replicas: 0}                             | /operator/replicas",
                "operator: {image: {repository: ''}}                 | /operator/image/repository",
                "operator: {tolerations: [{operator: Sometimes}]}    | /operator/tolerations/0/operator",
                "namespaceOptIn: {required: 'yes'}                   | /namespaceOptIn/required",
                "admission: {mutating: maybe}                        | /admission/mutating",
                "watchNamespace: Shop_1                              | /watchNamespace",
                "defaultPolicy: {limits: {maxDurationSeconds: 0}}    | /defaultPolicy/limits/maxDurationSeconds",
                "defaultPolicy: {forbiddenOptions: [Everything]}     | /defaultPolicy/forbiddenOptions/0",
                "defaultPolicy: {volume: Some}                       | /defaultPolicy/volume",
                "networkPolicy: {sinks: {ports: [0]}}                | /networkPolicy/sinks/ports/0",
                "podMonitor: {interval: often}                       | /podMonitor/interval",
            })
    void whatCannotBeIsRefusedByItsName(String values, String named) {
        assertThatThrownBy(() -> RenderedChart.of(values))
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining(named);
    }

    @Test
    void aClusterWithoutTheNodeClaimInTokensIsRefused() {
        TemplateCommand older = new Helm(RenderedChart.CHART).template().withKubeVersion("1.31.9");

        assertThatThrownBy(older::call).hasMessageContaining(">=1.32.0");
    }

    @Test
    void theDefaultPolicyMaySayWhatATracePolicyMay() throws IOException {
        JsonNode schema =
                new ObjectMapper().readTree(Files.readString(RenderedChart.CHART.resolve("values.schema.json")));
        JSONSchemaProps definition = Definitions.load().stream()
                .filter(crd -> crd.getSpec().getNames().getKind().equals("TracePolicy"))
                .map(crd -> crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema())
                .findFirst()
                .orElseThrow();

        assertThat(fields(schema.at("/properties/defaultPolicy"), ""))
                .isEqualTo(fields(new ObjectMapper().valueToTree(definition).at("/properties/spec"), ""));
    }

    /** Paths of all properties; what lies below a label selector is Kubernetes' own. */
    private static Set<String> fields(JsonNode schema, String path) {
        Set<String> found = new TreeSet<>();
        schema.path("properties").forEachEntry((name, property) -> {
            found.add(path + "/" + name);
            if (!name.equals("namespaceSelector")) {
                found.addAll(fields(property, path + "/" + name));
            }
        });
        return found;
    }
}
