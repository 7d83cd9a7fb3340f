// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report.page;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.Deflater;

/** The form in which a page carries data: zlib's, as base64. For one thread. */
public final class PackedData implements AutoCloseable {
    private static final int ROOM = 1024;

    private final Deflater deflater;
    private byte[] out = new byte[ROOM];

    /**
     * @param level  of compression, 1 (fast) to 9 (small)
     */
    public PackedData(int level) {
        deflater = new Deflater(level);
    }

    /** The remaining bytes of a buffer in this form. */
    public String of(ByteBuffer content) {
        deflater.reset();
        deflater.setInput(content);
        deflater.finish();
        int size = 0;
        while (!deflater.finished()) {
            if (size == out.length) {
                out = Arrays.copyOf(out, 2 * out.length);
            }
            size += deflater.deflate(out, size, out.length - size);
        }
        return new String(Base64.getEncoder().encode(Arrays.copyOf(out, size)), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        deflater.end();
    }
}
