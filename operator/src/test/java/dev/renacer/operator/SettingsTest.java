// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.crds.admin.TraceSinkSpec;
import dev.renacer.operator.agents.AgentSelector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @Test
    void readsEverySection() throws Exception {
        Settings settings = read("""
            defaultSink: {endpoint: "https://collector.observability:4318", protocol: http/protobuf, credentials: main}
            defaultPolicy:
              limits: {maxDurationSeconds: 600, maxTargets: 50}
              namespaceSelector: {matchLabels: {team: shop}}
            requireNamespaceLabel: true
            agents: {namespace: renacer-system, selector: {app.kubernetes.io/name: renacer}}
            """);

        assertThat(settings.defaultSink())
                .contains(new TraceSinkSpec("https://collector.observability:4318", "http/protobuf", "main"));
        assertThat(settings.defaultPolicy().orElseThrow().limits())
                .satisfies(limits -> assertThat(limits.maxTargets()).isEqualTo(50));
        assertThat(settings.requireNamespaceLabel()).isTrue();
        assertThat(settings.agents())
                .contains(new AgentSelector("renacer-system", Map.of("app.kubernetes.io/name", "renacer")));
    }

    @Test
    void anEmptyFileMeansTheDefaults() throws Exception {
        assertThat(read("# nothing\n")).isEqualTo(Settings.NONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            defaultSinks: {}                             | defaultSinks is not a known key; known: defaultSink,
            defaultSink: {}                              | defaultSink.endpoint is missing
            defaultSink: {endpoint: 'collector:4317'}    | defaultSink.endpoint: "collector:4317" does not match regular expression ^
            defaultSink: {endpoint: 'http://c', tls: 1}  | defaultSink.tls is not a known key
            defaultPolicy: {limits: {maxTargets: 0}}     | defaultPolicy.limits.maxTargets: 0 is less than 1
            defaultPolicy: {limits: {maxTargets: many}}  | defaultPolicy.limits.maxTargets: Value is [string] but should be [integer]
            defaultPolicy: {allowedSinks: []}            | defaultPolicy.allowedSinks: Array has less than 1 items
            defaultPolicy: {forbiddenOptions: [Strace]}  | defaultPolicy.forbiddenOptions[0]: "Strace" does not match regular expression ^
            requireNamespaceLabel: 'yes'                 | requireNamespaceLabel: Value is [string] but should be [boolean]
            agents: {namespace: renacer-system}          | agents.selector is missing
            agents: [a]                                  | agents: Value is [array] but should be [object]
            just text                                    | the document: Value is [string] but should be [object]
            """)
    void namesFileAndKeyOfAFault(String yaml, String fault) throws IOException {
        Path file = Files.writeString(folder.resolve("config.yaml"), yaml);

        assertThatThrownBy(() -> Settings.read(file))
                .isInstanceOf(OperatorConfig.InvalidException.class)
                .hasMessageStartingWith(file + ": " + fault)
                .hasMessageEndingWith(": correct it there (in the chart: its values)")
                .message()
                .hasLineCount(1);
    }

    @Test
    void namesTheLineThatIsNoYaml() throws IOException {
        Path file = Files.writeString(folder.resolve("config.yaml"), "agents:\n  selector: {a\n");

        assertThatThrownBy(() -> Settings.read(file))
                .hasMessageStartingWith(file + ": line ")
                .hasMessageContaining("is not YAML")
                .message()
                .hasLineCount(1);
    }

    @Test
    void saysThatTheFileIsMissing() {
        assertThatThrownBy(() -> Settings.read(Path.of("/nonexistent/config.yaml")))
                .hasMessage(
                        "RENACER_CONFIG names /nonexistent/config.yaml, which does not exist: name a file, or unset it for"
                                + " the defaults");
    }

    private Settings read(String yaml) throws Exception {
        return Settings.read(Files.writeString(folder.resolve("config.yaml"), yaml));
    }
}
