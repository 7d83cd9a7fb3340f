// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a process publishes about itself is read as far as it makes sense, whatever it is. */
class PublishedContextTest {
    private static final int BYTES = 2;

    @Test
    void textsOfTheResourceAreTaken() {
        byte[] message = context(
                attribute("service.name", text("shop")),
                attribute("service.instance.id", text("one")),
                attribute("process.pid", new byte[] {0x18, 7})); // int_value

        assertThat(PublishedContext.resourceOf(message))
                .containsExactly(Map.entry("service.name", "shop"), Map.entry("service.instance.id", "one"));
    }

    @Test
    void whatIsBesideTheResourceIsPassedOver() {
        byte[] beside = field(2, attribute("threadlocal.schema_version", text("tlsdesc_v1_dev")));

        assertThat(PublishedContext.resourceOf(concat(beside, context(attribute("service.name", text("shop"))))))
                .containsExactly(Map.entry("service.name", "shop"));
    }

    @Test
    void whatWouldDisturbATerminalOrIsNoTextIsLeftOut() {
        byte[] message = context(
                attribute("service.name", text("a\u001b[31m")),
                attribute("service.version", field(1, new byte[] {(byte) 0xff})),
                attribute("service.namespace", text("x".repeat(513))),
                attribute("k".repeat(129), text("x")));

        assertThat(PublishedContext.resourceOf(message)).isEmpty();
    }

    @Test
    void aCutMessageSaysNothingAndNoMessageEndsTheReader() {
        byte[] whole = context(attribute("service.name", text("shop")));
        for (int length = 0; length < whole.length; length++) {
            assertThat(PublishedContext.resourceOf(Arrays.copyOf(whole, length)))
                    .isEmpty();
        }
        Random random = new Random(1);
        for (int times = 0; times < 20_000; times++) {
            byte[] message = whole.clone();
            for (int change = 0; change < 3; change++) {
                message[random.nextInt(message.length)] = (byte) random.nextInt();
            }
            assertThat(PublishedContext.resourceOf(message)).hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void thereAreAtMostSixtyFour() {
        byte[][] many = new byte[100][];
        for (int index = 0; index < many.length; index++) {
            many[index] = attribute("a" + index, text("x"));
        }

        assertThat(PublishedContext.resourceOf(context(many))).hasSize(64);
    }

    private static byte[] context(byte[]... attributes) {
        return field(1, concat(attributes));
    }

    private static byte[] attribute(String key, byte[] value) {
        return field(1, concat(field(1, key.getBytes(StandardCharsets.UTF_8)), field(2, value)));
    }

    private static byte[] text(String value) {
        return field(1, value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] field(int number, byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((number << 3) | BYTES);
        int length = bytes.length;
        while (length > 0x7f) {
            out.write((length & 0x7f) | 0x80);
            length >>>= 7;
        }
        out.write(length);
        out.writeBytes(bytes);
        return out.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
