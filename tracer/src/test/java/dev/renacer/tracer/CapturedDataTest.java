// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.output.notation.Quoted;
import dev.renacer.tracer.output.notation.TextDetail;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CapturedDataTest {
    @Test
    void eachByteIsWrittenAsByItself() {
        for (int value = 0; value < 256; value++) {
            for (int next : new int[] {'a', '7', 0xff}) {
                CapturedData piece = piece((byte) 'x', (byte) value, (byte) next);
                StringBuilder expected = new StringBuilder();
                Quoted.write(expected, piece.bytes());
                for (int time = 0; time < 2; time++) {
                    StringBuilder shown = new StringBuilder();
                    TextDetail.DEFAULT.whole(shown, piece);
                    assertThat(shown).hasToString(expected.toString());
                }
            }
        }
    }

    @Test
    void onlyWhatNeedsNoEscapeIsPlain() {
        assertThat(piece()).matches(CapturedData::isPlain);
        assertThat(of("/usr/lib/x86_64-linux-gnu/libc.so.6 ~")).matches(CapturedData::isPlain);
        for (String text : new String[] {"\"", "\\", "\n", "\u007f", "\u00fc"}) {
            assertThat(of(text)).matches(piece -> !piece.isPlain());
        }
    }

    @Test
    void itsTextHasEveryByte() {
        assertThat(of("/gr\u00fc\u00dfe").text()).isEqualTo("/gr\u00fc\u00dfe");
        assertThat(piece((byte) 'a', (byte) 0xff).text()).isEqualTo("a\udcff");
        assertThat(piece((byte) 'a', (byte) 0xff).isPlain()).isFalse();
    }

    private static CapturedData of(String text) {
        return piece(text.getBytes(StandardCharsets.UTF_8));
    }

    private static CapturedData piece(byte... bytes) {
        return new CapturedData(0, Part.DATA, 0, false, bytes, false, 0);
    }
}
