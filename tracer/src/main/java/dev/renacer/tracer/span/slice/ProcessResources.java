// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.slice;

import dev.renacer.tracer.TracedProcess;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.resources.Resource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What processes are. Each is the target, whose attributes the tracer knows; what a process has published about itself
 * (OTEP 4719) is added. A process's own {@code service.*} and {@code deployment.*} come before what labels or a guess
 * made of them. Everything else that the tracer knows stays: a program cannot pass for another pod. The exporter groups
 * spans by the identity of their resource, so there is one instance of each. Not thread-safe.
 */
public final class ProcessResources {
    /** Of processes that have published different things. */
    private static final int KEPT = 64;

    /** What the tracer says about itself, and what a program may not say about where it runs. */
    private static final Set<String> NOT_ITS_OWN = Set.of("k8s", "container", "host", "cloud", "telemetry", "os");

    private static final Set<String> ITS_OWN = Set.of("service", "deployment");

    private final Resource target;
    private final boolean named;
    private final Map<Map<String, String>, Resource> merged = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Map<String, String>, Resource> eldest) {
            return size() > KEPT;
        }
    };

    /**
     * @param target  what is known of all processes
     * @param named   whether somebody has said which service the target is: then it stays that
     */
    public ProcessResources(Resource target, boolean named) {
        this.target = target;
        this.named = named;
    }

    Resource target() {
        return target;
    }

    Resource of(TracedProcess process) {
        return process.published().isEmpty() ? target : merged.computeIfAbsent(process.published(), this::merge);
    }

    private Resource merge(Map<String, String> published) {
        AttributesBuilder all = Attributes.builder().putAll(target.getAttributes());
        Map<String, Object> known = new LinkedHashMap<>();
        target.getAttributes().forEach((key, value) -> known.put(key.getKey(), value));
        published.forEach((name, value) -> {
            String space = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
            if ((ITS_OWN.contains(space) && !named) || (!NOT_ITS_OWN.contains(space) && !known.containsKey(name))) {
                all.put(name, value);
            }
        });
        return Resource.create(all.build(), target.getSchemaUrl());
    }
}
