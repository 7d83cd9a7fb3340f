// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTextTest {
    @Test
    void controlCharactersAreWrittenAsEscapes() {
        assertThat(PrintableText.of("a\u001b[31mb\nc\rd\te\u0000f\u007fg\u009bh"))
                .isEqualTo("a\\x1b[31mb\\nc\\rd\\te\\x00f\\x7fg\\x9bh");
    }

    @Test
    void whatTurnsTheOrderOfCharactersOrIsNoneIsWrittenAsEscapes() {
        assertThat(PrintableText.of("a\u202eb\u2066c\u2028d\ud800e")).isEqualTo("a\\u202eb\\u2066c\\u2028d\\ud800e");
    }

    @Test
    void allElseStaysAsItIs() {
        assertThat(PrintableText.of("josé \ud83d\ude00 日本 'x' \\n")).isEqualTo("josé \ud83d\ude00 日本 'x' \\n");
    }

    @Test
    void aMessageIsOneLine() {
        assertThat(PrintableText.line(" a\r\n\n\tb \n c\td\u0085e")).isEqualTo("a b c\\td\\x85e");
        assertThat(PrintableText.line("\n")).isEmpty();
    }

    @Test
    void aShortLineIsCutBetweenCharacters() {
        assertThat(PrintableText.shortLine("x".repeat(300))).hasSize(300).doesNotContain("...");
        assertThat(PrintableText.shortLine("x".repeat(299) + "\ud83d\ude00y")).isEqualTo("x".repeat(299) + "...");
        assertThat(PrintableText.shortLine("\u001b".repeat(1_000_000))).hasSize(303);
        assertThat(PrintableText.shortLine("a" + " \n".repeat(2_000) + "b")).isEqualTo("a...");
        assertThat(PrintableText.shortLine("a" + " \n".repeat(2_000))).isEqualTo("a");
    }
}
