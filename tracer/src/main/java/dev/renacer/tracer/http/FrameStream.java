// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The frames of HTTP/2 that pass in one direction of a connection, one behind the other (RFC 9113, section 4). The core keeps
 * them without the payloads of DATA. What cannot be followed for certain is not followed any more. Not thread-safe.
 */
final class FrameStream {
    private static final int MOST_OF_PAYLOAD = 1 << 16;
    private static final byte[] NOTHING = {};

    /** Gets to know what passes, in its order. */
    interface Receiver {
        /** A transfer has bytes of this frame. Told in each transfer that has some, if its head is known by then. */
        void touches(Frame frame);

        /** Whether its payload is wanted. */
        boolean wants(Frame frame);

        /**
         * A frame has passed whole.
         *
         * @param payload  empty if it was not wanted
         * @return false: what passes is no HTTP/2 that can be followed
         */
        boolean passed(Frame frame, byte[] payload);
    }

    private byte[] partial = NOTHING; // of the preface, of a frame's head or of a wanted payload
    private byte[] preface;
    private @Nullable Frame frame; // whose payload passes
    private boolean wanted;
    private long left; // of the payload
    private long passed; // bytes
    private boolean lost;

    /**
     * @param preface  what passes in front of the first frame; empty: nothing
     */
    FrameStream(byte[] preface) {
        this.preface = preface.clone();
    }

    boolean isLost() {
        return lost;
    }

    void lose() {
        lost = true;
        partial = NOTHING;
    }

    /**
     * A transfer of which nothing is known but its length.
     *
     * @param count  at least 1
     */
    void passUnseen(long count, Receiver receiver) {
        pass(passed, NOTHING, count, receiver);
    }

    /**
     * A transfer.
     *
     * @param before  how many bytes the core has seen pass before
     * @param kept    what is in it besides payloads of DATA, or the beginning of that
     * @param count   how many bytes it has, at least 1
     */
    void pass(long before, byte[] kept, long count, Receiver receiver) {
        if (frame != null) {
            receiver.touches(frame);
        }
        if (before != passed) {
            lose(); // it has not seen all, so it may have kept something else
        }
        long at = 0;
        int in = 0;
        while (at < count && !lost) {
            int taken;
            if (frame != null && frame.type() == Frame.DATA) {
                at += passPayload(count - at, receiver);
                continue;
            } else if (in >= kept.length) {
                lose();
                return;
            } else if (frame != null && !wanted) {
                taken = passPayload(Math.min(kept.length - in, count - at), receiver);
            } else {
                taken = gather(kept, in, count - at, receiver);
            }
            in += taken;
            at += taken;
        }
        passed += count;
        if (in < kept.length) {
            lose();
        }
    }

    /** Passes over as much of an unwanted payload as there is, at most this. Returns how much that was. */
    private int passPayload(long most, Receiver receiver) {
        int taken = (int) Math.min(left, most);
        left -= taken;
        finish(receiver);
        return taken;
    }

    /** Takes what is missing of the preface, a head or a payload. Returns how much that was. */
    private int gather(byte[] bytes, int at, long most, Receiver receiver) {
        int whole = frame != null ? frame.length() : preface.length > 0 ? preface.length : Frame.HEAD;
        int taken = (int) Math.min(Math.min(whole - partial.length, bytes.length - at), most);
        int before = partial.length;
        partial = Arrays.copyOf(partial, before + taken);
        System.arraycopy(bytes, at, partial, before, taken);
        if (frame != null) {
            left -= taken;
            finish(receiver);
        } else if (partial.length == whole) {
            byte[] got = partial;
            partial = NOTHING;
            if (preface.length == 0) {
                begin(Frame.of(got), receiver);
            } else if (Arrays.equals(preface, got)) {
                preface = NOTHING;
            } else {
                lose();
            }
        }
        return taken;
    }

    private void begin(Frame begun, Receiver receiver) {
        frame = begun;
        left = begun.length();
        wanted = receiver.wants(begun);
        receiver.touches(begun);
        if (wanted && left > MOST_OF_PAYLOAD) {
            lose();
        } else {
            finish(receiver);
        }
    }

    private void finish(Receiver receiver) {
        Frame over = frame;
        if (over == null || left > 0) {
            return;
        }
        byte[] payload = partial;
        partial = NOTHING;
        frame = null;
        if (!receiver.passed(over, payload)) {
            lose();
        }
    }
}
