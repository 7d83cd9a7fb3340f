// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A connection to one collector. Used only by the export thread, one request at a time. */
public interface CollectorConnection {
    /** Sends spans, which must not change until the outcome is known. Does not block. */
    CompletableFuture<ExportOutcome> send(List<SpanData> spans);

    /** Connects anew for the next request. */
    void reset();

    /** Gives up requests under way. Does not block. */
    void close();
}
