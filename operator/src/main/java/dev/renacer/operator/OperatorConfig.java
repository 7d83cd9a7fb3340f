// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;

/**
 * The operator's settings from its environment. {@link dev.renacer.kubeconfig.ClusterAccess} reads how to reach the API
 * server (KUBECONFIG or the pod's service account).
 *
 * @param watchNamespace  RENACER_WATCH_NAMESPACE: the only namespace whose requests it serves; empty: all
 * @param identity        POD_NAME, or the host's name: the reporting instance of Events and the holder of the Lease
 * @param ownNamespace    POD_NAMESPACE: never traced, holds the Lease; empty outside a pod
 * @param httpPort        RENACER_HTTP_PORT: where /livez, /readyz and /metrics are served; 0: nowhere
 * @param leaderElection  RENACER_LEADER_ELECTION: whether further replicas stand by
 * @param logLevel        RENACER_LOG_LEVEL
 * @param settings        the file that RENACER_CONFIG names
 */
record OperatorConfig(
        Optional<String> watchNamespace,
        String identity,
        Optional<String> ownNamespace,
        int httpPort,
        boolean leaderElection,
        Level logLevel,
        Settings settings) {
    private static final int DEFAULT_HTTP_PORT = 8080;
    private static final int HIGHEST_PORT = 65535;

    /** The environment is unusable; the message names the variable and the next step in one line. */
    static final class InvalidException extends Exception {
        InvalidException(String message) {
            super(message);
        }
    }

    /**
     * Reads the environment, and the file it names.
     *
     * @throws InvalidException if a variable or the file cannot be used
     */
    static OperatorConfig of(Map<String, String> environment) throws InvalidException {
        Optional<String> ownNamespace = namespace(environment, "POD_NAMESPACE", "the namespace the operator runs in");
        boolean leaderElection = flag(environment, "RENACER_LEADER_ELECTION");
        if (leaderElection && ownNamespace.isEmpty()) {
            throw new InvalidException("RENACER_LEADER_ELECTION is true and POD_NAMESPACE is not set: set it to the"
                    + " namespace that is to hold the Lease");
        }
        Optional<String> file = variable(environment, "RENACER_CONFIG");
        return new OperatorConfig(
                namespace(environment, "RENACER_WATCH_NAMESPACE", "one that 'kubectl get namespaces' shows"),
                variable(environment, "POD_NAME")
                        .or(() -> variable(environment, "HOSTNAME"))
                        .orElse("renacer-operator"),
                ownNamespace,
                port(environment),
                leaderElection,
                level(environment),
                file.isPresent() ? Settings.read(Path.of(file.get())) : Settings.NONE);
    }

    private static Optional<String> namespace(Map<String, String> environment, String name, String which)
            throws InvalidException {
        Optional<String> namespace = variable(environment, name);
        if (namespace.isPresent() && !namespace.get().matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
            throw new InvalidException(name + " is '" + printable(namespace.get())
                    + "', which cannot be a namespace's name: use " + which + ", or unset it");
        }
        return namespace;
    }

    private static boolean flag(Map<String, String> environment, String name) throws InvalidException {
        String value = variable(environment, name).orElse("false");
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidException(name + " is '" + printable(value) + "': set it to true or false");
        };
    }

    private static int port(Map<String, String> environment) throws InvalidException {
        String value = variable(environment, "RENACER_HTTP_PORT").orElse(Integer.toString(DEFAULT_HTTP_PORT));
        if (value.matches("\\d{1,5}") && Integer.parseInt(value) <= HIGHEST_PORT) {
            return Integer.parseInt(value);
        }
        throw new InvalidException("RENACER_HTTP_PORT is '" + printable(value)
                + "': set it to a port from 1 to 65535, or to 0 to serve neither probes nor metrics");
    }

    private static Level level(Map<String, String> environment) throws InvalidException {
        String value = variable(environment, "RENACER_LOG_LEVEL").orElse("info");
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "error" -> Level.SEVERE;
            case "warn" -> Level.WARNING;
            case "info" -> Level.INFO;
            case "debug" -> Level.FINE;
            default ->
                throw new InvalidException(
                        "RENACER_LOG_LEVEL is '" + printable(value) + "': set it to error, warn, info or debug");
        };
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
