// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.TraceRequestStatus;
import org.jspecify.annotations.Nullable;

/**
 * The status of one request as the operator last wrote it (its cache may lag behind), and when it may write again. Written by one
 * thread at a time; {@link #latest} is safe for use by many.
 */
public final class WrittenStatus {
    private final RequestStatusCadence cadence = new RequestStatusCadence();
    private volatile @Nullable TraceRequestStatus written;

    /** The latest known status: the written one, otherwise the one read. */
    @Nullable
    public TraceRequestStatus latest(@Nullable TraceRequestStatus read) {
        TraceRequestStatus own = written;
        return own == null ? read : own;
    }

    RequestStatusCadence cadence() {
        return cadence;
    }

    void written(TraceRequestStatus status) {
        written = status;
    }
}
