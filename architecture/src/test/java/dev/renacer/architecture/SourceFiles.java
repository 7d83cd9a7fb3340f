// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The source files of the checkout that this test runs in. */
final class SourceFiles {
    private static final Set<String> NOT_OURS = Set.of("target", ".git", "node_modules", "build");

    private SourceFiles() {}

    /** The checkout's root: the nearest directory above that holds the Makefile and the parent pom. */
    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("Makefile")) || !Files.exists(here.resolve("ARCHITECTURE.md"))) {
            Path above = here.getParent();
            if (above == null) {
                throw new IllegalStateException("run inside a checkout of the project");
            }
            here = above;
        }
        return here;
    }

    /** Every file of ours whose name ends with one of {@code endings}, in a stable order. */
    static List<Path> endingWith(String... endings) throws IOException {
        return matching(file -> Stream.of(endings).anyMatch(file.toString()::endsWith));
    }

    /** Every file of ours below a folder of that name, at any depth, in a stable order. */
    static List<Path> below(String folder) throws IOException {
        Path name = Path.of(folder);
        return matching(file -> {
            Path above = root().relativize(file).getParent();
            return above != null
                    && StreamSupport.stream(above.spliterator(), false).anyMatch(name::equals);
        });
    }

    private static List<Path> matching(Predicate<Path> wanted) throws IOException {
        try (Stream<Path> all = Files.walk(root())) {
            return all.filter(Files::isRegularFile)
                    .filter(SourceFiles::ours)
                    .filter(wanted)
                    .sorted()
                    .toList();
        }
    }

    private static boolean ours(Path file) {
        for (Path part : root().relativize(file)) {
            if (NOT_OURS.contains(part.toString())) {
                return false;
            }
        }
        return true;
    }
}
