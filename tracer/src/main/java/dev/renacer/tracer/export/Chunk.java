// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

/**
 * A piece of memory that encoded spans are written into, one behind the other. It goes back to its pool when nobody uses it any more.
 * Any thread may begin and end to use it; one at a time may write.
 */
final class Chunk {
    private final ChunkPool pool;
    private final byte[] bytes;
    private int used;
    private int users = 1;
    private boolean read;

    Chunk(ChunkPool pool, int size) {
        this.pool = pool;
        this.bytes = new byte[size];
    }

    byte[] bytes() {
        return bytes;
    }

    int used() {
        return used;
    }

    boolean hasRoom(int more) {
        return bytes.length - used >= more;
    }

    void append(byte[] from, int length) {
        System.arraycopy(from, 0, bytes, used, length);
        used += length;
    }

    synchronized void use() {
        users++;
    }

    /** Somebody may read it even when all others have done: it is not written again. */
    synchronized void mayBeRead() {
        read = true;
    }

    synchronized void release() {
        users--;
        if (users == 0 && !read) {
            pool.giveBack(this);
        }
    }

    /** For another use, by the caller alone. */
    Chunk again() {
        used = 0;
        users = 1;
        return this;
    }
}
