// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

/** What happened beside calls. The page knows them by their place in this list. */
enum EventKind {
    /** A process came under trace; text: name and path of its program. */
    STARTED,
    /** It runs a new program; text likewise. */
    EXECUTED,
    /** It exited; value: its exit code. */
    EXITED,
    /** A signal killed it; text: which. */
    KILLED,
    /** It is not traced any more; text: why. */
    DETACHED,
    /** A signal was delivered; text: which, and what is known of it. */
    SIGNAL,
    /** The thread was stopped; text: by which signal. */
    STOPPED,
    /** The thread's calls were not watched; value: for how many nanoseconds until this time. */
    RESTED,
    /** Events were lost; value: how many. */
    LOST,
    /** The thread began to rest. If no {@link #RESTED} follows, it did so to its end. */
    REST_BEGAN
}
