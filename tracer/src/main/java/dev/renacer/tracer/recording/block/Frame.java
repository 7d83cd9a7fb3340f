// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording.block;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** The layout of the file: docs/reference/recording.md describes it byte by byte. Numbers are little-endian. */
public final class Frame {
    /** The version of the format that is written. */
    public static final int VERSION = 4;

    /** The first version in which a block can be found behind a damaged one, and be read by itself. */
    static final int BLOCKS_ALONE = 2;

    /** About how many bytes a block has before it is compressed. */
    public static final int BLOCK = 1 << 18;
    /** The most bytes that a block has before it is compressed: what the ring has room for, and names beside it. */
    public static final int MOST = 20 << 20;
    /** The most bytes of the header's body. */
    static final int MOST_HEADER = 1 << 16;

    /** As PNG's: says at once if a file was sent as text, and ends a listing of it. */
    static final byte[] MAGIC = {(byte) 0x89, 'R', 'N', 'C', '\r', '\n', 0x1a, '\n'};

    static final byte[] BLOCK_MAGIC = {'R', 'B', 'L', 'K'};

    /** Magic, version, 16 bits of zeros, length of the body, CRC32C. */
    static final int HEADER_BYTES = 20;
    /** Magic, kind, codec, 16 bits of zeros, length, stored length, number of the block, CRC32C. */
    static final int BLOCK_HEADER_BYTES = 24;
    /** Of the CRC32C at the end of both. */
    static final int CRC_BYTES = Integer.BYTES;

    /** In front of a header, and of the blocks of version 1: nothing. */
    static final byte[] NO_FILE = {};

    /** What a block holds. */
    public enum Kind {
        /** Calls, events and what was looked up. */
        EVENTS(1),
        /** The counts at the end. */
        END(2);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        /** Its number in the file. */
        public int number() {
            return number;
        }
    }

    /** How the body of a block is stored. */
    static final int STORED = 0;

    static final int LZ4 = 1;

    private Frame() {}

    /**
     * Of the head of a header or block without its own last bytes, and of the body as it is stored.
     *
     * @param file  in front of a block what makes those of one file differ from all others: the checksum of its header
     */
    static int checksum(byte[] file, byte[] head, int headBytes, byte[] body, int bodyBytes) {
        CRC32C sum = new CRC32C();
        sum.update(file);
        sum.update(head, 0, headBytes - CRC_BYTES);
        sum.update(body, 0, bodyBytes);
        return (int) sum.getValue();
    }

    static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
