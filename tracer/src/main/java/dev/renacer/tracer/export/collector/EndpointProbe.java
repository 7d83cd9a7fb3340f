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
     * Why an export had no answer.
     *
     * @param cause  as the library that sent it says
     */
    Explanation explained(String cause);

    /**
     * Why an export had no answer.
     *
     * @param words    with what to do about it
     * @param lasting  whether it stays so until somebody changes something: a certificate that does not do, another
     *     protocol
     */
    record Explanation(String words, boolean lasting) {}

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
        public Explanation explained(String cause) {
            boolean direct = proxy().isEmpty() && !ConnectionProbe.isProxied(endpoint.uri());
            Optional<String> known = direct
                    ? tlsFailure().or(() -> OtherProtocol.hint(endpoint, ASKING).map(hint -> cause + hint))
                    : Optional.empty();
            return known.map(words -> new Explanation(words, true))
                    .orElseGet(() -> new Explanation(cause + OutcomeRules.remedy(cause), false));
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
