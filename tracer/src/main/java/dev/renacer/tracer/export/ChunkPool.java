// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import java.util.ArrayDeque;

/**
 * Keeps chunks that are not used at the moment. What waits for its request lives too long for the young generation; new memory
 * for it would end as garbage in the old one, which is collected only when the heap is full. Thread-safe.
 */
final class ChunkPool {
    /** More than almost any span takes. */
    static final int CHUNK_BYTES = 32 * 1_024;

    /** A part of the memory for waiting spans is kept when none wait. */
    private static final int KEPT_PART = 8;

    private final int most;
    private final ArrayDeque<Chunk> free = new ArrayDeque<>();

    /**
     * @param waitingBytes  the memory for waiting spans
     */
    ChunkPool(long waitingBytes) {
        this.most = (int) Math.min(waitingBytes / KEPT_PART / CHUNK_BYTES, Integer.MAX_VALUE);
    }

    /** A chunk with at least so much room. */
    synchronized Chunk take(int bytes) {
        if (bytes > CHUNK_BYTES) {
            return new Chunk(this, bytes);
        }
        Chunk kept = free.poll();
        return kept == null ? new Chunk(this, CHUNK_BYTES) : kept.again();
    }

    synchronized void giveBack(Chunk chunk) {
        if (free.size() < most && chunk.bytes().length == CHUNK_BYTES) {
            free.push(chunk);
        }
    }
}
