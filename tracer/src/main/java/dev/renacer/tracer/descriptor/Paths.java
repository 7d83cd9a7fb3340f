// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.SyscallCall;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The paths of calls, made absolute. For one thread. */
final class Paths {
    static final int AT_FDCWD = -100;

    private Paths() {}

    /** The string an argument points to; null if it was not read completely. */
    static @Nullable String string(SyscallCall call, int argument) {
        for (CapturedData data : call.data()) {
            if (data.argument() == argument && data.part() == CapturedData.Part.DATA && !data.atExit()) {
                return data.readable() && !data.cut() ? text(data.bytes()) : null;
            }
        }
        return null;
    }

    /**
     * The absolute path: of {@code path} as seen from a folder. Links are not followed, so {@code ..} stays where it is
     * behind a part that may be one.
     *
     * @param folder  what a relative path begins at; null: not known
     */
    static Optional<String> absolute(String path, @Nullable Descriptor folder) {
        if (path.startsWith("/")) {
            return Optional.of(path);
        }
        if (!(folder instanceof Descriptor.File file) || file.deleted()) {
            return Optional.empty();
        }
        if (path.isEmpty() || path.equals(".")) {
            return Optional.of(file.path());
        }
        String rest = path;
        while (rest.startsWith("./")) {
            rest = rest.substring(2);
        }
        return Optional.of(file.path().endsWith("/") ? file.path() + rest : file.path() + "/" + rest);
    }

    /** As {@link ByteText}. */
    static String text(byte[] bytes) {
        for (byte value : bytes) {
            if (value < 0) {
                return ByteText.decode(bytes);
            }
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
