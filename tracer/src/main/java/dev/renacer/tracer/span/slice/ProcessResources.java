// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.slice;

import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * What processes are. Each is in the target, whose attributes the tracer knows; which process it is, by its pid and the
 * time of its creation, is added, and so is what it has published about itself (OTEP 4719). A process's own {@code
 * service.*} and {@code deployment.*} come before what labels or a guess made of them. Everything else that the tracer
 * knows stays: a program cannot pass for another process or pod. The exporter groups spans by the identity of their
 * resource, so whoever asks keeps the answer.
 */
public final class ProcessResources {
    /** What the tracer says about itself, and what a program may not say about where it runs. */
    private static final Set<String> NOT_ITS_OWN = Set.of("k8s", "container", "host", "cloud", "telemetry", "os");

    private static final Set<String> ITS_OWN = Set.of("service", "deployment");

    /** With milliseconds in any case, as in the examples of the semantic conventions. */
    private static final DateTimeFormatter ISO_8601 =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    private final Resource target;
    private final boolean named;

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

    /** As {@code process.creation.time} has it. */
    static String text(Instant created) {
        return ISO_8601.format(created);
    }

    /** Whether both are one process that has published the same. */
    static boolean areAlike(TracedProcess one, TracedProcess other) {
        return one.pid() == other.pid()
                && one.created().equals(other.created())
                && one.published().equals(other.published());
    }

    /** A new resource, if it is another than the target's. */
    Resource of(TracedProcess process) {
        if (process.created().isEmpty() && process.published().isEmpty()) {
            return target;
        }
        AttributesBuilder all = Attributes.builder().putAll(target.getAttributes());
        Set<String> known = new HashSet<>();
        target.getAttributes().forEach((key, _) -> known.add(key.getKey()));
        // A pid alone says nothing: it is used again.
        process.created().ifPresent(when -> {
            all.put(SpanAttributes.PROCESS_PID, (long) process.pid());
            all.put(SpanAttributes.PROCESS_CREATION_TIME, text(when));
            known.add(SpanAttributes.PROCESS_PID.getKey());
            known.add(SpanAttributes.PROCESS_CREATION_TIME.getKey());
        });
        process.published().forEach((name, value) -> {
            String space = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
            if ((ITS_OWN.contains(space) && !named) || (!NOT_ITS_OWN.contains(space) && !known.contains(name))) {
                all.put(name, value);
            }
        });
        return Resource.create(all.build(), target.getSchemaUrl());
    }
}
