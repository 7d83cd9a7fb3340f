// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One pass finds what looking for each word finds. */
class TriggersTest {
    private final List<Secret> secrets = Secret.inText();
    private final Triggers triggers = new Triggers(secrets);

    @Test
    void eachWordIsFoundWhereverItStands() {
        for (int secret = 0; secret < secrets.size(); secret++) {
            for (byte[] word : secrets.get(secret).trigger().words()) {
                String text = new String(word, StandardCharsets.ISO_8859_1);
                for (String with :
                        List.of(text, "/" + text, text + "/", "p" + text + "p", text.toUpperCase(Locale.ROOT))) {
                    assertThat(triggers.in(with.getBytes(StandardCharsets.ISO_8859_1)) & (1L << secret))
                            .as("%s in %s", text, with)
                            .isNotZero();
                }
            }
        }
    }

    @Test
    void nothingIsFoundWithoutOne() {
        assertThat(triggers.in(new byte[0])).isZero();
        assertThat(triggers.in("/usr/lib/x86_64-linux-gnu/libc.so.6".getBytes(StandardCharsets.ISO_8859_1)))
                .isZero();
    }

    @Test
    void textsOfPartsOfWordsTriggerTheSame() {
        Random random = new Random(7);
        List<byte[]> words = secrets.stream()
                .flatMap(secret -> secret.trigger().words().stream())
                .toList();
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int part = random.nextInt(6); part > 0; part--) {
                byte[] word = words.get(random.nextInt(words.size()));
                text.append(new String(word, StandardCharsets.ISO_8859_1), 0, random.nextInt(word.length + 1));
                text.append(random.nextInt(3) == 0 ? "/" : "");
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
            long expected = 0;
            for (int secret = 0; secret < secrets.size(); secret++) {
                expected |= secrets.get(secret).trigger().isIn(bytes) ? 1L << secret : 0;
            }
            assertThat(triggers.in(bytes)).as(text.toString()).isEqualTo(expected);
        }
    }
}
