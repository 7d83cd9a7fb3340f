// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** What a definition should say and the annotations cannot. */
final class DefinitionRefinements implements CRDPostProcessor {
    /** What {@code kubectl explain} shows of a kind and of its two halves. */
    private static final Map<String, Texts> TEXTS = Map.of(
            "TraceRequest",
            new Texts(
                    "Asks for the system calls of pods in this namespace, as OpenTelemetry spans, for a limited time.",
                    "Whose system calls, for how long, where to.",
                    "What became of the request; written by the operator."),
            "NodeTrace",
            new Texts(
                    "One node's share of a TraceRequest. Made and deleted by the operator: not for people to write.",
                    "What the node's agent is to trace; written by the operator.",
                    "What the node's agent did; written by that agent."),
            "TraceSink",
            new Texts(
                    "A place spans may go to. Set up by a cluster admin; a TraceRequest names it in sinkRef.",
                    "Where the OTLP receiver is.",
                    "State of the sink; written by the operator."),
            "TracePolicy",
            new Texts(
                    "What TraceRequests of some namespaces may ask for. Set up by a cluster admin.",
                    "Limits, defaults and prohibitions.",
                    ""),
            "TraceNode",
            new Texts(
                    "What the agent of one node can do; written by that agent, named like the node.",
                    "Nothing is asked of a node.",
                    "What the agent found on its node."));

    /** Most labels and most expressions of a selector: the operator compares each with each pod of the namespace. */
    private static final long MOST_REQUIREMENTS = 16;

    /** Most values of one expression. */
    private static final long MOST_VALUES = 64;

    /** Kubernetes' own rules of labels: a prefix of 253 characters and a name of 63. */
    private static final long LONGEST_LABEL_KEY = 317;

    private static final String LABEL_KEY = "^([-a-z0-9.]{1,253}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";
    private static final String LABEL_VALUE = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";

    private record Texts(String kind, String spec, String status) {}

    @Override
    public HasMetadata process(HasMetadata resource, String crdSpecVersion) {
        if (!(resource instanceof CustomResourceDefinition definition)) {
            throw new IllegalStateException("not a definition: " + resource.getKind());
        }
        String kind = definition.getSpec().getNames().getKind();
        for (CustomResourceDefinitionVersion version : definition.getSpec().getVersions()) {
            orderColumns(kind, version);
            JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
            describe(root, Objects.requireNonNull(TEXTS.get(kind), () -> kind + " has no texts"));
            root.getProperties().forEach(DefinitionRefinements::refine);
        }
        return definition;
    }

    /** In the order in which the type declares them; the generator sorts them by path. */
    private static void orderColumns(String kind, CustomResourceDefinitionVersion version) {
        List<String> declared = Definitions.TYPES.stream()
                .filter(type -> HasMetadata.getKind(type).equals(kind))
                .flatMap(type -> Arrays.stream(type.getAnnotationsByType(AdditionalPrinterColumn.class)))
                .map(AdditionalPrinterColumn::name)
                .toList();
        version.getAdditionalPrinterColumns()
                .sort(Comparator.comparingInt(column -> declared.indexOf(column.getName())));
    }

    private static void describe(JSONSchemaProps root, Texts texts) {
        root.setDescription(texts.kind());
        JSONSchemaProps spec = property(root, "spec");
        spec.setDescription(texts.spec());
        if (root.getProperties().containsKey("status")) {
            property(root, "status").setDescription(texts.status());
        }
        if (spec.getProperties() != null && !spec.getProperties().isEmpty()) {
            root.setRequired(List.of("spec"));
        }
    }

    private static void refine(String name, JSONSchemaProps property) {
        // A rule on a record's component is found twice, on the field and on the accessor.
        if (property.getXKubernetesValidations() != null) {
            property.setXKubernetesValidations(
                    property.getXKubernetesValidations().stream().distinct().toList());
        }
        switch (name) {
            case "conditions" -> conditions(property);
            case "containers", "allowedSinks", "forbiddenOptions" -> property.setXKubernetesListType("set");
            case "matchExpressions" -> matchExpressions(property);
            case "matchLabels" -> matchLabels(property);
            default -> {
                // Nothing beyond the annotations.
            }
        }
        if (property.getProperties() != null) {
            property.getProperties().forEach(DefinitionRefinements::refine);
        }
    }

    private static void conditions(JSONSchemaProps list) {
        list.setXKubernetesListType("map");
        list.setXKubernetesListMapKeys(List.of("type"));
        list.getItems().getSchema().setRequired(List.of("type", "status", "reason", "message", "lastTransitionTime"));
    }

    private static void matchLabels(JSONSchemaProps map) {
        map.setMaxProperties(MOST_REQUIREMENTS);
        labelValue(map.getAdditionalProperties().getSchema());
        map.setXKubernetesValidations(List.of(new ValidationRuleBuilder()
                .withRule("self.all(key, key.matches('" + LABEL_KEY + "'))")
                .withMessage(
                        "a key is not a label's name: letters, digits, '-', '_' and '.', after an optional DNS subdomain"
                                + " and '/'")
                .build()));
    }

    private static void labelValue(JSONSchemaProps value) {
        value.setMaxLength(63L);
        value.setPattern(LABEL_VALUE);
    }

    private static void matchExpressions(JSONSchemaProps list) {
        list.setMaxItems(MOST_REQUIREMENTS);
        JSONSchemaProps item = list.getItems().getSchema();
        item.setRequired(List.of("key", "operator"));
        property(item, "key").setMaxLength(LONGEST_LABEL_KEY);
        property(item, "key").setPattern(LABEL_KEY);
        property(item, "values").setMaxItems(MOST_VALUES);
        labelValue(property(item, "values").getItems().getSchema());
        property(item, "operator")
                .setEnum(Stream.of("In", "NotIn", "Exists", "DoesNotExist")
                        .map(operator -> (JsonNode) TextNode.valueOf(operator))
                        .toList());
        // As Kubernetes has it for its own selectors. NotIn no values would hold for every pod, and In no values for
        // none.
        item.setXKubernetesValidations(List.of(
                values(
                        "self.operator in ['Exists', 'DoesNotExist'] || (has(self.values) && size(self.values) > 0)",
                        "must have at least one value, because operator is In or NotIn"),
                values(
                        "self.operator in ['In', 'NotIn'] || !has(self.values) || size(self.values) == 0",
                        "must be left out, because operator is Exists or DoesNotExist")));
    }

    private static ValidationRule values(String rule, String message) {
        return new ValidationRuleBuilder()
                .withRule(rule)
                .withFieldPath(".values")
                .withMessage(message)
                .build();
    }

    private static JSONSchemaProps property(JSONSchemaProps schema, String name) {
        return Objects.requireNonNull(schema.getProperties().get(name), () -> "no property " + name);
    }
}
