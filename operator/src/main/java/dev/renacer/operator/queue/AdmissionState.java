// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.queue;

import dev.renacer.crds.TraceRequestStatus;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered about one request for the queue: whether it was allowed to run, and its latest status. The caches
 * may not show either yet. Safe for use by many threads.
 */
public interface AdmissionState {
    /** The latest known status: the written one, otherwise this one, which was read; null while there is none. */
    @Nullable
    TraceRequestStatus latest(@Nullable TraceRequestStatus read);

    /** Whether it was allowed to run. */
    boolean admitted();

    /** Remembers whether it is allowed to run. */
    void admitted(boolean now);
}
