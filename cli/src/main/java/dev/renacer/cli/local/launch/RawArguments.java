// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.launch;

import dev.renacer.capture.ByteText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * This process's arguments as the kernel has them. Java decodes arguments by the locale, and bytes that the locale
 * cannot decode (all non-ASCII ones in a container without LANG) are lost; a traced program must get its own bytes.
 */
public final class RawArguments {
    /** One character per byte: any argument passes through it unchanged. */
    public static final Charset CHARSET = StandardCharsets.ISO_8859_1;

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private RawArguments() {}

    /** The last {@code count} arguments, with each byte as a character of {@link #CHARSET}. */
    static List<String> last(int count) {
        try {
            return last(Files.readAllBytes(COMMAND_LINE), count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> last(byte[] commandLine, int count) {
        // Each argument ends with a NUL, so the last piece is empty.
        List<String> all = Arrays.asList(new String(commandLine, CHARSET).split("\0", -1));
        return List.copyOf(all.subList(all.size() - 1 - count, all.size() - 1));
    }

    /** The last {@code count} arguments as {@link ByteText}. */
    public static String[] text(int count) {
        return last(count).stream()
                .map(argument -> ByteText.decode(argument.getBytes(CHARSET)))
                .toArray(String[]::new);
    }

    /** The bytes of a {@link ByteText}, each as a character of {@link #CHARSET}. */
    public static String of(String text) {
        return new String(ByteText.encode(text), CHARSET);
    }
}
