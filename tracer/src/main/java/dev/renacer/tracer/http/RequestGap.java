// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Why it is not told for which request calls of a server are made, so that their spans stay under their process. Of connections
 * nothing is told, or nothing from some moment on. Of a request that is counted as {@link #FIRST}, {@link #HANDED_OVER} or
 * {@link #MULTIPLEXED} the calls on its connection are told, and no others of its thread.
 */
public enum RequestGap {
    /** A connection that the program serves begins with a handshake of TLS (RFC 8446). */
    ENCRYPTED("connections.encrypted", "served connection", "encrypted"),
    /** What passed on a connection contradicts itself, has no known length, or passed unseen. */
    UNFOLLOWED("connections.unfollowed", "HTTP connection", "not followed to the end"),
    /** A connection has a second descriptor, by which calls would pass unseen. */
    DUPLICATED("connections.duplicated", "HTTP connection", "with a second descriptor"),
    /** A connection is one more than are followed at a time. */
    EXCESS("connections.excess", "HTTP connection", "beyond those that are followed at a time"),
    /** A connection was open while calls were lost, or were not watched since their thread rested. */
    UNWATCHED("connections.unwatched", "HTTP connection", "open while calls were not seen"),
    /** A request names no span: it has no header {@code traceparent}, or not a valid one. */
    UNNAMED("requests.unnamed", "request", "without a valid traceparent"),
    /** A request came before one of the process's threads was seen to answer what it had received itself. */
    FIRST("requests.first", "request", "before a thread of the process was seen to answer its own"),
    /** A request came to a process whose threads answer each other's requests, or have several open. */
    HANDED_OVER("requests.handed_over", "request", "of a process whose threads hand them over"),
    /**
     * A request came to a thread that may serve others by turns (it waits for several descriptors, or the socket has
     * O_NONBLOCK), or on a connection of HTTP/2, which may have several at once.
     */
    MULTIPLEXED("requests.multiplexed", "request", "of a thread or connection that may have several at once");

    private final String figure;
    private final String noun;
    private final String what;

    RequestGap(String figure, String noun, String what) {
        this.figure = figure;
        this.noun = noun;
        this.what = what;
    }

    /** Is told of each. */
    @FunctionalInterface
    public interface Receiver {
        /**
         * There are more of a kind.
         *
         * @param pid    the process concerned
         * @param count  how many connections or requests, at least 1
         */
        void missing(int pid, RequestGap gap, long count);
    }

    /** The name of its figure, such as {@code requests.first}. */
    public String figure() {
        return figure;
    }

    /** Whether connections are counted; otherwise requests are. */
    public boolean isOfConnections() {
        return figure.startsWith("connections.");
    }

    /** All that there are, in words; empty if there are none. */
    public static String words(ToLongFunction<RequestGap> counts) {
        return words(Arrays.asList(values()), counts);
    }

    /** Those of some kinds, in words; empty if there are none. */
    public static String words(List<RequestGap> kinds, ToLongFunction<RequestGap> counts) {
        return kinds.stream()
                .filter(gap -> counts.applyAsLong(gap) != 0)
                .map(gap -> gap.words(counts.applyAsLong(gap)))
                .collect(Collectors.joining(", "));
    }

    private String words(long count) {
        return String.format(Locale.ROOT, "%,d %s%s %s", count, noun, count == 1 ? "" : "s", what);
    }
}
