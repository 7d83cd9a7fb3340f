// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording.block;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;

/** Writes a header and blocks, each compressed and with a checksum, each as a whole. Not thread-safe. */
public final class BlockWriter {
    private final OutputStream out;
    private final LZ4Compressor compressor = LZ4Factory.safeInstance().fastCompressor();
    private byte[] stored = new byte[0];
    private byte[] file = Frame.NO_FILE;
    private int blocks;
    private long written;

    /** Writes to a stream that is not buffered. */
    public BlockWriter(OutputStream out) {
        this.out = out;
    }

    /** The bytes written so far. */
    public long written() {
        return written;
    }

    /** Writes the beginning of the file. */
    public void header(BlockOutput body) throws IOException {
        byte[] head = new byte[Frame.HEADER_BYTES];
        ByteBuffer fields = Frame.littleEndian(head);
        fields.put(Frame.MAGIC)
                .putShort((short) Frame.VERSION)
                .putShort((short) 0)
                .putInt(body.size());
        fields.putInt(Frame.checksum(Frame.NO_FILE, head, head.length, body.bytes(), body.size()));
        file = Arrays.copyOfRange(head, head.length - Frame.CRC_BYTES, head.length);
        write(head, body.bytes(), body.size());
    }

    /** Writes a block. */
    public void block(Frame.Kind kind, BlockOutput body) throws IOException {
        int length = body.size();
        if (length > Frame.MOST) {
            throw new IOException("a block of " + length + " bytes is too long");
        }
        int most = compressor.maxCompressedLength(length);
        if (stored.length < most) {
            stored = new byte[most];
        }
        int compressed = compressor.compress(body.bytes(), 0, length, stored, 0, most);
        boolean smaller = compressed < length;
        byte[] bytes = smaller ? stored : body.bytes();
        int size = smaller ? compressed : length;
        byte[] head = new byte[Frame.BLOCK_HEADER_BYTES];
        ByteBuffer fields = Frame.littleEndian(head);
        fields.put(Frame.BLOCK_MAGIC)
                .put((byte) kind.number())
                .put((byte) (smaller ? Frame.LZ4 : Frame.STORED))
                .putShort((short) 0)
                .putInt(length)
                .putInt(size)
                .putInt(blocks++);
        fields.putInt(Frame.checksum(file, head, head.length, bytes, size));
        write(head, bytes, size);
    }

    private void write(byte[] head, byte[] body, int length) throws IOException {
        out.write(head);
        out.write(body, 0, length);
        out.flush();
        written += head.length + length;
    }
}
