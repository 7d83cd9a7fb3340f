// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import dev.renacer.tracer.context.ThreadContext;
import java.util.Optional;

/** A request that is being worked on. Not thread-safe. */
final class Request {
    private final Optional<ThreadContext> parent;
    private final boolean asksForHead;
    private final int tid;
    private boolean answered;

    /**
     * @param tid  the thread that has received its head, or has sent it
     */
    Request(Head head, int tid) {
        this.parent = head.parent();
        this.asksForHead = head.asksForHead();
        this.tid = tid;
    }

    /** The span that it was made for; empty: it says none. */
    Optional<ThreadContext> parent() {
        return parent;
    }

    int tid() {
        return tid;
    }

    /** How many bytes of a body its response has, which this is. */
    long bodyOf(Head response) {
        answered = true;
        int status = response.status();
        if (asksForHead || status == 204 || status == 304) {
            return 0;
        }
        return response.body() < 0 ? MessageStream.UNTIL_NEXT : response.body();
    }

    /** Whether its response has begun. */
    boolean isAnswered() {
        return answered;
    }
}
