// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/**
 * Writes and sends JSON patches (RFC 6902). They replace lists whole on every server; a merge patch should as well, but fabric8's mock
 * server appends.
 */
public final class JsonPatch {
    private JsonPatch() {}

    /** One step, spelt as in the document. */
    public record Step(String op, String path, Object value) {}

    /**
     * Patches an object; returns it as it is then.
     *
     * @param empty     an empty object of its type
     * @param metadata  where it is
     */
    public static <T extends HasMetadata> T send(KubernetesClient client, T empty, ObjectMeta metadata, Step... steps) {
        return client.resource(named(empty, metadata)).patch(PatchContext.of(PatchType.JSON), of(steps));
    }

    /** Likewise its status, which is a subresource. */
    public static <T extends HasMetadata> T sendStatus(
            KubernetesClient client, T empty, ObjectMeta metadata, Step... steps) {
        return client.resource(named(empty, metadata))
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON), of(steps));
    }

    /** With a name alone the client would read the object first; of a whole one it would make a copy. */
    private static <T extends HasMetadata> T named(T empty, ObjectMeta metadata) {
        empty.setMetadata(new ObjectMetaBuilder()
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .build());
        return empty;
    }

    /** The patch of these steps, all or none of which take effect. */
    public static String of(Step... steps) {
        return Serialization.asJson(List.of(steps));
    }

    /** Fails the patch unless the value is this. */
    public static Step test(String path, Object value) {
        return new Step("test", path, value);
    }

    /** Sets the value, whether there is one or not. */
    public static Step put(String path, Object value) {
        return new Step("add", path, value);
    }
}
