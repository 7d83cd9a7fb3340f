// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What no definition of ours shows; what they show is held by {@code SchemaRulesTest} in the server's own words. */
class CustomResourceSchemaTest {
    private static final String SHELVES = """
        type: object
        properties:
          spec:
            type: object
            properties:
              shelves:
                type: array
                items:
                  type: object
                  properties:
                    name: {type: string}
                    height: {type: integer, default: 30}
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
              labels:
                type: object
                additionalProperties:
                  type: string
                  x-kubernetes-validations: [{rule: "self != oldSelf", message: a label must change}]
              anything: {type: object, x-kubernetes-preserve-unknown-fields: true}
        """;

    private final CustomResourceSchema schema = new CustomResourceSchema(yaml(SHELVES));

    @Test
    void whatTheSchemaDoesNotKnowIsDroppedAndNamed() {
        ObjectNode object = yaml("""
            metadata: {name: a, unheardOf: b}
            spec: {shelves: [{name: a, width: 3}], anything: {goes: here}, colour: red}
            colour: blue
            """);

        assertThat(schema.prune(object)).containsExactlyInAnyOrder("spec.shelves[0].width", "spec.colour", "colour");
        assertThat(object).isEqualTo(yaml("""
            metadata: {name: a, unheardOf: b}
            spec: {shelves: [{name: a}], anything: {goes: here}}
            """));
    }

    @Test
    void defaultsAreSetInEachEntryAlsoForANull() {
        ObjectNode object =
                yaml("spec: {shelves: [{name: a}, {name: b, height: null}, {name: c, height: 1}], labels: null}");

        schema.complete(object);

        assertThat(object)
                .isEqualTo(
                        yaml("spec: {shelves: [{name: a, height: 30}, {name: b, height: 30}, {name: c, height: 1}]}"));
    }

    @Test
    void aKeyMayBeThereOnceInAListThatIsAMap() {
        assertThat(messages("spec: {shelves: [{name: a, height: 1}, {name: b}, {name: a, height: 2}]}", null))
                .containsExactly("spec.shelves[2]: Duplicate value: {\"name\":\"a\"}");
    }

    @Test
    void aRuleOfChangeIsHeldAgainstWhatWasThere() {
        JsonNode old = yaml("spec: {labels: {a: x}}");

        assertThat(messages("spec: {labels: {a: x, b: x}}", old))
                .containsExactly("spec.labels[a]: Invalid value: \"x\": a label must change");
        assertThat(messages("spec: {labels: {a: y}}", old)).isEmpty();
        assertThat(messages("spec: {labels: {a: x}}", null)).isEmpty();
    }

    @Test
    void rulesAreNotEvaluatedOnAnObjectOfTheWrongShape() {
        assertThat(messages("spec: {labels: {a: x}, shelves: none}", yaml("spec: {labels: {a: x}}")))
                .containsExactly(
                        "spec.shelves: Invalid value: \"string\": spec.shelves in body must be of type array: \"string\"",
                        "<nil>: Invalid value: null: some validation rules were not checked because the object was"
                                + " invalid; correct the existing errors to complete validation");
    }

    @Test
    void aRuleThatCannotBeHeldIsNotPassedOver() {
        assertThatThrownBy(() -> new CustomResourceSchema(
                        yaml("--- {type: object, x-kubernetes-validations: [{rule: 'self.isSorted() && nonsense'}]}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("undeclared reference to 'nonsense'");
        assertThatThrownBy(() -> new CustomResourceSchema(yaml(
                        "--- {type: object, x-kubernetes-validations: [{rule: 'true', messageExpression: \"'a'\"}]}")))
                .hasMessage("rule \"true\": messageExpression is not served here");
    }

    @Test
    void aRuleOfChangeOfAListsEntriesIsNotPassedOver() {
        assertThatThrownBy(() -> new CustomResourceSchema(yaml("""
            type: object
            properties:
              shelves:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items:
                  type: object
                  properties:
                    name: {type: string, x-kubernetes-validations: [{rule: self == oldSelf}]}
            """)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rule \"self == oldSelf\": oldSelf is not served here of what is in a list's entries");
    }

    @Test
    void aFieldThatMayBeNullIsNotPassedOver() {
        assertThatThrownBy(() -> new CustomResourceSchema(yaml("""
            type: object
            properties:
              shelves: {type: array, items: {type: object, properties: {name: {type: string, nullable: true}}}}
            """)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"shelves[].name\": nullable is not served here");
    }

    private List<String> messages(String object, @Nullable JsonNode old) {
        return schema.faults(yaml(object), old).stream()
                .map(FieldError::message)
                .toList();
    }

    private static ObjectNode yaml(String text) {
        return Serialization.unmarshal(text, ObjectNode.class);
    }
}
