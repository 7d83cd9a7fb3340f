// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.context;

import dev.renacer.capture.ring.CapturedEvent;
import java.util.Optional;

/**
 * Reads the thread contexts that come with calls. The capture core passes on only those that are valid. A thread makes
 * many calls in the same context, so the last one is kept. Not thread-safe.
 */
public final class CapturedContexts {
    private static final int TRACE_LOW = 8;
    private static final int SPAN = 16;
    private static final int FLAGS = 25;
    /** {@code sizeof(struct rc_thread_context)} in {@code event.h}. */
    private static final int SIZE = 28;

    private Optional<ThreadContext> last = Optional.empty();

    /** The context that comes with a call, if one does. */
    public Optional<ThreadContext> of(CapturedEvent event) {
        // It is the last piece but for the stack, or for what was read when the call had returned.
        for (int piece = event.pieceCount() - 1; piece >= 0; piece--) {
            if (event.pieceArg(piece) == CapturedEvent.CONTEXT && event.pieceLength(piece) == SIZE) {
                return kept(
                        Long.reverseBytes(event.pieceWord(piece, 0)),
                        Long.reverseBytes(event.pieceWord(piece, TRACE_LOW)),
                        Long.reverseBytes(event.pieceWord(piece, SPAN)),
                        (int) (event.pieceWord(piece, FLAGS - Long.BYTES + 1) >>> (Long.SIZE - Byte.SIZE)));
            }
        }
        return Optional.empty();
    }

    private Optional<ThreadContext> kept(long traceHigh, long traceLow, long span, int flags) {
        if ((traceHigh == 0 && traceLow == 0) || span == 0) {
            return Optional.empty();
        }
        if (last.isPresent()) {
            ThreadContext before = last.get();
            if (before.traceHigh() == traceHigh
                    && before.traceLow() == traceLow
                    && before.span() == span
                    && before.flags() == flags) {
                return last;
            }
        }
        last = Optional.of(new ThreadContext(traceHigh, traceLow, span, flags));
        return last;
    }
}
