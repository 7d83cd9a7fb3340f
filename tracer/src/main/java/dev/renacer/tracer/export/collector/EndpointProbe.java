// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpSettings;
import dev.renacer.tracer.export.settings.Proxies;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** What can be found out about an endpoint by trying its port. Each method blocks for a few seconds at most. */
public interface EndpointProbe {
    /** Why the endpoint cannot be reached; empty if it can. */
    Optional<String> unreachable();

    /**
     * Why an export had no answer, with what to do about it.
     *
     * @param cause  as the library that sent it says
     */
    String explained(String cause);

    /**
     * The probe of an endpoint.
     *
     * @param settings  its certificates and keys are read at each call
     */
    static EndpointProbe of(OtlpEndpoint endpoint, Supplier<OtlpSettings> settings) {
        return new PortProbe(endpoint, settings);
    }

    /** Tries the port itself. */
    record PortProbe(OtlpEndpoint endpoint, Supplier<OtlpSettings> settings) implements EndpointProbe {
        private static final Duration CONNECTING = Duration.ofSeconds(3);
        private static final Duration ASKING = Duration.ofSeconds(1);

        @Override
        public Optional<String> unreachable() {
            return ConnectionProbe.failure(endpoint.uri(), proxy(), CONNECTING);
        }

        @Override
        public String explained(String cause) {
            if (proxy().isPresent() || ConnectionProbe.isProxied(endpoint.uri())) {
                return cause + OutcomeRules.remedy(cause);
            }
            return tlsFailure()
                    .or(() -> OtherProtocol.hint(endpoint, ASKING).map(hint -> cause + hint))
                    .orElseGet(() -> cause + OutcomeRules.remedy(cause));
        }

        private Optional<Proxies.Proxy> proxy() {
            try {
                return settings.get().proxies().on(endpoint);
            } catch (IllegalArgumentException _) {
                return Optional.empty(); // the credentials are unusable now, which is told when they are needed
            }
        }

        private Optional<String> tlsFailure() {
            try {
                return endpoint.uri().getScheme().equals("https")
                        ? TlsHandshake.failure(endpoint.uri(), settings.get(), ASKING)
                        : Optional.empty();
            } catch (IllegalArgumentException e) {
                return Optional.of(OutcomeRules.cause(e)); // the credentials are unusable now
            }
        }
    }
}
