// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording.block;

import java.io.IOException;
import java.io.InputStream;

/** Bytes of a stream, of which those that were read last can be given back to be read again. Not thread-safe. */
final class Rereading {
    private final InputStream in;
    private byte[] again = new byte[0];
    private int at;
    private long position;

    /** Reads from a stream, which need not be buffered. */
    Rereading(InputStream in) {
        this.in = in;
    }

    /** How many bytes of the stream are read and not given back. */
    long position() {
        return position;
    }

    /** Reads into the beginning of an array; less than asked for at the end of the stream. */
    int fill(byte[] into, int length) throws IOException {
        int known = Math.min(length, again.length - at);
        System.arraycopy(again, at, into, 0, known);
        at += known;
        int got = known + (known < length ? in.readNBytes(into, known, length - known) : 0);
        position += got;
        return got;
    }

    /** The next byte; -1 at the end. */
    int one() throws IOException {
        int next = at < again.length ? again[at++] & 0xff : in.read();
        position += next < 0 ? 0 : 1;
        return next;
    }

    /** Gives back what was read last: it is what is read next. */
    void giveBack(byte[] bytes, int from, int to) {
        int length = to - from;
        position -= length;
        if (length <= at) {
            at -= length; // there is room where it stood, or something before it
            System.arraycopy(bytes, from, again, at, length);
            return;
        }
        byte[] all = new byte[length + again.length - at];
        System.arraycopy(bytes, from, all, 0, length);
        System.arraycopy(again, at, all, length, again.length - at);
        again = all;
        at = 0;
    }
}
