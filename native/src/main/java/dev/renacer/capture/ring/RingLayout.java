// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

/**
 * Java's copy of the ring format in {@code event.h}: byte offsets and sizes. {@code RingLayoutIT} compares it with the
 * C compiler's layout, so the two cannot drift apart.
 */
public final class RingLayout {
    static final long MAGIC = 0x52454e4143455231L; // "RENACER1"
    static final int VERSION = 5;

    // struct rc_ring_header
    static final int HEADER_SIZE = 192;
    static final int HEADER_MAGIC = 0;
    static final int HEADER_VERSION = 8;
    static final int HEADER_EVENT_SIZE = 12;
    static final int HEADER_EVENT_CAPACITY = 16;
    static final int HEADER_SIDE_CAPACITY = 24;
    static final int HEADER_EVENTS_OFFSET = 32;
    static final int HEADER_SIDE_OFFSET = 40;
    static final int HEADER_HEAD = 64;
    static final int HEADER_DROPPED = 72;
    static final int HEADER_TAIL = 128;
    static final int HEADER_SIDE_TAIL = 136;

    // struct rc_event
    static final int EVENT_SIZE = 128;
    static final int EVENT_START = 0;
    static final int EVENT_END = 8;
    static final int EVENT_ARGS = 16;
    static final int EVENT_RESULT = 64;
    static final int EVENT_IP = 72;
    static final int EVENT_SP = 80;
    static final int EVENT_TID = 88;
    static final int EVENT_TGID = 92;
    static final int EVENT_NUMBER = 96;
    static final int EVENT_ARCH = 100;
    static final int EVENT_KIND = 104;
    static final int EVENT_FLAGS = 106;
    static final int EVENT_AUX = 108;
    static final int EVENT_SIDE_LENGTH = 112;
    static final int EVENT_DROPPED_BEFORE = 116;
    static final int EVENT_SIDE_OFFSET = 120;

    // struct rc_piece
    static final int PIECE_SIZE = 8;
    static final int PIECE_ARG = 0;
    static final int PIECE_PART = 1;
    static final int PIECE_INDEX = 2;
    static final int PIECE_LENGTH = 4;
    static final int PIECE_FLAGS = 6;
    static final int PIECE_ERROR = 7;
    static final int PIECE_TRUNCATED = 1;
    static final int PIECE_UNREADABLE = 2;
    static final int PIECE_AT_EXIT = 4;
    static final int PIECE_STACK = 16;
    static final int PIECE_CONTEXT = 17;
    static final int PIECE_HEAD = 18;

    private RingLayout() {}

    /** The room that a piece of this many bytes takes in the side area, including its header and padding. */
    static int pieceRoom(int length) {
        return PIECE_SIZE + ((length + 3) & ~3);
    }

    /** All of the above in the order in which {@code rc_layout()} reports them: as declared in {@code event.h}. */
    public static int[] inOrder() {
        return new int[] {
            VERSION,
            HEADER_SIZE,
            HEADER_MAGIC,
            HEADER_VERSION,
            HEADER_EVENT_SIZE,
            HEADER_EVENT_CAPACITY,
            HEADER_SIDE_CAPACITY,
            HEADER_EVENTS_OFFSET,
            HEADER_SIDE_OFFSET,
            HEADER_HEAD,
            HEADER_DROPPED,
            HEADER_TAIL,
            HEADER_SIDE_TAIL,
            EVENT_SIZE,
            EVENT_START,
            EVENT_END,
            EVENT_ARGS,
            EVENT_RESULT,
            EVENT_IP,
            EVENT_SP,
            EVENT_TID,
            EVENT_TGID,
            EVENT_NUMBER,
            EVENT_ARCH,
            EVENT_KIND,
            EVENT_FLAGS,
            EVENT_AUX,
            EVENT_SIDE_LENGTH,
            EVENT_DROPPED_BEFORE,
            EVENT_SIDE_OFFSET,
            PIECE_SIZE,
            PIECE_ARG,
            PIECE_PART,
            PIECE_INDEX,
            PIECE_LENGTH,
            PIECE_FLAGS,
            PIECE_ERROR,
            PIECE_TRUNCATED,
            PIECE_UNREADABLE,
            PIECE_AT_EXIT,
            PIECE_STACK,
            PIECE_CONTEXT,
            PIECE_HEAD,
        };
    }
}
