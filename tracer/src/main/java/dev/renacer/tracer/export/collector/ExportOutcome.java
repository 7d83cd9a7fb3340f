// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import java.time.Duration;
import java.util.Optional;

/** The outcome of one export request. */
public sealed interface ExportOutcome {
    /**
     * The collector took it.
     *
     * @param rejected  number of its spans that the collector refused nevertheless (OTLP's partial success)
     * @param message   what it says about that, or a warning; may be empty
     */
    record Accepted(long rejected, String message) implements ExportOutcome {}

    /** The collector says that it cannot take it now, and may have said when it can. */
    record Deferred(String cause, Optional<Duration> retryAfter) implements ExportOutcome {}

    /** No answer came. It may succeed later. */
    record Unanswered(String cause) implements ExportOutcome {}

    /** It is too large for the collector; its halves may succeed. */
    record TooLarge(String cause) implements ExportOutcome {}

    /** It will never succeed. */
    record Refused(String cause) implements ExportOutcome {}
}
