// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.tracer.export.encoding.SpanRequest;
import java.util.concurrent.CompletableFuture;

/** A connection to one collector. Used only by the export thread, one request at a time. */
public interface CollectorConnection {
    /** Sends spans, whose bytes must not change until the outcome is known. Does not block. */
    CompletableFuture<ExportOutcome> send(SpanRequest request);

    /** Connects anew for the next request. */
    void reset();

    /** Gives up requests under way. Does not block. */
    void close();
}
