// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class CommandReferenceTest {
    @Test
    void thePageIsWhatTheHelpSays() throws IOException {
        assertThat(Files.readString(Launchers.repository().resolve("docs/reference/kubectl-renacer.md")))
                .as("docs/reference/kubectl-renacer.md (if a command has changed: `make cli-reference` and commit)")
                .isEqualTo(CommandReference.page());
    }
}
