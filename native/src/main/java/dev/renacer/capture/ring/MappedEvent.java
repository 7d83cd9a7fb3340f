// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * The one moving view of a {@link MappedEventRing}. The fields of an event, and of its pieces' headers, are read in one go:
 * each read of a direct buffer costs more than all that is done with a field. Both processors are little-endian, and so
 * are the words here.
 */
final class MappedEvent implements CapturedEvent {
    private static final int WORDS = RingLayout.EVENT_SIZE / Long.BYTES;

    private final ByteBuffer memory;
    private final LongBuffer words;
    private final long[] event = new long[WORDS];
    private final int sideBase;
    private final int sideCapacity;
    // Where the event's pieces begin in memory. Most events have none, so they are only looked for on request.
    private int[] pieces = new int[6];
    private long[] headers = new long[6];
    private int pieceCount = -1;

    MappedEvent(ByteBuffer memory, int sideBase, int sideCapacity) {
        this.memory = memory;
        this.words = memory.duplicate().order(memory.order()).clear().asLongBuffer();
        this.sideBase = sideBase;
        this.sideCapacity = sideCapacity;
    }

    void moveTo(int base) {
        words.get(base / Long.BYTES, event);
        pieceCount = -1;
    }

    private long word(int offset) {
        return event[offset / Long.BYTES];
    }

    private int half(int offset) {
        return (int) (event[offset / Long.BYTES] >>> (offset % Long.BYTES * Byte.SIZE));
    }

    int sideLength() {
        return half(RingLayout.EVENT_SIDE_LENGTH);
    }

    /** Absolute position of the end of the event's side data. */
    long sideEnd() {
        return word(RingLayout.EVENT_SIDE_OFFSET) + sideLength();
    }

    @Override
    public EventKind kind() {
        return EventKind.of(half(RingLayout.EVENT_KIND) & 0xffff);
    }

    @Override
    public int flags() {
        return half(RingLayout.EVENT_FLAGS) & 0xffff;
    }

    @Override
    public long startNanos() {
        return word(RingLayout.EVENT_START);
    }

    @Override
    public long endNanos() {
        return word(RingLayout.EVENT_END);
    }

    @Override
    public long arg(int index) {
        return event[RingLayout.EVENT_ARGS / Long.BYTES + Objects.checkIndex(index, 6)];
    }

    @Override
    public long result() {
        return word(RingLayout.EVENT_RESULT);
    }

    @Override
    public long instructionPointer() {
        return word(RingLayout.EVENT_IP);
    }

    @Override
    public long stackPointer() {
        return word(RingLayout.EVENT_SP);
    }

    @Override
    public int tid() {
        return half(RingLayout.EVENT_TID);
    }

    @Override
    public int tgid() {
        return half(RingLayout.EVENT_TGID);
    }

    @Override
    public int number() {
        return half(RingLayout.EVENT_NUMBER);
    }

    @Override
    public int arch() {
        return half(RingLayout.EVENT_ARCH);
    }

    @Override
    public int aux() {
        return half(RingLayout.EVENT_AUX);
    }

    @Override
    public int droppedBefore() {
        return half(RingLayout.EVENT_DROPPED_BEFORE);
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
        return header(piece, RingLayout.PIECE_ARG) & 0xff;
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
        return header(piece, RingLayout.PIECE_PART) & 0xff;
    }

    @Override
    public int pieceIndex(int piece) {
        return header(piece, RingLayout.PIECE_INDEX) & 0xffff;
    }

    @Override
    public boolean pieceAtExit(int piece) {
        return hasFlag(piece, RingLayout.PIECE_AT_EXIT);
    }

    @Override
    public int pieceError(int piece) {
        return header(piece, RingLayout.PIECE_ERROR) & 0xff;
    }

    @Override
    public int pieceLength(int piece) {
        return header(piece, RingLayout.PIECE_LENGTH) & 0xffff;
    }

    @Override
    public long pieceWord(int piece, int offset) {
        int at = piece(piece);
        Objects.checkFromIndexSize(offset, Long.BYTES, pieceLength(piece));
        return memory.getLong(at + RingLayout.PIECE_SIZE + offset);
    }

    @Override
    public long pieceHeader(int piece) {
        return headers[Objects.checkIndex(piece, pieceCount())];
    }

    @Override
    public void pieceBytes(int piece, byte[] into) {
        memory.get(piece(piece) + RingLayout.PIECE_SIZE, into, 0, pieceLength(piece));
    }

    @Override
    public byte[] pieceBytes(int piece) {
        byte[] bytes = new byte[pieceLength(piece)];
        pieceBytes(piece, bytes);
        return bytes;
    }

    private boolean hasFlag(int piece, int flag) {
        return (header(piece, RingLayout.PIECE_FLAGS) & flag) != 0;
    }

    private int piece(int index) {
        return pieces[Objects.checkIndex(index, pieceCount())];
    }

    /** The field of a piece's header that begins at this offset, and what follows it. */
    private int header(int index, int offset) {
        return (int) (pieceHeader(index) >>> (offset * Byte.SIZE));
    }

    private void findPieces() {
        int length = sideLength();
        pieceCount = 0;
        if (length == 0) {
            return;
        }
        int place = (int) (word(RingLayout.EVENT_SIDE_OFFSET) & (sideCapacity - 1));
        requireWithin(length, sideCapacity - place);
        int at = sideBase + place;
        int end = at + length;
        while (at < end) {
            requireWithin(RingLayout.PIECE_SIZE, end - at);
            long header = memory.getLong(at);
            int room = RingLayout.pieceRoom((int) (header >>> (RingLayout.PIECE_LENGTH * Byte.SIZE)) & 0xffff);
            requireWithin(room, end - at);
            if (pieceCount == pieces.length) {
                pieces = Arrays.copyOf(pieces, 2 * pieces.length);
                headers = Arrays.copyOf(headers, pieces.length);
            }
            headers[pieceCount] = header;
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
