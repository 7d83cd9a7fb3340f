// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePlaceTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void ofAFileThatIsNotThereYet() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), Path.of("new"));
        Files.createSymbolicLink(folder.resolve("here"), folder);
        assertTrue(same("new", "link"));
        assertTrue(same("new", "here/new"));
        assertTrue(same("new", "./new"));
        assertFalse(same("new", "newer"));
    }

    @Test
    void ofAFileThatIsThere() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Files.createLink(folder.resolve("hard"), file);
        Files.createSymbolicLink(folder.resolve("soft"), file);
        assertTrue(same("file", "hard"));
        assertTrue(same("soft", "file"));
        assertFalse(same("file", "other"));
    }

    @Test
    void linksInACircleEnd() throws IOException {
        Files.createSymbolicLink(folder.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(folder.resolve("b"), Path.of("a"));
        assertFalse(same("a", "file"));
    }

    @Test
    void nothingIsInTheWayOfTheNullDevice() {
        assertFalse(FilePlace.areSame("/dev/null", "/dev/null"));
        assertTrue(FilePlace.areSame("/dev/stdout", "/dev/fd/1"));
    }

    private boolean same(String one, String other) {
        return FilePlace.areSame(
                folder.resolve(one).toString(), folder.resolve(other).toString());
    }
}
