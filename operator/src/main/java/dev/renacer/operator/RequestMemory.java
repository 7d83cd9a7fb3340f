// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.operator.report.Finding;
import dev.renacer.operator.report.StatusCadence;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the operator remembers of a request between two looks at it: what it wrote (its cache may lag behind) and when. Nothing here
 * is needed after a restart; the objects hold it.
 */
final class RequestMemory {
    private final StatusCadence cadence = new StatusCadence();
    private @Nullable TraceRequestStatus written;
    private @Nullable Ending ending;

    /**
     * Why a request ends and since when.
     *
     * @param finding  why
     * @param since    when it was seen
     */
    record Ending(Finding finding, Instant since) {}

    StatusCadence cadence() {
        return cadence;
    }

    /** The latest status known: what was written, else what was read. */
    @Nullable
    TraceRequestStatus latest(@Nullable TraceRequestStatus read) {
        return written == null ? read : written;
    }

    void written(TraceRequestStatus status) {
        written = status;
    }

    /** The ending, the first one seen: a deadline that passes while agents detach changes nothing. */
    Optional<Ending> ending(Optional<Finding> seen, Instant now) {
        if (ending == null && seen.isPresent()) {
            ending = new Ending(seen.get(), now);
        }
        return Optional.ofNullable(ending);
    }
}
