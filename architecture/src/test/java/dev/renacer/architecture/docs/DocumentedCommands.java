// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The lines of the blocks in the README and below docs/ that hold commands. */
final class DocumentedCommands {
    static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

    private DocumentedCommands() {}

    /** The README and the pages of docs/, in this order. */
    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(CHECKOUT.resolve("README.md")));
        try (Stream<Path> files = Files.list(CHECKOUT.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }

    /**
     * The commands of all pages.
     *
     * @param block  what follows the three backticks: {@code sh}, or {@code sh cluster}
     */
    static List<String> ofAll(String block) throws IOException {
        List<String> commands = new ArrayList<>();
        for (Path page : pages()) {
            commands.addAll(of(page, block));
        }
        return commands;
    }

    /** The commands of one page. */
    static List<String> of(Path page, String block) throws IOException {
        List<String> commands = new ArrayList<>();
        boolean wanted = false;
        for (String line : Files.readAllLines(page)) {
            if (line.startsWith("```")) {
                wanted = line.equals("```" + block);
            } else if (wanted && !line.isBlank()) {
                commands.add(line);
            }
        }
        return commands;
    }
}
