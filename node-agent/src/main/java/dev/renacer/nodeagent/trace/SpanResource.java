// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.tracer.span.attribute.RenacerScope;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Optional;

/** The OpenTelemetry Resource of a container: what the spans are about, by the semantic conventions for Kubernetes. */
final class SpanResource {
    private SpanResource() {}

    /**
     * The resource of {@code target} on {@code nodeName}. The assignment's further attributes never replace those that
     * identify the container. {@code service.name} is the container's name if the assignment gives none.
     */
    static Resource of(Target target, String nodeName) {
        AttributesBuilder attributes = Attributes.builder();
        Optional.ofNullable(target.attributes()).ifPresent(further -> further.forEach(attributes::put));
        attributes.put("k8s.pod.name", target.podName());
        attributes.put("k8s.pod.uid", target.podUid());
        Optional.ofNullable(target.podIp()).ifPresent(ip -> attributes.put("k8s.pod.ip", ip));
        attributes.put("k8s.namespace.name", target.namespace());
        attributes.put("k8s.container.name", target.containerName());
        attributes.put("k8s.node.name", nodeName);
        attributes.put("container.id", target.containerId());
        attributes.put("service.name", Optional.ofNullable(target.serviceName()).orElse(target.containerName()));
        return Resource.create(attributes.build(), RenacerScope.info().getSchemaUrl());
    }
}
