// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import java.net.URI;

/**
 * Where spans go.
 *
 * @param uri       http or https, with host and port; for HTTP/protobuf {@code /v1/traces} is appended if the path is empty
 * @param protocol  how
 */
public record OtlpEndpoint(URI uri, Protocol protocol) {
    /** OTLP transports, by the names of OTEL_EXPORTER_OTLP_PROTOCOL. */
    public enum Protocol {
        GRPC,
        HTTP_PROTOBUF
    }
}
