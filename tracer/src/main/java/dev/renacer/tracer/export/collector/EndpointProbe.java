// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.tracer.export.settings.OtlpEndpoint;
import java.time.Duration;
import java.util.Optional;

/** What can be found out about an endpoint by trying its port. Each method blocks for a few seconds at most. */
public interface EndpointProbe {
    /** Why the endpoint cannot be reached; empty if it can. */
    Optional<String> unreachable();

    /** What to change if the port speaks another protocol than the endpoint says, to be appended to a cause. */
    Optional<String> hint();

    /** The probe of an endpoint. */
    static EndpointProbe of(OtlpEndpoint endpoint) {
        Duration connecting = Duration.ofSeconds(3);
        Duration asking = Duration.ofSeconds(1);
        return new EndpointProbe() {
            @Override
            public Optional<String> unreachable() {
                return ConnectionProbe.failure(endpoint.uri(), connecting);
            }

            @Override
            public Optional<String> hint() {
                return ConnectionProbe.isProxied(endpoint.uri())
                        ? Optional.empty()
                        : OtherProtocol.hint(endpoint, asking);
            }
        };
    }
}
