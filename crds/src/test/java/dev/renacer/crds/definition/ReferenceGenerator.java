// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.definition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionSpec;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the reference of the custom resources and of the reasons from the definitions and from {@link Reason}. {@code make crds}
 * writes it to {@code docs/reference}; {@link ReferenceDriftTest} holds it to what is generated.
 */
public final class ReferenceGenerator {
    private static final String HEADER = """
        <!-- SPDX-FileCopyrightText: The Renacer authors -->
        <!-- SPDX-License-Identifier: Apache-2.0 -->
        <!-- Generated from the Java types in crds/: change those, then run `make crds`. -->
        """;

    /** Fields of Kubernetes' own types, which its own reference explains. */
    private static final Set<String> FOREIGN = Set.of("conditions", "selector", "namespaceSelector");

    private ReferenceGenerator() {}

    /** Writes the pages to the folder named. */
    public static void main(String[] folders) throws IOException {
        for (String folder : folders) {
            Path target = Files.createDirectories(Path.of(folder));
            for (Map.Entry<String, String> page : generate().entrySet()) {
                Files.writeString(target.resolve(page.getKey()), page.getValue());
            }
        }
    }

    /** File name to content. */
    static Map<String, String> generate() {
        Map<String, String> pages = new TreeMap<>();
        pages.put("custom-resources.md", customResources());
        pages.put("reasons.md", reasons());
        return pages;
    }

    private static String reasons() {
        StringBuilder page = new StringBuilder(HEADER).append("""
            # Reasons

            Why something is as it is: the closed set of reasons in the conditions of a TraceRequest and a TraceSink, in the
            `status.skipped` list of a TraceRequest, in the state of a container in a NodeTrace, and in Events. The message beside a
            reason names the pod, node, limit or file that is meant.

            | reason | what it means | what to do |
            |---|---|---|
            """);
        for (Reason reason : Reason.values()) {
            page.append("| `")
                    .append(reason)
                    .append("` | ")
                    .append(cell(reason.meaning()))
                    .append(" | ")
                    .append(cell(reason.remedy()))
                    .append(" |\n");
        }
        return page.toString();
    }

    private static String customResources() {
        StringBuilder page = new StringBuilder(HEADER).append("""
            # Custom resources

            API group `%s`, version `%s`. `kubectl explain tracerequest.spec` shows the same on a cluster. Fields that end in `[]` are
            lists; a default is filled in by the API server. Durations are integers with their unit in the name, times are RFC 3339.
            """.formatted(Renacer.GROUP, Renacer.VERSION));
        for (CustomResourceDefinition definition : definitions()) {
            kind(page, definition.getSpec());
        }
        return page.toString();
    }

    /** As the types have them now: the copies in the jar may be older. */
    private static List<CustomResourceDefinition> definitions() {
        Map<String, String> files = DefinitionsGenerator.generate();
        return Definitions.TYPES.stream()
                .map(type -> Objects.requireNonNull(files.get(Definitions.fileName(type))))
                .map(yaml -> Serialization.unmarshal(yaml, CustomResourceDefinition.class))
                .toList();
    }

    private static void kind(StringBuilder page, CustomResourceDefinitionSpec spec) {
        CustomResourceDefinitionVersion version = spec.getVersions().getFirst();
        JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
        page.append("\n## ")
                .append(spec.getNames().getKind())
                .append("\n")
                .append(root.getDescription())
                .append("\n\n`kubectl get ")
                .append(spec.getNames().getPlural())
                .append("`, short `")
                .append(String.join("`, `", spec.getNames().getShortNames()))
                .append("`; ")
                .append(spec.getScope().equals("Cluster") ? "of the whole cluster" : "in a namespace")
                .append(".\n");
        Map<String, JSONSchemaProps> halves = new LinkedHashMap<>();
        for (String half : List.of("spec", "status")) {
            Optional.ofNullable(root.getProperties().get(half))
                    .filter(schema -> schema.getProperties() != null
                            && !schema.getProperties().isEmpty())
                    .ifPresent(schema -> halves.put(half, schema));
        }
        halves.forEach((name, schema) -> half(page, name, schema));
    }

