// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.tracer.export.collector.wire.RetryAfter;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;

/**
 * How a gRPC call ended.
 *
 * @param status      code, description and, if the connection failed, why
 * @param heard       whether the other side said so; otherwise this side found that the other cannot be reached
 * @param retryAfter  how long the collector asks to wait
 * @param message     its response; empty if the call failed
 */
record GrpcAnswer(Status status, boolean heard, Optional<Duration> retryAfter, byte[] message) {
    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
    /** From a proxy in between, which speaks HTTP. */
    private static final Metadata.Key<String> RETRY_AFTER =
            Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER);

    /**
     * @param headers  whether response headers came; an answer without them has trailers
     */
    static GrpcAnswer of(Status status, boolean headers, Metadata trailers, byte[] message) {
        byte[] details = trailers.get(DETAILS);
        Optional<Duration> asked = details == null ? Optional.empty() : CollectorAnswer.retryDelay(details);
        String header = trailers.get(RETRY_AFTER);
        return new GrpcAnswer(
                status,
                headers || !trailers.keys().isEmpty(),
                asked.or(() -> header == null ? Optional.empty() : RetryAfter.parse(header, Optional.empty())),
                message);
    }
}
