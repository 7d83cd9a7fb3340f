// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.notation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.output.notation.TextDetail.Hex;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

        Quoted.hexadecimal(out, new byte[] {0, (byte) 0xff, 1}, 0, 2);

        assertThat(out).hasToString("\"\\x00\\xff\"");
    }

    @Test
    void everyByteCanBeToldFromAString() {
        Random random = new Random(15);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            for (int index = 0; index < bytes.length; index++) {
                int kind = random.nextInt(9);
                bytes[index] = (byte) (kind < 7 ? "\\\"0\0\n\1\u00ff".charAt(kind) : random.nextInt(256));
            }
            for (Hex hex : Hex.values()) {
                StringBuilder out = new StringBuilder();
                new TextDetail(0, false, hex).whole(out, bytes, 0, bytes.length);
                assertThat(out.chars()).allMatch(c -> c >= ' ' && c < 0x7f);
                assertThat(bytesOf(out.substring(1, out.length() - 1))).isEqualTo(bytes);
            }
        }
    }

    /** As docs/reference/bytes.md describes it. */
    private static byte[] bytesOf(String text) {
        Matcher part = Pattern.compile("\\\\x([0-9a-f]{2})|\\\\([0-7]{1,3})|\\\\(.)|(.)")
                .matcher(text);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (part.find()) {
            if (part.group(1) != null) {
                out.write(Integer.parseInt(part.group(1), 16));
            } else if (part.group(2) != null) {
                out.write(Integer.parseInt(part.group(2), 8));
            } else if (part.group(3) != null) {
                int letter = "ntrfv".indexOf(part.group(3));
                out.write(letter < 0 ? part.group(3).charAt(0) : "\n\t\r\f\013".charAt(letter));
            } else {
                out.write(part.group(4).charAt(0));
            }
        }
        return out.toByteArray();
    }
}
