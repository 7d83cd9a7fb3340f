// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KnownTextsTest {
    private final KnownTexts texts = new KnownTexts();

    @Test
    void aTextIsKeptWhenItComesForTheSecondTime() {
        assertThat(texts.find("/etc/hosts")).isNull();
        see("/etc/hosts");
        assertThat(texts.find("/etc/hosts")).isNull();
        see("/etc/hosts");

        assertThat(texts.find("/etc/hosts")).asString().isEqualTo("/etc/hosts");
        assertThat(texts.find("/etc/passwd")).isNull();
    }

    @Test
    void ofTwoAtTheSamePlaceTheLaterIsKept() {
        String one = "Aa";
        String same = "BB"; // of the same hash code
        see(one);
        see(one);
        see(same);

        assertThat(texts.find(one)).isNull();
        assertThat(texts.find(same)).isNull();
        see(same);
        assertThat(texts.find(same)).asString().isEqualTo(same);
    }

    private void see(String text) {
        byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.ISO_8859_1);
        texts.seen(text, bytes, 1, bytes.length - 1);
    }
}
