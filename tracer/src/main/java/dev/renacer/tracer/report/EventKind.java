// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

/** What happened beside calls. The page knows them by their numbers. */
enum EventKind {
    /** A process came under trace; text: name and path of its program. */
    STARTED(0),
    /** It runs a new program; text likewise. */
    EXECUTED(1),
    /** It exited; value: its exit code. */
    EXITED(2),
    /** A signal killed it; text: which. */
    KILLED(3),
    /** It is not traced any more; text: why. */
    DETACHED(4),
    /** A signal was delivered; text: which, and what is known of it. */
    SIGNAL(5),
    /** The thread was stopped; text: by which signal. */
    STOPPED(6),
    /** The thread's calls were not watched; value: for how many nanoseconds until this time. */
    RESTED(7),
    /** Events were lost; value: how many. */
    LOST(8),
    /** The thread began to rest. If no {@link #RESTED} follows, it did so to its end. */
    REST_BEGAN(9);

    private final int number;

    EventKind(int number) {
        this.number = number;
    }

    /** As the page has it. */
    int number() {
        return number;
    }
}
