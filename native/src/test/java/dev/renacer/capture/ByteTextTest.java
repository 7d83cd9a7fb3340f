// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

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
}
