// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Names and arguments are bytes to the kernel. This holds them as text without losing a byte, whatever the locale. Text
 * is UTF-8; a byte that is not valid UTF-8 becomes the lone surrogate U+DC00 plus the byte (as in Python's PEP 383),
 * which no UTF-8 encodes.
 */
public final class ByteText {
    private static final int FIRST_ESCAPED = 0xdc80;
    private static final int LAST_ESCAPED = 0xdcff;
    private static final int BYTE = 0xff;
    private static final int OCTAL_DIGITS = 3;

    private ByteText() {}

    /** The text of any bytes; {@link #encode} returns the bytes. */
    public static String decode(byte[] bytes) {
        if (isAscii(bytes)) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (!result.isError()) {
                return out.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (FIRST_ESCAPED - 0x80 + (in.get() & BYTE)));
            }
            decoder.reset();
        }
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte value : bytes) {
            if (value < 0) {
                return false;
            }
        }
        return true;
    }

    /** The bytes of a text. */
    public static byte[] encode(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        text.codePoints().forEach(point -> {
            if (point >= FIRST_ESCAPED && point <= LAST_ESCAPED) {
                out.write(point & BYTE);
            } else {
                out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
        });
        return out.toByteArray();
    }

    /**
     * A name for people: printable ASCII, anything else as C escapes with octal digits, as strace shows it. The bytes
     * can be recovered from it.
     */
    public static String shown(String text) {
        StringBuilder out = new StringBuilder(text.length());
        byte[] bytes = encode(text);
        for (int i = 0; i < bytes.length; i++) {
            int value = bytes[i] & BYTE;
            switch (value) {
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default -> {
                    if (value >= ' ' && value <= '~') {
                        out.append((char) value);
                    } else {
                        boolean digitFollows = i + 1 < bytes.length && bytes[i + 1] >= '0' && bytes[i + 1] <= '9';
                        out.append(String.format(digitFollows ? "\\%03o" : "\\%o", value));
                    }
                }
            }
        }
        return out.toString();
    }

    /**
     * The text as Unicode, from which every byte can be told: what is printable stands as it is, a backslash is
     * doubled, and a byte that is not valid UTF-8 or is part of a control character is a backslash and three octal
     * digits.
     */
    public static String escaped(String text) {
        if (isPlain(text) || text.codePoints().noneMatch(ByteText::isEscaped)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            if (!isEscaped(point)) {
                out.appendCodePoint(point);
            } else if (point == '\\') {
                out.append("\\\\");
            } else {
                for (byte value : encode(Character.toString(point))) {
                    out.append('\\');
                    for (int shift = 6; shift >= 0; shift -= 3) {
                        out.append((char) ('0' + (value >> shift & (shift == 6 ? 3 : 7))));
                    }
                }
            }
        });
        return out.toString();
    }

    /**
     * The text that {@link #escaped} wrote so.
     *
     * @throws IllegalArgumentException if there is a backslash that is no escape
     */
    public static String unescaped(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        int at = 0;
        while (at < text.length()) {
            int backslash = text.indexOf('\\', at);
            int end = backslash < 0 ? text.length() : backslash;
            out.writeBytes(encode(text.substring(at, end)));
            at = end;
            if (text.startsWith("\\\\", at)) {
                out.write('\\');
                at += 2;
            } else if (at < text.length()) {
                out.write(octal(text, at + 1));
                at += 1 + OCTAL_DIGITS;
            }
        }
        return decode(out.toByteArray());
    }

    private static int octal(String text, int at) {
        int value = 0;
        for (int index = at; index < at + OCTAL_DIGITS; index++) {
            int digit = index < text.length() ? text.charAt(index) - '0' : -1;
            if (digit < 0 || digit > 7) {
                throw new IllegalArgumentException("a backslash that is no escape, at character " + (at - 1));
            }
            value = value << 3 | digit;
        }
        if (value > BYTE) {
            throw new IllegalArgumentException("an escape that is no byte, at character " + (at - 1));
        }
        return value;
    }

    /** Whether it is printable ASCII without a backslash, as almost every name is; finding that out makes no garbage. */
    private static boolean isPlain(String text) {
        for (int index = 0; index < text.length(); index++) {
            char letter = text.charAt(index);
            if (letter < ' ' || letter > '~' || letter == '\\') {
                return false;
            }
        }
        return true;
    }

    private static boolean isEscaped(int point) {
        return point == '\\' || Character.isISOControl(point) || (point >= FIRST_ESCAPED && point <= LAST_ESCAPED);
    }
}
