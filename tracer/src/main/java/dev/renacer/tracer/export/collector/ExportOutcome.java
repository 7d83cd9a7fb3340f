// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import java.time.Duration;
import java.util.Optional;

/** What became of one export request. */
public sealed interface ExportOutcome {
    /**
     * The collector took it.
     *
     * @param rejected  spans of it the collector refused nevertheless (OTLP's partial success)
     * @param message   its words about that, or a warning; may be empty
     */
    record Accepted(long rejected, String message) implements ExportOutcome {}

    /** The collector cannot take it now: it said so, and may have said when. */
    record Deferred(String cause, Optional<Duration> retryAfter) implements ExportOutcome {}

    /** No answer came. It may succeed later. */
    record Unanswered(String cause) implements ExportOutcome {}

    /** It is too large for the collector; halves of it may succeed. */
    record TooLarge(String cause) implements ExportOutcome {}

    /** It will not succeed, ever. */
    record Refused(String cause) implements ExportOutcome {}
}
