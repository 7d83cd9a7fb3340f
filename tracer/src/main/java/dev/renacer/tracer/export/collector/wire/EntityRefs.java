// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector.wire;

import dev.renacer.tracer.output.protobuf.ProtoMessage;
import io.opentelemetry.semconv.SchemaUrls;
import java.util.List;
import java.util.Set;

/**
 * The entities that a resource describes, as OTLP tells them: {@code Resource.entity_refs} (opentelemetry-proto 1.7 and
 * newer, resource.proto; EntityRef in common.proto). Which attributes identify and describe an entity is that of the
 * semantic conventions 1.45 (model/*&#47;entities.yaml). An entity of which an identifying attribute is missing is not
 * told, as its data model wants it: so there is no {@code host} without {@code host.id} and no {@code k8s.deployment}
 * without its uid.
 */
final class EntityRefs {
    /**
     * One kind of entity.
     *
     * @param identifying  attributes that it must have
     * @param descriptive  attributes that belong to it if they are there
     */
    private record Entity(String type, List<String> identifying, List<String> descriptive) {}

    /** The conventions give {@code container} and {@code host} no roles yet: the id is what the data model names. */
    private static final List<Entity> ENTITIES = List.of(
            new Entity("service", List.of("service.name"), List.of("service.version", "service.criticality")),
            new Entity("service.namespace", List.of("service.namespace"), List.of()),
            new Entity("service.instance", List.of("service.instance.id"), List.of()),
            new Entity("k8s.cluster", List.of("k8s.cluster.uid"), List.of("k8s.cluster.name")),
            new Entity("k8s.node", List.of("k8s.node.uid"), List.of("k8s.node.name")),
            new Entity("k8s.namespace", List.of("k8s.namespace.name"), List.of()),
            new Entity(
                    "k8s.pod",
                    List.of("k8s.pod.uid"),
                    List.of("k8s.pod.name", "k8s.pod.ip", "k8s.pod.hostname", "k8s.pod.start_time")),
            new Entity("k8s.container", List.of("k8s.container.name"), List.of("k8s.container.restart_count")),
            new Entity("container", List.of("container.id"), List.of("container.name")),
            new Entity("host", List.of("host.id"), List.of("host.name", "host.type", "host.arch")),
            new Entity(
                    "process",
                    List.of("process.pid", "process.creation.time"),
                    List.of("process.parent_pid", "process.command", "process.title", "process.owner")));

    private static final int RESOURCE_ENTITY_REFS = 3;
    private static final int SCHEMA_URL = 1;
    private static final int TYPE = 2;
    private static final int ID_KEYS = 3;
    private static final int DESCRIPTION_KEYS = 4;

    private EntityRefs() {}

    /**
     * The field of a resource that has these attributes.
     *
     * @param attributes  their names
     * @return without fields if none of its entities is known
     */
    static ProtoMessage of(Set<String> attributes) {
        ProtoMessage refs = new ProtoMessage();
        for (Entity entity : ENTITIES) {
            if (attributes.containsAll(entity.identifying())) {
                ProtoMessage ref =
                        new ProtoMessage().text(SCHEMA_URL, SchemaUrls.V1_45_0).text(TYPE, entity.type());
                entity.identifying().forEach(key -> ref.text(ID_KEYS, key));
                entity.descriptive().stream()
                        .filter(attributes::contains)
                        .forEach(key -> ref.text(DESCRIPTION_KEYS, key));
                refs.message(RESOURCE_ENTITY_REFS, ref);
            }
        }
        return refs;
    }
}
