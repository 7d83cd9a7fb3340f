// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import java.util.List;

/**
 * What a thread or process waits for, or is about.
 *
 * @param text        one sentence for a person, without a full stop; printable ASCII
 * @param parties     who is meant by it, as far as that is known
 * @param suspicion   how much it looks like what is wrong, 0 (a usual way to wait for work) to 100 (surely)
 */
public record WaitFor(Kind kind, String text, List<Party> parties, int suspicion) {
    /** A usual way to wait. */
    public static final int IDLE = 0;

    /** Waits for somebody else, which may take its time. */
    public static final int WAITING = 20;

    /** Somebody has to do something who does not seem to. */
    public static final int SUSPICIOUS = 60;

    /** Will not end by itself. */
    public static final int HOPELESS = 100;

    /** What is waited for. */
    public enum Kind {
        /** A lock in memory: a mutex or read-write lock of a C library. */
        LOCK,
        /** The end of another thread. */
        JOIN,
        /** A lock on a file. */
        FILE_LOCK,
        /** Data in a pipe, or room in it. */
        PIPE,
        /** The other end of a TCP connection. */
        TCP,
        /** A socket of this machine. */
        UNIX,
        /** Any of the descriptors of an epoll. */
        EPOLL,
        /** Children that are to end. */
        CHILDREN,
        /** A child of vfork(2) that is to execute a program or to end. */
        VFORK,
        /** A parent that is to reap this zombie, or zombies that this process has to reap. */
        ZOMBIE,
        /** A debugger or another tracer that may hold it. */
        TRACER
    }

    public WaitFor {
        parties = List.copyOf(parties);
    }
}
