// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.admin;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A place to which spans may be sent; set up by a cluster admin, named by users. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TraceSinkSpec(
        @Required
        @Size(max = 2048)
        @Pattern("^https?://[^\\s/]+(/[^\\s]*)?$")
        @JsonPropertyDescription("URL of an OTLP receiver, such as http://otel-collector.observability:4317.")
        String endpoint,

        @JsonPropertyDescription("grpc or http/protobuf; by the port if absent: 4318 is http/protobuf, any other grpc.")
        @Pattern("^(grpc|http/protobuf)$")
        @Nullable
        String protocol,

        @JsonPropertyDescription("Name of the folder with the credentials for this sink, mounted into every agent below"
                + " /etc/renacer/sinks: headers, ca.crt, tls.crt, tls.key, each optional. None are sent if"
                + " absent.")
        @Pattern("^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$")
        @Nullable
        String credentials,

        @JsonPropertyDescription(
                "All (the default): metrics of the traced containers' calls go there beside the spans, also of calls that"
                        + " become no spans. None: for a receiver that takes only spans.")
        @Pattern("^(All|None)$")
        @Nullable
        String metrics) {
    /** One that gets metrics, too. */
    public TraceSinkSpec(String endpoint, @Nullable String protocol, @Nullable String credentials) {
        this(endpoint, protocol, credentials, null);
    }
}
