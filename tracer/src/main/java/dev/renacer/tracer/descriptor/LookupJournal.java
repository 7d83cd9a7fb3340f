// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.descriptor.path.RealPaths;
import java.util.Map;
import java.util.Optional;

/**
 * Told of everything that {@link Descriptors} learns otherwise than from calls and events, at its place between these: whoever is told the
 * same at the same places knows the same ({@link Descriptors#replayed}). For the consumer thread.
 */
public interface LookupJournal {
    /** What was asked of /proc on behalf of a call. */
    enum Kind {
        /** What a descriptor is. */
        NUMBER,
        /** What the calls have not said of a descriptor. */
        REST,
        /** The working directory. */
        FOLDER
    }

    /**
     * A question that the call which is being delivered has raised.
     *
     * @param id       by which the answer names it; questions that no call raises have ids, too
     * @param number   of the descriptor
     * @param applied  whether what the call does was carried out already
     * @param atEnd    whether it is about what had the number when the call had returned, not when it began
     * @param early    whether it is told before the call that raises it
     */
    record Asked(long id, Kind kind, int number, boolean applied, boolean atEnd, boolean early) {
        /** This question, told before the call that raises it or behind it. */
        public Asked told(boolean before) {
            return new Asked(id, kind, number, applied, atEnd, before);
        }
    }

    /**
     * An answer that counts from the next call or event on.
     *
     * @param id         of the question
     * @param readNanos  when it was read, nanoseconds since the epoch
     * @param found      by number; empty: nothing was found
     */
    record Answered(long id, long readNanos, Map<Integer, Descriptor> found) {}

    /** What a launched program gets; told before the trace begins. */
    void inherited(Inheritance inheritance);

    /** A question. */
    void asked(Asked question);

    /** An answer. */
    void answered(Answered answer);

    /** Where a path led, or that this cannot be said; in the order in which the calls are carried out that opened them. */
    void followed(Optional<RealPaths.Real> led);

    /** A part of what was told is missing here: what waits for the rest of it waits in vain. */
    default void interrupted() {}
}
