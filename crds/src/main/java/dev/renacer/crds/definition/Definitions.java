// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.definition;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.admin.TracePolicy;
import dev.renacer.crds.admin.TraceSink;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The CustomResourceDefinitions as they are installed: {@code crds/yaml}, included in the jar. */
public final class Definitions {
    /** The resource types, in the order in which they are installed. */
    public static final List<Class<? extends CustomResource<?, ?>>> TYPES =
            List.of(TraceRequest.class, NodeTrace.class, TraceSink.class, TracePolicy.class, TraceNode.class);

    private Definitions() {}

    /** Every definition, in the order of {@link #TYPES}. */
    public static List<CustomResourceDefinition> load() {
        return TYPES.stream().map(Definitions::load).toList();
    }

    /** Name of the file that holds a type's definition, such as {@code tracerequests.renacer.dev.yaml}. */
    public static String fileName(Class<? extends HasMetadata> type) {
        return HasMetadata.getFullResourceName(type) + ".yaml";
    }

    /** The definition of one type. */
    public static CustomResourceDefinition load(Class<? extends HasMetadata> type) {
        String resource = "yaml/" + fileName(type);
        try (InputStream in = Definitions.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing from the crds jar: build it again");
            }
            return Serialization.unmarshal(in, CustomResourceDefinition.class);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }
}
