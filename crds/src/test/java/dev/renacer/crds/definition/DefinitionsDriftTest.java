// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionsDriftTest {
    @ParameterizedTest
    @ValueSource(strings = {"yaml", "../charts/renacer/files/crds"})
    void committedDefinitionsAreWhatTheTypesSay(String folder) throws IOException {
        SortedMap<String, String> committed = new TreeMap<>();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            for (Path file : files.toList()) {
                committed.put(file.getFileName().toString(), Files.readString(file));
            }
        }

        assertThat(committed)
                .as("crds/%s (if the types have changed: `make crds` and commit)", folder)
                .isEqualTo(DefinitionsGenerator.generate());
    }

    @Test
    void theJarCarriesEveryDefinition() {
        assertThat(Definitions.load())
                .extracting(crd -> crd.getMetadata().getName())
                .containsExactly(
                        "tracerequests.renacer.dev",
                        "nodetraces.renacer.dev",
                        "tracesinks.renacer.dev",
                        "tracepolicies.renacer.dev",
                        "tracenodes.renacer.dev");
    }
}
