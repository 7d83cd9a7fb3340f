// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds one write of a CustomResourceDefinition: what cannot be served is not stored. */
final class DefinitionAdmission implements Admission {
    private Optional<Discovery.Definition> admitted = Optional.empty();

    /** What was admitted last, to be published once it is stored. */
    Optional<Discovery.Definition> admitted() {
        return admitted;
    }

    @Override
    public JsonNode admit(JsonNode proposed, @Nullable JsonNode current) {
        try {
            admitted = Optional.of(
                    Discovery.read(Serialization.unmarshal(proposed.toString(), CustomResourceDefinition.class)));
        } catch (KubernetesClientException e) {
            throw new IllegalArgumentException("not a CustomResourceDefinition: " + e.getMessage(), e);
        }
        return proposed;
    }
}
