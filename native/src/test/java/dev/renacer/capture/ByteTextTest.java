// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteTextTest {
    @Test
    void anyBytesComeBack() {
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            assertThat(ByteText.encode(ByteText.decode(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void whatIsUtf8IsText() {
        assertThat(ByteText.decode("jos\u00e9 \ud83d\ude00".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("jos\u00e9 \ud83d\ude00");
    }

    @Test
    void encodedSurrogatesAreBytesAndNoText() {
        byte[] encoded = {(byte) 0xed, (byte) 0xb2, (byte) 0x80, 'x', (byte) 0xf0, (byte) 0x9f};
        assertThat(ByteText.decode(encoded)).hasSize(6);
        assertThat(ByteText.encode(ByteText.decode(encoded))).isEqualTo(encoded);
    }

    @Test
    void aNameIsShownWithTheEscapesOfStrace() {
        assertThat(ByteText.shown("jos\u00e9")).isEqualTo("jos\\303\\251");
        assertThat(ByteText.shown("a\u001b1\n\\ ")).isEqualTo("a\\0331\\n\\\\ ");
        assertThat(ByteText.shown(ByteText.decode(new byte[] {(byte) 0xff, '.', 1})))
                .isEqualTo("\\377.\\1");
    }

    @Test
    void everyByteCanBeToldFromEscapedText() {
        Random random = new Random(8);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            for (int index = 0; index < bytes.length; index++) {
                // Often a backslash, a digit, NUL, and parts of longer sequences, surrogates among them.
                int kind = random.nextInt(8);
                bytes[index] = (byte) (kind < 6 ? "\\0\0\u00ed\u00b2\u0080".charAt(kind) : random.nextInt(256));
            }
            String escaped = ByteText.escaped(ByteText.decode(bytes));
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(escaped)).isTrue();
            assertThat(escaped.chars()).noneMatch(Character::isISOControl);
            assertThat(bytesOf(escaped)).isEqualTo(bytes);
            assertThat(ByteText.encode(ByteText.unescaped(escaped))).isEqualTo(bytes);
        }
    }

    @Test
    void whatIsPrintableStandsAsItIs() {
        assertThat(ByteText.escaped("/srv/jos\u00e9 \ud83d\ude00")).isEqualTo("/srv/jos\u00e9 \ud83d\ude00");
        assertThat(ByteText.escaped(ByteText.decode(new byte[] {'a', (byte) 0xc3, '1', 0, '\\', 27})))
                .isEqualTo("a\\3031\\000\\\\\\033");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\", "a\\n", "\\12", "\\128", "\\400", "\\\\\\"})
    void aBackslashThatIsNoEscapeHasNoBytes(String text) {
        assertThatThrownBy(() -> ByteText.unescaped(text)).isInstanceOf(IllegalArgumentException.class);
    }

    /** As docs/reference/bytes.md describes it. */
    private static byte[] bytesOf(String escaped) {
        byte[] text = escaped.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int index = 0; index < text.length; index++) {
            if (text[index] != '\\') {
                out.write(text[index]);
            } else if (text[index + 1] == '\\') {
                out.write(text[++index]);
            } else {
                out.write(Integer.parseInt(new String(text, index + 1, 3, StandardCharsets.US_ASCII), 8));
                index += 3;
            }
        }
        return out.toByteArray();
    }
}
