// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Compose files of docs/otlp.md, as far as they can be judged without Docker. */
class ComposeFilesTest {
    private static final Path EXAMPLES = DocumentedCommands.CHECKOUT.resolve("docs/examples");

    @ParameterizedTest
    @ValueSource(strings = {"docker-compose-jaeger.yml", "docker-compose-tempo.yml"})
    void theyTakeSpansAtTheDocumentedPortsOfThisMachineAlone(String file) throws IOException {
        JsonNode services =
                new YAMLMapper().readTree(EXAMPLES.resolve(file).toFile()).get("services");
        assertThat(services).isNotEmpty();
        assertThat(services.findValues("image"))
                .allMatch(image -> image.asText().matches("[a-z]+/[a-z]+:[0-9.]+"));
        assertThat(services.findValues("ports").stream().flatMap(ports -> elements(ports)))
                .contains("127.0.0.1:4317:4317", "127.0.0.1:4318:4318")
                .allMatch(port -> port.startsWith("127.0.0.1:"));
    }

    @Test
    void whatTheyMountIsThere() throws IOException {
        JsonNode compose = new YAMLMapper()
                .readTree(EXAMPLES.resolve("docker-compose-tempo.yml").toFile());
        assertThat(compose.findValues("volumes").stream()
                        .flatMap(ComposeFilesTest::elements)
                        .filter(volume -> volume.startsWith("./"))
                        .map(volume -> volume.split(":", 2)[0]))
                .isNotEmpty()
                .allMatch(path -> Files.exists(EXAMPLES.resolve(path)), "exists");
    }

    @Test
    void theDashboardAsksTheProvisionedDataSource() throws IOException {
        JsonNode source = new YAMLMapper()
                .readTree(EXAMPLES.resolve("tempo/provisioning/datasources/tempo.yaml")
                        .toFile())
                .at("/datasources/0");
        JsonNode dashboard = new ObjectMapper()
                .readTree(EXAMPLES.resolve("tempo/dashboards/renacer.json").toFile());
        assertThat(dashboard.get("panels")).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.at("/datasource/uid")).isEqualTo(source.get("uid"));
            assertThat(panel.at("/targets/0/query").asText()).contains("resource.service.name", "name =~");
        });
    }

    private static Stream<String> elements(JsonNode list) {
        // The named volumes of a file are an object.
        return list.isArray() ? list.valueStream().map(JsonNode::asText) : Stream.empty();
    }
}
