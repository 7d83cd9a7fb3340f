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

    /**
     * What was passed over.
     *
     * @param bytes   of the file
     * @param blocks  by the numbers of those before and behind; 0 if something strange stood between them
     */
    public record Gap(long bytes, int blocks) {}

    /** The head of a block. */
    private record Head(int kind, int codec, int length, int size, int number, int checksum) {}

    /** What may look like blocks and be none before no more is looked for: reading it again costs time. */
    private static final long MOST_IN_VAIN = 8L * Frame.MOST;

    private final Rereading in;
    private final LZ4SafeDecompressor decompressor = LZ4Factory.safeInstance().safeDecompressor();
    private byte[] stored = new byte[0];
    private byte[] raw = new byte[0];
    private byte[] file = Frame.NO_FILE;
    private int version;
    private int blocks;
    private long inVain;
    /** Where the block begins at which {@link #next} gave up. */
    private long brokenAt;

    /** Reads from a stream, which need not be buffered. */
    public BlockReader(InputStream in) {
        this.in = new Rereading(in);
    }

    /** The blocks read so far. */
    public int blocks() {
        return blocks;
    }

    /** Whether the blocks can each be understood without those before them. */
    public boolean areAlone() {
        return version >= Frame.BLOCKS_ALONE;
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
        int got = in.fill(head, head.length);
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
        if (in.fill(body, length) < length) {
            throw new RecordingException("it ends within its header");
        }
        if (Frame.checksum(Frame.NO_FILE, head, head.length, body, length) != fields.getInt()) {
            throw new RecordingException("its header is damaged (its checksum differs)");
        }
        if (areAlone()) {
            file = Arrays.copyOfRange(head, head.length - Frame.CRC_BYTES, head.length);
        }
        return new BlockInput(body, length);
    }

    /**
     * Reads the next block; empty at the end of the file.
     *
     * @throws RecordingException if it is damaged or not whole; {@link #pass} may lead to the one behind it
     */
    public Optional<Block> next() throws IOException {
        long from = in.position();
        brokenAt = from;
        byte[] head = new byte[Frame.BLOCK_HEADER_BYTES];
        int got = in.fill(head, head.length);
        if (got == 0) {
            return Optional.empty();
        }
        if (got < head.length) {
            in.giveBack(head, 0, got);
            throw broken(from, "is cut off");
        }
        Head block = head(head);
        if (!isPlausible(head, block)) {
            in.giveBack(head, 0, got);
            throw broken(from, "is damaged (it has no head of a block)");
        }
        int size = block.size();
        stored = atLeast(stored, size);
        int body = in.fill(stored, size);
        boolean whole = body == size && Frame.checksum(file, head, head.length, stored, size) == block.checksum();
        if (!whole || block.number() != blocks) {
            in.giveBack(stored, 0, body);
            in.giveBack(head, 0, got);
        }
        if (body < size) {
            throw broken(from, "is cut off");
        }
        if (!whole) {
            throw broken(from, "is damaged (its checksum differs)");
        }
        if (block.number() != blocks) {
            throw broken(from, "is block " + block.number() + " of a recording: what was between is missing");
        }
        Frame.Kind known = kind(block.kind(), from);
        BlockInput input = new BlockInput(body(block.codec(), block.length(), size, from), block.length());
        blocks++;
        return Optional.of(new Block(known, input));
    }

    /**
     * Looks for the next whole block behind one at which {@link #next} gave up, which then is what it reads next. A block is
     * taken for one of this file only if its checksum says so, and if it comes later than those that were read.
     *
     * @return what was passed over; empty if there is none behind it, or if the version of the file does not allow to tell
     */
    public Optional<Gap> pass() throws IOException {
        if (!areAlone()) {
            return Optional.empty();
        }
        byte[] head = new byte[Frame.BLOCK_HEADER_BYTES];
        while (inVain <= MOST_IN_VAIN && toMagic()) {
            long from = in.position();
            int got = in.fill(head, head.length);
            Head block = head(head);
            int body = 0;
            boolean found = false;
            if (got == head.length && isPlausible(head, block) && block.number() >= blocks) {
                stored = atLeast(stored, block.size());
                body = in.fill(stored, block.size());
                found = body == block.size()
                        && Frame.checksum(file, head, head.length, stored, body) == block.checksum();
                inVain += found ? 0 : body;
            }
            in.giveBack(stored, 0, body);
            in.giveBack(head, found ? 0 : 1, got);
            if (found) {
                Gap gap = new Gap(from - brokenAt, block.number() - blocks);
                blocks = block.number();
                return Optional.of(gap);
            }
        }
        return Optional.empty();
    }

    /** Moves on to where the first letters of a block stand; false if they come no more. */
    private boolean toMagic() throws IOException {
        byte[] magic = Frame.BLOCK_MAGIC; // no letter of it comes twice
        int same = 0;
        while (same < magic.length) {
            int next = in.one();
            if (next < 0) {
                return false;
            }
            same = next == magic[same] ? same + 1 : next == magic[0] ? 1 : 0;
        }
        in.giveBack(magic, 0, magic.length);
        return true;
    }

    private static Head head(byte[] bytes) {
        ByteBuffer fields = Frame.littleEndian(bytes).position(Frame.BLOCK_MAGIC.length);
        int kind = fields.get();
        int codec = fields.get();
        fields.getShort();
        return new Head(kind, codec, fields.getInt(), fields.getInt(), fields.getInt(), fields.getInt());
    }

    private static boolean isPlausible(byte[] bytes, Head head) {
        int magic = Frame.BLOCK_MAGIC.length;
        return Arrays.equals(bytes, 0, magic, Frame.BLOCK_MAGIC, 0, magic)
                && head.length() >= 0
                && head.length() <= Frame.MOST
                && head.size() >= 0
                && head.size() <= head.length();
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

    private RecordingException broken(long from, String how) {
        return new RecordingException("block " + blocks + ", at byte " + from + ", " + how);
    }
}
