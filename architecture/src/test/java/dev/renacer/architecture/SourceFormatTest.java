// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.FormatterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceFormatTest {
    @Test
    void everyJavaFileIsFormatted() throws IOException, FormatterException {
        List<Path> unformatted = new ArrayList<>();
        for (Path file : SourceFiles.endingWith(".java")) {
            String source = Files.readString(file);
            if (!SourceFormat.formatted(source).equals(source)) {
                unformatted.add(SourceFiles.root().relativize(file));
            }
        }
        assertThat(unformatted).as("run: make format").isEmpty();
    }

    @Test
    void everySourceFileNamesItsLicence() throws IOException {
        List<Path> without = new ArrayList<>();
        for (Path file :
                SourceFiles.endingWith(".java", ".c", ".h", ".py", ".sh", ".map", "Makefile", "pom.xml", ".yaml")) {
            String head = Files.readString(file, StandardCharsets.UTF_8);
            head = head.substring(0, Math.min(head.length(), 400));
            if (!head.contains("SPDX-FileCopyrightText: The Renacer authors")
                    || !head.contains("SPDX-License-Identifier: Apache-2.0")) {
                without.add(SourceFiles.root().relativize(file));
            }
        }
        assertThat(without).as("files without the two SPDX lines at their head").isEmpty();
    }
}
