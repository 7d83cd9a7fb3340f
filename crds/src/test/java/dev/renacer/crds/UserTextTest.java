// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "plain text, Grüße, 😀|plain text, Grüße, 😀",
                "red \u001b[31m|red \\u001b[31m",
                "two\u0085lines\u2028three|two\\u0085lines\\u2028three",
                "turned \u202eedoc|turned \\u202eedoc",
                "\u009b2J|\\u009b2J",
                "half \ud83d|half \\ud83d",
                "tag \uDB40\uDC41|tag \\udb40\\udc41",
                "a\tb|a\\u0009b",
            })
    void whatSteersATerminalIsSpeltOut(String text, String printable) {
        assertThat(UserText.printable(text)).isEqualTo(printable);
    }

    @Test
    void whatIsSaidInSeveralLinesIsOne() {
        assertThat(UserText.line("cannot read\r\n\n\t it\u001b[2J\u2028now\n"))
                .isEqualTo("cannot read it\\u001b[2J\\u2028now");
    }

    @Test
    void aMessageIsBoundedInBytes() {
        assertThat(UserText.message("x".repeat(512))).hasSize(512);
        assertThat(UserText.message("x".repeat(513))).hasSize(510).endsWith("x…");
    }

    @ParameterizedTest
    @ValueSource(strings = {"é", "😀", "\u001b", "x😀", "\ud83d"})
    void noCharacterIsHalvedAndNothingIsLongerThanAllowed(String piece) {
        String message = UserText.message(piece.repeat(800_000));

        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        assertThat(bytes.length).isBetween(500, UserText.LONGEST_MESSAGE);
        assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(message).endsWith("…");
    }

    @Test
    void aQuoteIsTheHeadOfALongText() {
        assertThat(UserText.quoted("app=a")).isEqualTo("app=a");
        assertThat(UserText.quoted("a".repeat(101))).isEqualTo("a".repeat(99) + "…");
        assertThat(UserText.head("a😀b", 3)).isEqualTo("a…");
    }
}
