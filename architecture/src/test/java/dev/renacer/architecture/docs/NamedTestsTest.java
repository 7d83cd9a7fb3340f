// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that a document names as its proof are there. */
class NamedTestsTest {
    private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z0-9]*(?:Test|IT))(?:\\.([a-zA-Z0-9]+))?`");
    private static final List<String> DOCUMENTS = List.of("docs/reference/first-document.md");

    @Test
    void eachNamedTestExists() throws IOException {
        Map<String, Path> sources = sources();
        for (String document : DOCUMENTS) {
            var named = NAMED.matcher(Files.readString(DocumentedCommands.CHECKOUT.resolve(document)));
            int count = 0;
            while (named.find()) {
                count++;
                assertThat(sources).as(document).containsKey(named.group(1) + ".java");
                if (named.group(2) != null) {
                    assertThat(Files.readString(sources.get(named.group(1) + ".java")))
                            .as(named.group())
                            .contains("void " + named.group(2) + "(");
                }
            }
            assertThat(count).as("tests named in " + document).isPositive();
        }
    }

    private static Map<String, Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(DocumentedCommands.CHECKOUT)) {
            return files.filter(file -> file.toString().contains("/src/test/java/"))
                    .filter(file -> file.toString().matches(".*(Test|IT)\\.java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString(), Function.identity(), (first, _) -> first));
        }
    }
}
