// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Definitions that are applied while the server runs. */
class DefinitionsTest {
    private EmbeddedApi api;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        api = EmbeddedApi.start();
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(api.kubeconfig("shop")))
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{type: string, x-kubernetes-validations: [{rule: nonsense}]}",
                "{type: string, pattern: '('}",
                "{type: string, nullable: true}"
            })
    void aDefinitionThatCannotBeHeldIsNeitherStoredNorServed(String name) {
        assertThatThrownBy(() -> client.resource(shelves(name)).create())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        refused -> assertThat(refused.getCode()).isEqualTo(400));

        assertThat(definition().get()).isNull();
        assertThat(client.supports("example.org/v1", "Shelf")).isFalse();
    }

    @Test
    void aDefinitionThatIsReplacedIsHeldInItsNewForm() {
        client.resource(shelves("{type: string}")).create();
        client.resource(shelf("oak")).create();

        client.resource(shelves("{type: string, enum: [pine]}")).update();

        assertThatThrownBy(() -> client.resource(shelf("oak-too")).create()).hasMessageContaining("supported values");
    }

    @Test
    void aDefinitionThatIsPatchedIsHeldInItsNewForm() {
        client.resource(shelves("{type: string}")).create();

        definition()
                .patch(
                        PatchContext.of(PatchType.JSON),
                        "[{\"op\": \"add\", \"path\": \"/spec/versions/0/schema/openAPIV3Schema/properties/spec/"
                                + "properties/name/enum\", \"value\": [\"pine\"]}]");

        assertThatThrownBy(() -> client.resource(shelf("oak")).create()).hasMessageContaining("supported values");
    }

    @Test
    void aReplacementThatCannotBeHeldLeavesTheDefinitionAsItWas() {
        client.resource(shelves("{type: string, enum: [pine]}")).create();

        assertThatThrownBy(() ->
                        client.resource(shelves("{type: string, pattern: '('}")).update())
                .isInstanceOf(KubernetesClientException.class);

        assertThat(Serialization.asJson(definition().get())).contains("pine");
        assertThatThrownBy(() -> client.resource(shelf("oak")).create()).hasMessageContaining("supported values");
    }

    @Test
    void aWarningStaysOneHeaderWhateverAnUnknownFieldIsCalled() throws Exception {
        client.resource(shelves("{type: string}")).create();
        String shelf = """
                {"apiVersion": "example.org/v1", "kind": "Shelf", "metadata": {"name": "a"},
                 "a\\"b\\\\c\\u010a\\r\\nX-Forged: d": 1}""";
        URI shelves = URI.create(api.url() + "/apis/example.org/v1/namespaces/shop/shelves");
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(shelves)
                            .POST(HttpRequest.BodyPublishers.ofString(shelf))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(answer.headers().map()).doesNotContainKey("X-Forged");
            assertThat(answer.headers().allValues("Warning"))
                    .containsExactly(
                            "299 - \"unknown field \\\"a\\\"b\\\\c\\\\u010a\\\\u000d\\\\u000aX-Forged: d\\\"\"");
        }
    }

    private Resource<CustomResourceDefinition> definition() {
        return client.apiextensions().v1().customResourceDefinitions().withName("shelves.example.org");
    }

    /** @param name  the schema of spec.name */
    private static CustomResourceDefinition shelves(String name) {
        return Serialization.unmarshal("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: shelves.example.org}
                spec:
                  group: example.org
                  scope: Namespaced
                  names: {plural: shelves, singular: shelf, kind: Shelf}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema:
                      openAPIV3Schema:
                        type: object
                        properties: {spec: {type: object, properties: {name: %s}}}
                """.formatted(name), CustomResourceDefinition.class);
    }

    private static GenericKubernetesResource shelf(String name) {
        return Serialization.unmarshal("""
                apiVersion: example.org/v1
                kind: Shelf
                metadata: {name: %s, namespace: shop}
                spec: {name: %s}
                """.formatted(name, name), GenericKubernetesResource.class);
    }
}
