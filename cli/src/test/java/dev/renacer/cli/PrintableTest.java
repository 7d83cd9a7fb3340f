// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void controlCharactersAreWrittenAsEscapes() {
        assertThat(Printable.of("a\u001b[31mb\nc\rd\te\u0000f\u007fg\u009bh"))
                .isEqualTo("a\\x1b[31mb\\nc\\rd\\te\\x00f\\x7fg\\x9bh");
    }

    @Test
    void whatTurnsTheOrderOfCharactersOrIsNoneIsWrittenAsEscapes() {
        assertThat(Printable.of("a\u202eb\u2066c\u2028d\ud800e")).isEqualTo("a\\u202eb\\u2066c\\u2028d\\ud800e");
    }

    @Test
    void allElseStaysAsItIs() {
        assertThat(Printable.of("josé \ud83d\ude00 日本 'x' \\n")).isEqualTo("josé \ud83d\ude00 日本 'x' \\n");
    }

    @Test
    void aFailureIsToldInOneLineThatCannotSteerATerminal() {
        assertThat(CommandFailure.usage("'\u001b[2J\nx' is no process id").line("renacer"))
                .isEqualTo("renacer: '\\x1b[2J x' is no process id");
    }
}
