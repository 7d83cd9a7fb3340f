// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.definition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReferenceDriftTest {
    @Test
    void thePagesAreWhatTheTypesSay() throws IOException {
        for (Map.Entry<String, String> page : ReferenceGenerator.generate().entrySet()) {
            assertThat(Files.readString(Path.of("../docs/reference", page.getKey())))
                    .as("docs/reference/%s (if the types have changed: `make crds` and commit)", page.getKey())
                    .isEqualTo(page.getValue());
        }
    }

    @Test
    void eachReasonSaysWhatToDo() {
        assertThat(Reason.values()).allSatisfy(reason -> {
            assertThat(reason.meaning()).endsWith(".");
            assertThat(reason.remedy()).as(reason.name()).endsWith(".");
        });
    }
}
