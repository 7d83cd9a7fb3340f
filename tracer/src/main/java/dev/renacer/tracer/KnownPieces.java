// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.capture.ring.CapturedEvent;
import dev.renacer.tracer.CapturedData.Part;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Makes pieces of events into {@link CapturedData}, and gives the same object for a piece that has come before: programs name the
 * same files again and again, and get the same answers. It keeps at most {@value #SLOTS} pieces of at most {@value #LONGEST} bytes.
 * A piece is kept when it comes for the second time, so that contents that never come again take nothing's place and do not
 * outlive their call. Not thread-safe.
 */
final class KnownPieces {
    private static final int SLOTS = 4_096;
    private static final int LONGEST = 256;
    private static final int SPREAD = 0x9e3779b9;

    /**
     * One that is kept.
     *
     * @param header  what the ring says of it
     * @param alone   it as all that was captured of a call
     */
    private record Known(long header, CapturedData data, List<CapturedData> alone) {}

    /** Each is in one of two slots beside each other, so that two that are frequent do not push out each other. */
    private final @Nullable Known[] known = new Known[SLOTS];

    /** Of what came last to each slot and was not kept. */
    private final int[] hashes = new int[SLOTS];

    private final CRC32 checksum = new CRC32();
    private final byte[] bytes = new byte[LONGEST];

    /** A piece of the event that is being read. */
    CapturedData of(CapturedEvent event, int piece) {
        int length = event.pieceLength(piece);
        if (length > LONGEST) {
            return made(event, piece, event.pieceBytes(piece));
        }
        Known one = find(event, piece, length);
        return one != null ? one.data() : kept(event, piece, length);
    }

    /** The only piece of the event that is being read. */
    List<CapturedData> alone(CapturedEvent event) {
        int length = event.pieceLength(0);
        if (length > LONGEST) {
            return List.of(made(event, 0, event.pieceBytes(0)));
        }
        Known one = find(event, 0, length);
        return one != null ? one.alone() : List.of(kept(event, 0, length));
    }

    /** Leaves its bytes in {@link #bytes}, and their checksum. */
    private @Nullable Known find(CapturedEvent event, int piece, int length) {
        event.pieceBytes(piece, bytes);
        checksum.reset();
        checksum.update(bytes, 0, length);
        long header = event.pieceHeader(piece);
        int slot = slot(hash(header));
        Known one = known[slot];
        if (one != null && isThis(one, header, length)) {
            return one;
        }
        Known other = known[slot ^ 1];
        return other != null && isThis(other, header, length) ? other : null;
    }

    private boolean isThis(Known one, long header, int length) {
        return one.header() == header && Arrays.equals(one.data().bytes(), 0, length, bytes, 0, length);
    }

    private CapturedData kept(CapturedEvent event, int piece, int length) {
        CapturedData data = made(event, piece, Arrays.copyOf(bytes, length));
        long header = event.pieceHeader(piece);
        int hash = hash(header);
        int slot = slot(hash);
        if (hashes[slot] == hash || hashes[slot ^ 1] == hash) {
            known[slot ^ 1] = known[slot];
            known[slot] = new Known(header, data, List.of(data));
        } else {
            hashes[slot ^ 1] = hashes[slot];
            hashes[slot] = hash;
        }
        return data;
    }

    private int hash(long header) {
        return (int) checksum.getValue() ^ Long.hashCode(header) * SPREAD;
    }

    private static int slot(int hash) {
        return hash & (SLOTS - 1);
    }

    private static CapturedData made(CapturedEvent event, int piece, byte[] bytes) {
        return new CapturedData(
                event.pieceArg(piece),
                Part.of(event.piecePart(piece)),
                event.pieceIndex(piece),
                event.pieceAtExit(piece),
                bytes,
                event.pieceTruncated(piece),
                event.pieceError(piece));
    }
}
