// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;

/**
 * What the operator is told by its environment. How it reaches the API server (KUBECONFIG or the pod's service account) is read by
 * {@link dev.renacer.crds.ClusterAccess}.
 *
 * @param watchNamespace       RENACER_WATCH_NAMESPACE: the only namespace whose requests it serves; empty: all
 * @param defaultSinkEndpoint  RENACER_DEFAULT_SINK_ENDPOINT: endpoint of the TraceSink {@code default}, made if there is none
 * @param identity             POD_NAME, or the host's name: the reporting instance of Events
 */
record OperatorConfig(Optional<String> watchNamespace, Optional<URI> defaultSinkEndpoint, String identity) {
    /** The environment is unusable; the message names the variable and the next step in one line. */
    static final class InvalidException extends Exception {
        InvalidException(String message) {
            super(message);
        }
    }

    /**
     * Reads the environment.
     *
     * @throws InvalidException if a variable cannot be used
     */
    static OperatorConfig of(Map<String, String> environment) throws InvalidException {
        Optional<String> namespace = variable(environment, "RENACER_WATCH_NAMESPACE");
        if (namespace.isPresent() && !namespace.get().matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
            throw new InvalidException("RENACER_WATCH_NAMESPACE is '" + printable(namespace.get())
                    + "', which no namespace can be called: take one that 'kubectl get namespaces' shows, or"
                    + " unset it for all");
        }
        Optional<String> endpoint = variable(environment, "RENACER_DEFAULT_SINK_ENDPOINT");
        String identity = variable(environment, "POD_NAME")
                .or(() -> variable(environment, "HOSTNAME"))
                .orElse("renacer-operator");
        return new OperatorConfig(
                namespace, endpoint.isPresent() ? Optional.of(url(endpoint.get())) : Optional.empty(), identity);
    }

    private static URI url(String text) throws InvalidException {
        try {
            URI url = new URI(text);
            if (("http".equals(url.getScheme()) || "https".equals(url.getScheme())) && url.getHost() != null) {
                return url;
            }
        } catch (URISyntaxException _) {
            // told below
        }
        throw new InvalidException("RENACER_DEFAULT_SINK_ENDPOINT is '" + printable(text)
                + "', which is no URL of an OTLP receiver: give one such as http://otel-collector.observability:4317");
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
