// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import java.util.Optional;

/** What the core keeps of one direction of a connection of HTTP/2 (shapes/frames.c), each character a byte. */
final class CoreFrames {
    private static final int ROOM = 16384 - Long.BYTES;

    private final StringBuilder head = new StringBuilder();
    private long passed;
    private int kept;
    private int omitted;

    /**
     * From the preface on.
     *
     * @param begins  whether the preface passes here
     */
    CoreFrames(boolean begins) {
        kept = begins ? Frames.PREFACE.length() : 0;
    }

    /** Bytes pass of which each is payload of DATA. */
    void passPayload(int bytes) {
        if (bytes > omitted) {
            throw new IllegalArgumentException(bytes + " bytes of a payload of which " + omitted + " are left");
        }
        omitted -= bytes;
        passed += bytes;
    }

    /** The piece of a transfer; empty: it is too long. */
    Optional<String> pass(String transfer) {
        StringBuilder piece = new StringBuilder();
        for (int at = 0; at < Long.BYTES; at++) {
            piece.append((char) ((passed >>> (at * Byte.SIZE)) & 0xff));
        }
        for (int at = 0; at < transfer.length(); ) {
            int left = transfer.length() - at;
            if (omitted > 0) {
                int omits = Math.min(omitted, left);
                omitted -= omits;
                at += omits;
                continue;
            }
            int keeps = Math.min(left, kept > 0 ? kept : Frame.HEAD - head.length());
            piece.append(transfer, at, at + keeps);
            keep(transfer.substring(at, at + keeps));
            at += keeps;
        }
        passed += transfer.length();
        return piece.length() - Long.BYTES > ROOM ? Optional.empty() : Optional.of(piece.toString());
    }

    private void keep(String bytes) {
        if (kept > 0) {
            kept -= bytes.length();
            return;
        }
        head.append(bytes);
        if (head.length() == Frame.HEAD) {
            int length = head.charAt(0) << 16 | head.charAt(1) << 8 | head.charAt(2);
            if (head.charAt(3) == Frame.DATA) {
                omitted = length;
            } else {
                kept = length;
            }
            head.setLength(0);
        }
    }
}
