// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.semconv.SchemaUrls;
import io.opentelemetry.semconv.incubating.ProcessIncubatingAttributes;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each attribute that is sent has a name of the semantic conventions, or one in a name space of ours. */
class SemanticConventionsTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "spans.md");
    private static final Pattern NAME = Pattern.compile("`([a-z][a-z0-9_]*(?:\\.[a-z0-9_]+)+)`");

    /** Nobody else's: there is no name space for system calls and signals in the conventions. */
    private static final List<String> OURS = List.of("syscall.", "renacer.", "signal.");

    /** Of the collector's span pruning processor. */
    private static final String FOLDED = "aggregation.";

    /** Written beside the present names for queries of old, or where the conventions have no word. */
    private static final Set<String> FORMER = Set.of("process.exit_code", "process.executable.previous_name");

    private static Set<String> registry() throws IOException, URISyntaxException, ReflectiveOperationException {
        Set<String> keys = new HashSet<>();
        for (Class<?> of : List.of(SchemaUrls.class, ProcessIncubatingAttributes.class)) {
            Path jar = Path.of(
                    of.getProtectionDomain().getCodeSource().getLocation().toURI());
            try (JarFile file = new JarFile(jar.toFile())) {
                for (String entry : file.stream().map(Object::toString).toList()) {
                    if (entry.endsWith("Attributes.class")) {
                        Class<?> group =
                                Class.forName(entry.replace(".class", "").replace('/', '.'));
                        for (Field field : group.getFields()) {
                            if (field.get(null) instanceof AttributeKey<?> key) {
                                keys.add(key.getKey());
                            }
                        }
                    }
                }
            }
        }
        return keys;
    }

    /** The first cells of the tables. */
    private static Set<String> sent() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("| `")) {
                NAME.matcher(line.substring(0, line.indexOf('|', 1)))
                        .results()
                        .forEach(name -> names.add(name.group(1)));
            }
        }
        return names;
    }

    @Test
    void eachNameIsOfTheConventionsOrOfASpaceOfOurs() throws Exception {
        Set<String> known = registry();
        assertThat(known).hasSizeGreaterThan(500).contains("process.pid", "k8s.pod.uid");
        assertThat(sent())
                .hasSizeGreaterThan(60)
                .filteredOn(name ->
                        OURS.stream().noneMatch(name::startsWith) && !name.startsWith(FOLDED) && !FORMER.contains(name))
                .allMatch(known::contains);
    }

    @Test
    void theScopeSaysWhichVersionOfThem() {
        assertThat(RenacerScope.info().getSchemaUrl()).isEqualTo("https://opentelemetry.io/schemas/1.45.0");
    }
}
