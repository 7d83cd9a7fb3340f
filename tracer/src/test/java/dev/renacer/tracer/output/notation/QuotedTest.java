// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.notation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotedTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "2f61 \"/a\"",
                "22 \"\\\"\"",
                "5c \"\\\\\"",
                "0a090d0c0b \"\\n\\t\\r\\f\\v\"",
                "1b5b \"\\33[\"",
                "01 \"\\1\"",
                "0131 \"\\0011\"",
                "0137 \"\\0017\"",
                "0138 \"\\18\"",
                "1b37 \"\\0337\"",
                "7f \"\\177\"",
                "c3a9 \"\\303\\251\"",
                "ff \"\\377\"",
            },
            quoteCharacter = '`')
    void escapesAllThatIsNotPrintableAscii(String hex, String quoted) {
        StringBuilder out = new StringBuilder();

        Quoted.write(out, HexFormat.of().parseHex(hex));

        assertThat(out).hasToString(quoted);
    }

    @Test
    void writesAPartAloneAndNotWhatFollows() {
        StringBuilder out = new StringBuilder();

        Quoted.write(out, new byte[] {'a', 1, '7'}, 0, 2);

        assertThat(out).hasToString("\"a\\1\"");
    }

    @Test
    void writesBytesInHexadecimal() {
        StringBuilder out = new StringBuilder();

        Quoted.hexadecimal(out, new byte[] {0, (byte) 0xff});

        assertThat(out).hasToString("\"\\x00\\xff\"");
    }
}
