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
    private static final int C_COLUMNS = 120;

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

    /** What .clang-format asks for, as far as it can be held without that program, whose versions differ. */
    @Test
    void noLineOfCIsTooLongOrHasTabsOrBlanksAtItsEnd() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : SourceFiles.endingWith(".c", ".h")) {
            List<String> lines = Files.readAllLines(file);
            for (int index = 0; index < lines.size(); index++) {
                String line = lines.get(index);
                if (line.codePointCount(0, line.length()) > C_COLUMNS
                        || line.contains("\t")
                        || !line.equals(line.stripTrailing())) {
                    wrong.add(SourceFiles.root().relativize(file) + ":" + (index + 1));
                }
            }
        }
        assertThat(wrong)
                .as("lines longer than %s columns, with a tab, or with a blank at the end", C_COLUMNS)
                .isEmpty();
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
