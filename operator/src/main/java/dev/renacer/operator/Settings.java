// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.renacer.crds.admin.TracePolicy;
import dev.renacer.crds.admin.TracePolicySpec;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.admin.TraceSinkSpec;
import dev.renacer.crds.definition.Definitions;
import dev.renacer.operator.agents.AgentSelector;
import dev.renacer.operator.install.DefaultObjects;
import dev.renacer.operator.kube.SchemaCheck;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsOrBool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The settings of an admin: the YAML file that RENACER_CONFIG names, a ConfigMap in the chart. Read once at the start.
 *
 * @param defaultSink            spec of the TraceSink {@code default}, created unless there is one; empty: none is
 *     created
 * @param defaultPolicy          spec of the TracePolicy {@code default}, created in the same way
 * @param requireNamespaceLabel  whether only namespaces labelled renacer.dev/tracing=enabled are traced
 * @param colocation             whether the agents may move threads to their tracer's CPU
 * @param agents                 how to find the agents' pods; empty: agents are known only by their reports
 */
record Settings(
        Optional<TraceSinkSpec> defaultSink,
        Optional<TracePolicySpec> defaultPolicy,
        boolean requireNamespaceLabel,
        boolean colocation,
        Optional<AgentSelector> agents) {

    /** The settings if there is no file. */
    static final Settings NONE = new Settings(Optional.empty(), Optional.empty(), false, false, Optional.empty());

    /** The objects that an admin finds after the installation. */
    DefaultObjects defaultObjects() {
        return new DefaultObjects(defaultSink, defaultPolicy);
    }

    /**
     * Reads the file.
     *
     * @throws OperatorConfig.InvalidException if it cannot be read or used; the message names file, key and next step
     */
    static Settings read(Path file) throws OperatorConfig.InvalidException {
        ObjectMapper yaml = new YAMLMapper();
        try {
            JsonNode document = yaml.readTree(Files.readAllBytes(file));
            if (document.isMissingNode() || document.isNull()) {
                return NONE;
            }
            Optional<String> fault = SchemaCheck.fault(document, schema(document));
            if (fault.isPresent()) {
                throw new OperatorConfig.InvalidException(
                        file + ": " + fault.get() + ": correct it there (in the chart: its values)");
            }
            return new Settings(
                    section(yaml, document, "defaultSink", TraceSinkSpec.class),
                    section(yaml, document, "defaultPolicy", TracePolicySpec.class),
                    document.path("requireNamespaceLabel").asBoolean(false),
                    document.path("colocation").asBoolean(false),
                    section(yaml, document, "agents", AgentSelector.class));
        } catch (JsonProcessingException e) {
            throw new OperatorConfig.InvalidException(file + ": line "
                    + (e.getLocation() == null ? 1 : e.getLocation().getLineNr())
                    + " is not YAML: correct it there (" + firstLine(e.getOriginalMessage()) + ")");
        } catch (NoSuchFileException _) {
            throw new OperatorConfig.InvalidException("RENACER_CONFIG names " + file
                    + ", which does not exist: name a file, or unset it for the defaults");
        } catch (IOException e) {
            throw new OperatorConfig.InvalidException("RENACER_CONFIG names " + file
                    + ", which cannot be read: name a readable file, or unset it for the defaults (" + e.getMessage()
                    + ")");
        }
    }

    /**
     * The sections that become objects have the schemas of their definitions, which are read only if there are such
     * sections.
     */
    private static JSONSchemaProps schema(JsonNode document) {
        JSONSchemaProps text = new JSONSchemaPropsBuilder()
                .withType("string")
                .withMinLength(1L)
                .build();
        JSONSchemaPropsBuilder schema = new JSONSchemaPropsBuilder()
                .withType("object")
                .addToProperties("defaultSink", spec(document, "defaultSink", TraceSink.class))
                .addToProperties("defaultPolicy", spec(document, "defaultPolicy", TracePolicy.class))
                .addToProperties(
                        "requireNamespaceLabel",
                        new JSONSchemaPropsBuilder().withType("boolean").build())
                .addToProperties(
                        "colocation",
                        new JSONSchemaPropsBuilder().withType("boolean").build())
                .addToProperties(
                        "agents",
                        new JSONSchemaPropsBuilder()
                                .withType("object")
                                .withRequired("namespace", "selector")
                                .addToProperties("namespace", text)
                                .addToProperties(
                                        "selector",
                                        new JSONSchemaPropsBuilder()
                                                .withType("object")
                                                .withAdditionalProperties(new JSONSchemaPropsOrBool(true, text))
                                                .build())
                                .build());
        return schema.build();
    }

    private static JSONSchemaProps spec(JsonNode document, String section, Class<? extends HasMetadata> type) {
        if (!document.has(section)) {
            return new JSONSchemaProps();
        }
        JSONSchemaProps object = Definitions.load(type)
                .getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema();
        return Objects.requireNonNull(object.getProperties().get("spec"), "every definition has a spec");
    }

    private static <T> Optional<T> section(ObjectMapper yaml, JsonNode document, String name, Class<T> type)
            throws JsonProcessingException {
        return document.hasNonNull(name) ? Optional.of(yaml.treeToValue(document.get(name), type)) : Optional.empty();
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse(message);
    }
}
