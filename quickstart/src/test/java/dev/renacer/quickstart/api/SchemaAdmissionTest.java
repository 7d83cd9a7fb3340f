// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renacer.quickstart.schema.CustomResourceSchema;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaAdmissionTest {
    private final CustomResourceSchema schema = new CustomResourceSchema(yaml("""
        type: object
        properties:
          spec: {type: object, properties: {size: {type: integer}}}
          status: {type: object, properties: {phase: {type: string, default: Pending}}}
        """));

    @Test
    void aWriteLeavesTheObjectThatIsThereAsItIs() throws RefusedException {
        ObjectNode current = yaml("{metadata: {name: a}, spec: {size: 1}, status: {}}");
        ObjectNode before = current.deepCopy();

        for (boolean ofStatus : List.of(false, true)) {
            new SchemaAdmission(schema, ResourceType.BUILT_IN.getFirst(), ofStatus, false, "Warn")
                    .admit(yaml("{metadata: {name: a}, spec: {size: 2}, status: {}}"), current);
        }

        assertThat(current).isEqualTo(before);
    }

    private static ObjectNode yaml(String text) {
        return Serialization.unmarshal(text.startsWith("{") ? "--- " + text : text, ObjectNode.class);
    }
}
