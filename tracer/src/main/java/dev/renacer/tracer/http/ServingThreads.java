// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import dev.renacer.tracer.context.ThreadContext;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which threads work on one request at a time, so that all their calls are made for it. A thread that waits for several
 * descriptors at once may do anything next, unless it accepts a connection and goes on with that one. And a process is believed
 * only once one of its threads was seen to answer the very request that it had received, and never again once another thread
 * did: where requests are handed over, nothing tells when. Not thread-safe.
 */
final class ServingThreads {
    private static final long NONE = -1;

    private final Map<Integer, Serving> threads = new HashMap<>();
    /** Processes whose threads answer what they have received. */
    private final Set<Integer> believed = new HashSet<>();
    /** Those whose threads hand requests over, or have several. */
    private final Set<Integer> doubted = new HashSet<>();

    /** What a thread does. */
    private static final class Serving {
        final int pid;
        boolean waitsForSeveral;
        long accepted = NONE; // since it last did

        @Nullable
        Connection connection; // whose request it works on

        Serving(int pid) {
            this.pid = pid;
        }

        /** Nothing is known of what it does now; how it waits does not change. */
        void lose() {
            accepted = NONE;
            connection = null;
        }
    }

    /** What the thread's calls are made for. */
    Optional<ThreadContext> parent(int pid, int tid) {
        Serving thread = threads.get(tid);
        Connection connection = thread == null ? null : thread.connection;
        return connection == null || !believed.contains(pid) ? Optional.empty() : connection.parentOf(tid);
    }

    /** The thread waits for several descriptors. */
    void waitsForSeveral(int pid, int tid) {
        Serving thread = thread(pid, tid);
        thread.lose();
        thread.waitsForSeveral = true;
    }

    /**
     * The thread accepts a connection, so it works for nobody.
     *
     * @param key  the connection's; empty: in vain
     */
    void accepts(int pid, int tid, Optional<Long> key) {
        Serving thread = thread(pid, tid);
        thread.accepted = key.orElse(NONE);
        thread.connection = null;
    }

    /**
     * A request has come whole to a thread that waits for this connection itself.
     *
     * @return why the thread's calls are not told to be made for it; empty: they are
     */
    Optional<RequestGap> receives(int pid, int tid, long key, Connection connection) {
        Serving thread = thread(pid, tid);
        Connection before = thread.connection;
        if (before != null && before != connection && before.isWorkedOnBy(tid)) {
            doubt(pid);
        }
        boolean several = thread.waitsForSeveral && thread.accepted != key;
        thread.connection = several ? null : connection;
        if (several) {
            return Optional.of(RequestGap.MULTIPLEXED);
        }
        if (doubted.contains(pid)) {
            return Optional.of(RequestGap.HANDED_OVER);
        }
        return believed.contains(pid) ? Optional.empty() : Optional.of(RequestGap.FIRST);
    }

    /**
     * A thread answers a request.
     *
     * @param receiver  the thread that has received it
     */
    void answers(int pid, int tid, Connection connection, OptionalInt receiver) {
        if (receiver.isEmpty()) {
            return;
        }
        if (receiver.getAsInt() != tid) {
            doubt(pid);
        } else if (thread(pid, tid).connection == connection && !doubted.contains(pid)) {
            believed.add(pid);
        }
    }

    /** A thread is over. */
    void threadEnded(int tid) {
        threads.remove(tid);
    }

    /** A process is over, or runs another program. */
    void forget(int pid) {
        threads.values().removeIf(thread -> thread.pid == pid);
        believed.remove(pid);
        doubted.remove(pid);
    }

    /** Calls of whatever process are missing. */
    void lose() {
        threads.values().forEach(Serving::lose);
    }

    /** Calls of a process are missing. */
    void lose(int pid) {
        threads.values().stream().filter(thread -> thread.pid == pid).forEach(Serving::lose);
    }

    private void doubt(int pid) {
        doubted.add(pid);
        believed.remove(pid);
    }

    private Serving thread(int pid, int tid) {
        return threads.computeIfAbsent(tid, _ -> new Serving(pid));
    }
}
