// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.definition;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDGenerator.CRDOutput;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Generates the CustomResourceDefinitions from the Java types. {@code mvn -pl crds -Pgenerate-crds process-test-classes} (or
 * {@code make crds}) writes them to {@code crds/yaml} and {@code charts/renacer/files/crds}; {@link DefinitionsDriftTest} holds both to
 * what is generated. It lies beside the tests so that the jar does not need the generator.
 */
public final class DefinitionsGenerator {
    private static final String HEADER = """
        # SPDX-FileCopyrightText: The Renacer authors
        # SPDX-License-Identifier: Apache-2.0
        # Generated from the Java types in crds/: change those, then run `make crds`.
        """;

    private DefinitionsGenerator() {}

    /** Writes every definition to each of the folders named. */
    public static void main(String[] folders) throws IOException {
        for (String folder : folders) {
            Path target = Files.createDirectories(Path.of(folder));
            for (Map.Entry<String, String> file : generate().entrySet()) {
                Files.writeString(target.resolve(file.getKey()), file.getValue());
            }
        }
    }

    /** File name to content. */
    static SortedMap<String, String> generate() {
        Memory output = new Memory();
        new CRDGenerator()
                .customResourceClasses(List.copyOf(Definitions.TYPES))
                .forCRDVersions("v1")
                .withPostProcessor(new DefinitionRefinements())
                .withOutput(output)
                .detailedGenerate();
        SortedMap<String, String> files = new TreeMap<>();
        for (Class<? extends HasMetadata> type : Definitions.TYPES) {
            String crdName = HasMetadata.getFullResourceName(type);
            ByteArrayOutputStream content = Objects.requireNonNull(
                    output.contents.get(CRDGenerator.getOutputName(crdName, "v1")),
                    () -> crdName + " was not generated");
            String yaml = content.toString(StandardCharsets.UTF_8);
            // The generator's own first line says how it was made; ours says what to do.
            files.put(Definitions.fileName(type), HEADER + yaml.replaceFirst("\\A(?:#[^\\n]*\\n)*", ""));
        }
        return files;
    }

    private static final class Memory implements CRDOutput<ByteArrayOutputStream> {
        private final Map<String, ByteArrayOutputStream> contents = new LinkedHashMap<>();

        @Override
        public ByteArrayOutputStream outputFor(String crdName) {
            return contents.computeIfAbsent(crdName, _ -> new ByteArrayOutputStream());
        }

        @Override
        public URI crdURI(String crdName) {
            // The generator insists on a file: nothing is written there.
            return Path.of(crdName).toUri();
        }

        @Override
        public void close() {}
    }
}
