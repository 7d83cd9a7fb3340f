// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.syscall.DescriptorCalls.OnExec;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one number of a table since the call that changed it last. Immutable.
 *
 * @param state    whether something has the number
 * @param file     what has it; null: not known, or nothing
 * @param began    when the call that changed it began, nanoseconds since the epoch
 * @param since    when that call had returned
 * @param onExec   whether exec closes it
 * @param before   what held before that call, as far as it is kept; null: not known
 * @param owed     whether a call that changed it before this one is still to be reported, see {@link DescriptorTable}
 * @param asked    whether /proc was asked
 * @param foundAt  when /proc was read that says what it is; 0: the calls say it
 */
record Slot(
        State state,
        @Nullable OpenFile file,
        long began,
        long since,
        OnExec onExec,
        @Nullable Slot before,
        boolean owed,
        boolean asked,
        long foundAt) {
    /** Whether something has the number. */
    enum State {
        HELD,
        FREE,
        /** The calls do not say. */
        UNCLEAR
    }

    static Slot held(@Nullable OpenFile file, long began, long since, OnExec onExec, @Nullable Slot before) {
        return new Slot(State.HELD, file, began, since, onExec, before, false, false, 0);
    }

    static Slot free(long began, long since, @Nullable Slot before) {
        return new Slot(State.FREE, null, began, since, OnExec.UNKNOWN, before, false, false, 0);
    }

    static Slot unclear(long began, long since, @Nullable Slot before) {
        return new Slot(State.UNCLEAR, null, began, since, OnExec.UNKNOWN, before, false, false, 0);
    }

    /** This slot as one that another will follow: of what was before, only the latest is kept. */
    Slot last() {
        return before == null || before.before == null
                ? this
                : new Slot(state, file, began, since, onExec, before.first(), owed, asked, foundAt);
    }

    private Slot first() {
        return new Slot(state, file, began, since, onExec, null, owed, asked, foundAt);
    }

    Slot owing(boolean owes) {
        return new Slot(state, file, began, since, onExec, before, owes, asked, foundAt);
    }

    Slot onExec(OnExec then) {
        return new Slot(state, file, began, since, then, before, owed, asked, foundAt);
    }

    Slot afterAsking() {
        return new Slot(state, file, began, since, onExec, before, owed, true, foundAt);
    }

    /** This slot now that it is known what has the number. */
    Slot found(OpenFile what, long readNanos) {
        return new Slot(State.HELD, what, began, since, onExec, before, owed, true, readNanos);
    }

    /** As a forked child has it: it may ask for itself. */
    Slot inherited() {
        return file == null && asked ? new Slot(state, null, began, since, onExec, before, owed, false, foundAt) : this;
    }
}