    private static void half(StringBuilder page, String name, JSONSchemaProps schema) {
        page.append("\n### ")
                .append(name)
                .append("\n")
                .append(schema.getDescription())
                .append("\n\n| field | type | meaning | rules |\n|---|---|---|---|\n");
        Set<String> rules = new LinkedHashSet<>();
        messages(schema).forEach(rules::add);
        fields(page, "", schema, rules);
        if (!rules.isEmpty()) {
            page.append("\nThe API server also holds:\n");
            rules.forEach(rule -> page.append("- ").append(rule).append("\n"));
        }
    }

    private static void fields(StringBuilder page, String prefix, JSONSchemaProps schema, Set<String> rules) {
        Set<String> required = schema.getRequired() == null ? Set.of() : Set.copyOf(schema.getRequired());
        new TreeMap<>(schema.getProperties()).forEach((name, field) -> {
            JSONSchemaProps shape = item(field);
            String path = prefix + name + (field.getItems() == null ? "" : "[]");
            page.append("| `")
                    .append(path)
                    .append("` | ")
                    .append(type(field))
                    .append(" | ")
                    .append(cell(Objects.requireNonNullElse(field.getDescription(), "")))
                    .append(" | ")
                    .append(String.join("; ", limits(field, required.contains(name))))
                    .append(" |\n");
            rules.addAll(messages(field));
            if (shape.getProperties() != null && !FOREIGN.contains(name)) {
                fields(page, path + ".", shape, rules);
            }
        });
    }

    private static List<String> messages(JSONSchemaProps schema) {
        return Optional.ofNullable(schema.getXKubernetesValidations()).orElse(List.of()).stream()
                .map(ValidationRule::getMessage)
                .map(ReferenceGenerator::cell)
                .toList();
    }

    private static JSONSchemaProps item(JSONSchemaProps field) {
        return field.getItems() == null ? field : field.getItems().getSchema();
    }

    private static String type(JSONSchemaProps field) {
        if (field.getItems() != null) {
            return "list of " + type(field.getItems().getSchema());
        }
        if (field.getAdditionalProperties() != null) {
            return "map of " + type(field.getAdditionalProperties().getSchema());
        }
        return Objects.requireNonNullElse(field.getType(), "any");
    }

    private static List<String> limits(JSONSchemaProps field, boolean required) {
        List<String> limits = new ArrayList<>();
        if (required) {
            limits.add("required");
        }
        Optional.ofNullable(field.getDefault())
                .map(JsonNode::asText)
                .ifPresent(value -> limits.add("default " + value));
        range(limits, "", field.getMinimum(), field.getMaximum());
        range(limits, " characters", field.getMinLength(), field.getMaxLength());
        range(limits, " entries", field.getMinItems(), field.getMaxItems());
        Optional.ofNullable(item(field).getPattern()).ifPresent(pattern -> limits.add("`" + cell(pattern) + "`"));
        if (field.getEnum() != null && !field.getEnum().isEmpty()) {
            limits.add(field.getEnum().stream().map(JsonNode::asText).collect(Collectors.joining(", ", "one of ", "")));
        }
        return limits;
    }

    private static void range(List<String> limits, String unit, @Nullable Number least, @Nullable Number most) {
        if (least != null && most != null) {
            limits.add(least.longValue() + " to " + most.longValue() + unit);
        } else if (least != null) {
            limits.add("at least " + least.longValue() + unit);
        } else if (most != null) {
            limits.add("at most " + most.longValue() + unit);
        }
    }

    /** As it may stand in a cell of a table. */
    private static String cell(String text) {
        return text.replace("|", "\\|").replaceAll("\\s+", " ");
    }
}
