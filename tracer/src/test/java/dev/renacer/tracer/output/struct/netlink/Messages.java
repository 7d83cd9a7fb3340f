// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.netlink;

import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.syscall.Abi;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Makes netlink messages, and writes them. */
final class Messages {
    static final int ROUTE = 0;
    static final int SOCKETS = 4;
    static final int REQUEST = 1;
    static final int MULTI = 2;
    static final int DUMP = 0x300;

    private Messages() {}

    /** Numbers of so many bytes each, in the order of the processor. */
    static byte[] numbers(int size, long... numbers) {
        byte[] bytes = new byte[size * numbers.length];
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (byte) (numbers[index / size] >>> (8 * (index % size)));
        }
        return bytes;
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int index = 0; index < values.length; index++) {
            bytes[index] = (byte) values[index];
        }
        return bytes;
    }

    static byte[] text(String text) {
        byte[] bytes = new byte[text.length()];
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (byte) text.charAt(index);
        }
        return bytes;
    }

    static byte[] together(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] padded(byte[] bytes) {
        return Arrays.copyOf(bytes, (bytes.length + 3) & ~3);
    }

    static byte[] attribute(int type, byte[]... value) {
        byte[] all = together(value);
        return padded(together(numbers(2, all.length + 4, type), all));
    }

    static byte[] message(int type, int flags, byte[]... payload) {
        byte[] all = together(payload);
        return padded(together(numbers(4, all.length + 16), numbers(2, type, flags), numbers(4, 7, 0), all));
    }

    /** What is written of messages of which all bytes were read. */
    static String shown(int protocol, byte[]... messages) {
        byte[] all = together(messages);
        return shown(protocol, all, all.length);
    }

    /** What is written if only these bytes were read of so many. */
    static String shown(int protocol, byte[] read, int length) {
        StringBuilder out = new StringBuilder();
        NetlinkMessages.write(
                out, new Memory(read, 0, read.length, Abi.X86_64, false, TextDetail.DEFAULT), length, protocol);
        return out.toString();
    }
}
