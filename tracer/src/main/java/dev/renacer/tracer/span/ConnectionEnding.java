// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import java.util.Locale;

/**
 * The ending of a connection whose connect(2) had not waited for it.
 *
 * @param outcome  how it ended
 * @param toldBy   name of the call that showed it; empty: none did
 */
record ConnectionEnding(Outcome outcome, String toldBy) {
    /** No call can show it any more. */
    static final ConnectionEnding UNKNOWN = new ConnectionEnding(Outcome.UNKNOWN, "");

    /** How it ended. */
    enum Outcome {
        /** It was made. */
        CONNECTED,
        /** It was refused, timed out, or failed otherwise: the span has the errno. */
        FAILED,
        /** The program closed the descriptor, or ended, before any call showed it. */
        CLOSED,
        /**
         * Tracing ended before any call showed it, the target executed another program, calls were lost, or it took too
         * long.
         */
        UNKNOWN;

        /** As written to a span. */
        String attribute() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
