// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.queue;

import dev.renacer.crds.TraceRequestStatus;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one request, as far as the queue asks: whether it was let run, and its latest status. The caches may not show
 * either yet. Safe for use by many threads.
 */
public interface AdmissionState {
    /** The latest status known: what was written, else this one, which was read; null while there is none. */
    @Nullable
    TraceRequestStatus latest(@Nullable TraceRequestStatus read);

    /** Whether it was let run. */
    boolean admitted();

    /** Remembers whether it is let run. */
    void admitted(boolean now);
}
