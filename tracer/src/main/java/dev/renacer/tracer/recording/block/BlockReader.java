// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording.block;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/** Reads what {@link BlockWriter} has written; whatever the file holds, no more memory is used than its format allows. Not thread-safe. */
public final class BlockReader {
    /**
     * A block.
     *
     * @param body  until the next block is read
     */
    public record Block(Frame.Kind kind, BlockInput body) {}

    private int version;
    private final InputStream in;
    private final LZ4SafeDecompressor decompressor = LZ4Factory.safeInstance().safeDecompressor();
    private byte[] stored = new byte[0];
    private byte[] raw = new byte[0];
    private int blocks;
    private long read;

    /** Reads from a stream, which need not be buffered. */
    public BlockReader(InputStream in) {
        this.in = in;
    }

    /** The blocks read so far. */
    public int blocks() {
        return blocks;
    }

    /** The version of the format that the file has, once its header was read. */
    public int version() {
        return version;
    }

    /**
     * Reads the beginning of the file: its body.
     *
     * @throws RecordingException if it is none of a recording, or of a newer version
     */
    public BlockInput header() throws IOException {
        byte[] head = new byte[Frame.HEADER_BYTES];
        int got = fill(head, head.length);
        int compared = Math.min(got, Frame.MAGIC.length);
        if (got == 0) {
            throw new RecordingException("it is empty");
        }
        if (!Arrays.equals(head, 0, compared, Frame.MAGIC, 0, compared)) {
            throw new RecordingException("it is no recording of renacer record");
        }
        if (got < head.length) {
            throw new RecordingException("it ends within its header");
        }
        ByteBuffer fields = Frame.littleEndian(head).position(Frame.MAGIC.length);
        version = fields.getShort() & 0xffff;
        if (version > Frame.VERSION) {
            throw new RecordingException(
                    "it has version " + version + " of the format, and this renacer reads up to version "
                            + Frame.VERSION + "; replay it with a renacer as new as the one that recorded it");
        }
        fields.getShort();
        int length = fields.getInt();
        if (version == 0 || length < 0 || length > Frame.MOST_HEADER) {
            throw new RecordingException("its header is damaged");
        }
        byte[] body = new byte[length];
        if (fill(body, length) < length) {
            throw new RecordingException("it ends within its header");
        }
        if (Frame.checksum(head, head.length, body, length) != fields.getInt()) {
            throw new RecordingException("its header is damaged (its checksum differs)");
        }
        return new BlockInput(body, length);
    }

    /**
     * Reads the next block; empty at the end of the file.
     *
     * @throws RecordingException if it is damaged or not whole
     */
    public Optional<Block> next() throws IOException {
        long from = read;
        byte[] head = new byte[Frame.BLOCK_HEADER_BYTES];
        int got = fill(head, head.length);
        if (got == 0) {
            return Optional.empty();
        }
        if (got < head.length) {
            throw broken(from, "is cut off");
        }
        ByteBuffer fields = Frame.littleEndian(head).position(Frame.BLOCK_MAGIC.length);
        int kind = fields.get();
        int codec = fields.get();
        fields.getShort();
        int length = fields.getInt();
        int size = fields.getInt();
        int number = fields.getInt();
        boolean plausible = length >= 0 && length <= Frame.MOST && size >= 0 && size <= length;
        if (!Arrays.equals(head, 0, Frame.BLOCK_MAGIC.length, Frame.BLOCK_MAGIC, 0, Frame.BLOCK_MAGIC.length)
                || !plausible) {
            throw broken(from, "is damaged (it has no head of a block)");
        }
        stored = atLeast(stored, size);
        if (fill(stored, size) < size) {
            throw broken(from, "is cut off");
        }
        if (Frame.checksum(head, head.length, stored, size) != fields.getInt()) {
            throw broken(from, "is damaged (its checksum differs)");
        }
        if (number != blocks) {
            throw broken(from, "is block " + number + " of a recording: what was between is missing");
        }
        Frame.Kind known = kind(kind, from);
        BlockInput body = new BlockInput(body(codec, length, size, from), length);
        blocks++;
        return Optional.of(new Block(known, body));
    }

    private Frame.Kind kind(int number, long from) throws RecordingException {
        for (Frame.Kind kind : Frame.Kind.values()) {
            if (kind.number() == number) {
                return kind;
            }
        }
        throw broken(from, "is of the unknown kind " + number);
    }

    private byte[] body(int codec, int length, int size, long from) throws RecordingException {
        if (codec == Frame.STORED && size == length) {
            return stored;
        }
        if (codec != Frame.LZ4) {
            throw broken(from, "is stored in the unknown way " + codec);
        }
        raw = atLeast(raw, length);
        try {
            if (decompressor.decompress(stored, 0, size, raw, 0, length) == length) {
                return raw;
            }
        } catch (LZ4Exception _) {
            // said below
        }
        throw broken(from, "cannot be decompressed");
    }

    private static byte[] atLeast(byte[] array, int length) {
        return array.length >= length ? array : new byte[length];
    }

    private int fill(byte[] into, int length) throws IOException {
        int got = in.readNBytes(into, 0, length);
        read += got;
        return got;
    }

    private RecordingException broken(long from, String how) {
        return new RecordingException("block " + blocks + ", at byte " + from + ", " + how);
    }
}
