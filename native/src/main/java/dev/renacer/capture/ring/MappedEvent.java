// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** The one moving view of a {@link MappedEventRing}. */
final class MappedEvent implements CapturedEvent {
    private final ByteBuffer memory;
    private final int sideBase;
    private final int sideCapacity;
    private int base;
    // Where the event's pieces begin in memory. Most events have none, so they are only looked for on request.
    private int[] pieces = new int[6];
    private int pieceCount = -1;

    MappedEvent(ByteBuffer memory, int sideBase, int sideCapacity) {
        this.memory = memory;
        this.sideBase = sideBase;
        this.sideCapacity = sideCapacity;
    }

    void moveTo(int newBase) {
        base = newBase;
        pieceCount = -1;
    }

    int sideLength() {
        return memory.getInt(base + RingLayout.EVENT_SIDE_LENGTH);
    }

    /** Absolute position of the end of the event's side data. */
    long sideEnd() {
        return memory.getLong(base + RingLayout.EVENT_SIDE_OFFSET) + sideLength();
    }

    @Override
    public EventKind kind() {
        return EventKind.of(Short.toUnsignedInt(memory.getShort(base + RingLayout.EVENT_KIND)));
    }

    @Override
    public int flags() {
        return Short.toUnsignedInt(memory.getShort(base + RingLayout.EVENT_FLAGS));
    }

    @Override
    public long startNanos() {
        return memory.getLong(base + RingLayout.EVENT_START);
    }

    @Override
    public long endNanos() {
        return memory.getLong(base + RingLayout.EVENT_END);
    }

    @Override
    public long arg(int index) {
        return memory.getLong(base + RingLayout.EVENT_ARGS + Objects.checkIndex(index, 6) * Long.BYTES);
    }

    @Override
    public long result() {
        return memory.getLong(base + RingLayout.EVENT_RESULT);
    }

    @Override
    public long instructionPointer() {
        return memory.getLong(base + RingLayout.EVENT_IP);
    }

    @Override
    public long stackPointer() {
        return memory.getLong(base + RingLayout.EVENT_SP);
    }

    @Override
    public int tid() {
        return memory.getInt(base + RingLayout.EVENT_TID);
    }

    @Override
    public int tgid() {
        return memory.getInt(base + RingLayout.EVENT_TGID);
    }

    @Override
    public int number() {
        return memory.getInt(base + RingLayout.EVENT_NUMBER);
    }

    @Override
    public int arch() {
        return memory.getInt(base + RingLayout.EVENT_ARCH);
    }

    @Override
    public int aux() {
        return memory.getInt(base + RingLayout.EVENT_AUX);
    }

    @Override
    public int droppedBefore() {
        return memory.getInt(base + RingLayout.EVENT_DROPPED_BEFORE);
    }

    @Override
    public int pieceCount() {
        if (pieceCount < 0) {
            findPieces();
        }
        return pieceCount;
    }

    @Override
    public int pieceArg(int piece) {
        return Byte.toUnsignedInt(memory.get(piece(piece) + RingLayout.PIECE_ARG));
    }

    @Override
    public boolean pieceTruncated(int piece) {
        return hasFlag(piece, RingLayout.PIECE_TRUNCATED);
    }

    @Override
    public boolean pieceUnreadable(int piece) {
        return hasFlag(piece, RingLayout.PIECE_UNREADABLE);
    }

    @Override
    public int piecePart(int piece) {
        return Byte.toUnsignedInt(memory.get(piece(piece) + RingLayout.PIECE_PART));
    }

    @Override
    public int pieceIndex(int piece) {
        return Short.toUnsignedInt(memory.getShort(piece(piece) + RingLayout.PIECE_INDEX));
    }

    @Override
    public boolean pieceAtExit(int piece) {
        return hasFlag(piece, RingLayout.PIECE_AT_EXIT);
    }

    @Override
    public int pieceError(int piece) {
        return Byte.toUnsignedInt(memory.get(piece(piece) + RingLayout.PIECE_ERROR));
    }

    @Override
    public int pieceLength(int piece) {
        return lengthAt(piece(piece));
    }

    @Override
    public long pieceWord(int piece, int offset) {
        int at = piece(piece);
        Objects.checkFromIndexSize(offset, Long.BYTES, lengthAt(at));
        return memory.getLong(at + RingLayout.PIECE_SIZE + offset);
    }

    @Override
    public byte[] pieceBytes(int piece) {
        int at = piece(piece);
        byte[] bytes = new byte[lengthAt(at)];
        memory.get(at + RingLayout.PIECE_SIZE, bytes);
        return bytes;
    }

    private boolean hasFlag(int piece, int flag) {
        return (memory.get(piece(piece) + RingLayout.PIECE_FLAGS) & flag) != 0;
    }

    private int piece(int index) {
        return pieces[Objects.checkIndex(index, pieceCount())];
    }

    private int lengthAt(int at) {
        return Short.toUnsignedInt(memory.getShort(at + RingLayout.PIECE_LENGTH));
    }

    private void findPieces() {
        int length = sideLength();
        pieceCount = 0;
        if (length == 0) {
            return;
        }
        int place = (int) (memory.getLong(base + RingLayout.EVENT_SIDE_OFFSET) & (sideCapacity - 1));
        requireWithin(length, sideCapacity - place);
        int at = sideBase + place;
        int end = at + length;
        while (at < end) {
            requireWithin(RingLayout.PIECE_SIZE, end - at);
            int room = RingLayout.pieceRoom(lengthAt(at));
            requireWithin(room, end - at);
            if (pieceCount == pieces.length) {
                pieces = Arrays.copyOf(pieces, 2 * pieces.length);
            }
            pieces[pieceCount++] = at;
            at += room;
        }
    }

    /** The producer never writes such data; without this check, another event's bytes would be taken for this one's. */
    private void requireWithin(int length, int room) {
        if (length < 0 || length > room) {
            pieceCount = 0;
            throw new IllegalStateException(
                    "ring is corrupt: %d bytes of side data where there is room for %d".formatted(length, room));
        }
    }
}
