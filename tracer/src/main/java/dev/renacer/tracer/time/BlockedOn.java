// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.time;

/** What a thread waits for that is blocked. */
public enum BlockedOn {
    /** A file, folder or device, or the lock of one. */
    FILE(0, "file"),
    /** The other end of a socket, or a new connection. */
    SOCKET(1, "socket"),
    /** Another thread, at an address (futex). */
    FUTEX(2, "futex"),
    /** The other end of a pipe. */
    PIPE(3, "pipe"),
    /** The end of a child, or the program that it executes. */
    CHILD(4, "child"),
    /** A time. */
    SLEEP(5, "sleep"),
    /** Several descriptors of different kinds, or unknown ones. */
    POLL(6, "poll"),
    /** Anything else in a call, and what makes a thread wait that is in none, such as a page that is read from a file. */
    OTHER(7, "other"),
    /** Something in a call that nobody asked for, or that was lost. */
    UNSEEN(8, "unseen");

    /** How many there are. */
    static final int COUNT = values().length;

    private final int index;
    private final String label;

    BlockedOn(int index, String label) {
        this.index = index;
        this.label = label;
    }

    /** Its place in an array of {@link #COUNT}. */
    int index() {
        return index;
    }

    /** In one word, as the end of an attribute's name. */
    public String label() {
        return label;
    }
}
