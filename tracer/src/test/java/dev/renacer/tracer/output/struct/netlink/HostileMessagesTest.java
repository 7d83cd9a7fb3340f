// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.netlink;

import static dev.renacer.tracer.output.struct.netlink.Messages.attribute;
import static dev.renacer.tracer.output.struct.netlink.Messages.message;
import static dev.renacer.tracer.output.struct.netlink.Messages.shown;
import static dev.renacer.tracer.output.struct.netlink.Messages.together;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a program gives as messages, writing them ends, and says nothing of what was not read. */
class HostileMessagesTest {
    private static final int ROUNDS = 20_000;
    private static final int MOST_BYTES = 300;
    /** No byte takes more room than an attribute does with the longest names, for its four bytes. */
    private static final int MOST_OF_A_BYTE = 100;

    private static final int[] PROTOCOLS = {-1, 0, 4, 6, 7, 9, 12, 16, 21, 99};

    private final Random random = new Random(15);

    private byte[] some(int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        // Small numbers more often than others: they mean something.
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = random.nextInt(3) == 0 ? bytes[index] : (byte) random.nextInt(4);
        }
        return bytes;
    }

    private byte[] attributes(int depth) {
        byte[] all = {};
        for (int left = random.nextInt(5); left > 0; left--) {
            byte[] value = depth > 0 && random.nextInt(3) == 0 ? attributes(depth - 1) : some(24);
            all = together(all, attribute(random.nextInt(64), value));
        }
        return all;
    }

    private byte[] messages() {
        byte[] all = {};
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            int type = random.nextInt(4) == 0 ? random.nextInt(1 << 16) : random.nextInt(110);
            int head = 4 * random.nextInt(20);
            byte[] payload = together(Arrays.copyOf(some(head), head), attributes(3));
            all = together(all, message(type, random.nextInt(1 << 12), payload));
        }
        return all;
    }

    /** Turns some bytes over: lengths that lie, attributes without an end. */
    private byte[] spoilt(byte[] messages) {
        byte[] bytes = messages.clone();
        for (int left = random.nextInt(4); left > 0 && bytes.length > 0; left--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private int protocol() {
        return random.nextInt(2) == 0 ? 0 : PROTOCOLS[random.nextInt(PROTOCOLS.length)];
    }

    @Test
    void anyBytesAreWrittenInPrintableTextOfBoundedLength() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = random.nextBoolean() ? some(MOST_BYTES) : spoilt(messages());
            int length = bytes.length + (random.nextBoolean() ? random.nextInt() & 0xffff : 0);

            String text = shown(protocol(), bytes, length);

            assertThat(text).matches("[\\x20-\\x7e]*");
            assertThat(text.length()).isLessThanOrEqualTo(200 + MOST_OF_A_BYTE * bytes.length);
        }
    }

    @Test
    void whatWasReadOfAMessageIsWrittenAsIfAllOfItHadBeen() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = random.nextInt(4) == 0 ? spoilt(messages()) : messages();
            int protocol = protocol();
            String whole = shown(protocol, bytes, bytes.length);
            int read = random.nextInt(bytes.length + 1);

            String cut = shown(protocol, Arrays.copyOf(bytes, read), bytes.length);

            int end = cut.indexOf("...");
            String before = end < 0 ? cut : cut.substring(0, end).replaceFirst("\"$", "");
            assertThat(whole).as("of which %d bytes were read: %s", read, cut).startsWith(before);
        }
    }

    @Test
    void attributesInAttributesEndWithTheirBytes() {
        byte[] nested = {};
        while (nested.length < 4000) {
            nested = attribute(18, nested);
        }
        byte[] link = message(16, 0, new byte[16], nested);

        assertThat(shown(0, link, link.length)).startsWith("[{nlmsg_len=" + link.length);

        byte[] errors = {};
        while (errors.length < 4000) {
            errors = message(2, 0, new byte[4], errors);
        }
        assertThat(shown(0, errors, errors.length)).startsWith("[{nlmsg_len=" + errors.length);
    }
}
