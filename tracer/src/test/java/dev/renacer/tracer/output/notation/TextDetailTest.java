// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.notation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.output.notation.TextDetail.Hex;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is expected was written by strace 6.1 with -s, -x and -xx. */
class TextDetailTest {
    private static final byte[] ODD = "ab\u00ffz\n".getBytes(StandardCharsets.ISO_8859_1);

    @Test
    void textHasAtMostAsManyBytesAsTheLimitSays() {
        assertThat(limited(new TextDetail(4, false, Hex.NEVER), "plain", false)).isEqualTo("\"plai\"...");
        assertThat(limited(new TextDetail(5, false, Hex.NEVER), "plain", false)).isEqualTo("\"plain\"");
        assertThat(limited(new TextDetail(5, false, Hex.NEVER), "plain", true)).isEqualTo("\"plain\"...");
        assertThat(limited(new TextDetail(0, false, Hex.NEVER), "plain", false)).isEqualTo("\"\"...");
    }

    @Test
    void theLimitOfBytesHoldsEvenIfEverythingIsShown() {
        TextDetail verbose = new TextDetail(2, true, Hex.NEVER);
        assertThat(limited(verbose, "plain", false)).isEqualTo("\"pl\"...");
        assertThat(verbose.elements()).isEqualTo(Integer.MAX_VALUE);
        assertThat(new TextDetail(2, false, Hex.NEVER).elements()).isEqualTo(2);
    }

    @Test
    void stringsWithOtherBytesThanTextAreInHexadecimal() {
        TextDetail detail = new TextDetail(32, false, Hex.UNPRINTABLE);
        assertThat(whole(detail, ODD)).isEqualTo("\"\\x61\\x62\\xff\\x7a\\x0a\"");
        assertThat(whole(detail, "tab\t\n".getBytes(StandardCharsets.US_ASCII))).isEqualTo("\"tab\\t\\n\"");
        assertThat(whole(detail, new byte[] {0x7f})).isEqualTo("\"\\x7f\"");
        assertThat(whole(detail, new byte[] {0, '1'})).isEqualTo("\"\\x00\\x31\"");
    }

    @Test
    void onlyWhatIsShownDecidesIt() {
        assertThat(limited(new TextDetail(2, false, Hex.UNPRINTABLE), "ab\u0001", false))
                .isEqualTo("\"ab\"...");
    }

    @Test
    void allStringsCanBeInHexadecimal() {
        TextDetail detail = new TextDetail(1, false, Hex.ALWAYS);
        assertThat(whole(detail, new byte[] {'t', '\n'})).isEqualTo("\"\\x74\\x0a\"");
        assertThat(limited(detail, "ab", false)).isEqualTo("\"\\x61\"...");
        assertThat(whole(detail, new byte[0])).isEqualTo("\"\"");
    }

    @Test
    void thereIsNoLimitBelowNothing() {
        assertThatThrownBy(() -> new TextDetail(-1, false, Hex.NEVER)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String whole(TextDetail detail, byte[] bytes) {
        StringBuilder out = new StringBuilder();
        detail.whole(out, bytes, 0, bytes.length);
        return out.toString();
    }

    private static String limited(TextDetail detail, String text, boolean cut) {
        StringBuilder out = new StringBuilder();
        detail.limited(out, text.getBytes(StandardCharsets.ISO_8859_1), cut);
        return out.toString();
    }
}
