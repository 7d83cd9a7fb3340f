// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommandFailureTest {
    @Test
    void aFailureIsToldInOneLineThatCannotSteerATerminal() {
        assertThat(CommandFailure.usage("'\u001b[2J\nx' is not a process id").line("renacer"))
                .isEqualTo("renacer: '\\x1b[2J x' is not a process id");
    }
}
