// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.notation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What strace 6.1 writes of the same bytes. */
class HexDumpTest {
    @Test
    void aLineHasSixteenBytes() {
        assertThat(dump("0123456789abcdefg\n\177")).isEqualTo("""
                         | 00000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef |
                         | 00010  67 0a 7f                                          g..              |
                        """);
    }

    @Test
    void bytesOfAllValues() {
        assertThat(dump("\u00ff\u0080 ~"))
                .isEqualTo(" | 00000  ff 80 20 7e                                       .. ~             |\n");
    }

    @Test
    void noBytesNoLine() {
        assertThat(dump("")).isEmpty();
    }

    private static String dump(String bytes) {
        StringBuilder out = new StringBuilder();
        HexDump.append(out, bytes.getBytes(StandardCharsets.ISO_8859_1));
        return out.toString();
    }
}
