// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.export.settings.KeyValueList;
import dev.renacer.tracer.span.attribute.RenacerScope;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.semconv.SchemaUrls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What spans say about their target. Build one per target and keep it: the exporter groups spans by the identity of
 * their resource.
 */
public final class SpanResource {
    private static final String SERVICE_NAME = "service.name";
    private static final String HOST_NAME = "host.name";
    private static final String DEFAULT_SERVICE_NAME = "renacer";
    private static final Path KERNEL_HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final String RESOURCE_ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES";

    private SpanResource() {}

    /**
     * A program on this machine. {@code service.name} comes from the flag, otherwise from OTEL_SERVICE_NAME, otherwise
     * from OTEL_RESOURCE_ATTRIBUTES, otherwise it is {@code renacer}; the other attributes of OTEL_RESOURCE_ATTRIBUTES
     * are used as they are.
     *
     * @throws IllegalArgumentException if OTEL_RESOURCE_ATTRIBUTES is malformed; a message of one line
     */
    public static Resource ofProgram(Optional<String> serviceName, Map<String, String> environment) {
        return ofProgram(serviceName, environment, hostName());
    }

    /** Likewise, of a program on a machine of this name. */
    public static Resource ofProgram(
            Optional<String> serviceName, Map<String, String> environment, Optional<String> hostName) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put(SERVICE_NAME, DEFAULT_SERVICE_NAME);
        hostName.ifPresent(name -> attributes.put(HOST_NAME, name));
        attributes.putAll(KeyValueList.parse(RESOURCE_ATTRIBUTES, environment.getOrDefault(RESOURCE_ATTRIBUTES, "")));
        Optional.ofNullable(environment.get("OTEL_SERVICE_NAME"))
                .filter(name -> !name.isBlank())
                .ifPresent(name -> attributes.put(SERVICE_NAME, name.strip()));
        serviceName.ifPresent(name -> attributes.put(SERVICE_NAME, name));
        return of(attributes);
    }

    /**
     * A target identified by attributes, as a container is by {@code k8s.*}; Renacer's own {@code telemetry.*} are
     * added.
     */
    public static Resource of(Map<String, String> attributes) {
        AttributesBuilder builder = Attributes.builder();
        Resource.getDefault().getAttributes().forEach((key, value) -> {
            if (key.getKey().startsWith("telemetry.")) {
                builder.put(key.getKey(), value.toString());
            }
        });
        builder.put("telemetry.distro.name", "renacer");
        builder.put("telemetry.distro.version", RenacerScope.version());
        attributes.forEach(builder::put);
        return Resource.create(builder.build(), SchemaUrls.V1_45_0);
    }

    /** The name of this machine; empty if it cannot be read. */
    public static Optional<String> hostName() {
        try {
            return Optional.of(Files.readString(KERNEL_HOST_NAME).strip()).filter(name -> !name.isEmpty());
        } catch (IOException _) {
            return Optional.empty(); // the attribute is recommended, not required
        }
    }
}
