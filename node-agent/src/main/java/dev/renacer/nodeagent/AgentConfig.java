// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import dev.renacer.crds.UserText;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The agent's settings from the environment. The Kubernetes client itself reads how to reach the API server (KUBECONFIG
 * or the pod's service account).
 *
 * @param nodeName        NODE_NAME: the node this agent works for
 * @param watchNamespace  RENACER_WATCH_NAMESPACE: the only namespace whose NodeTraces it carries out; empty: all
 * @param podName         POD_NAME: the agent's pod, for its TraceNode
 * @param podNamespace    POD_NAMESPACE: the namespace of the agent's pod, in which nothing is traced
 * @param sinks           RENACER_SINKS: folder of the sinks' credentials
 * @param colocation      RENACER_COLOCATION: true if threads may be moved to their tracer's CPU when a request asks for
 *     it
 * @param httpPort        RENACER_HTTP_PORT: the port of health and metrics; 0: none
 */
record AgentConfig(
        String nodeName,
        Optional<String> watchNamespace,
        Optional<String> podName,
        Optional<String> podNamespace,
        Path sinks,
        boolean colocation,
        int httpPort) {
    private static final Path SINKS = Path.of("/etc/renacer/sinks");
    private static final int HTTP_PORT = 8080;
    private static final int MAX_PORT = 65_535;

    /** The environment is unusable; the message names the variable and the next step in one line. */
    static final class InvalidException extends Exception {
        InvalidException(String message) {
            super(message);
        }
    }

    /**
     * Reads the environment.
     *
     * @throws InvalidException if NODE_NAME is missing or cannot be a node's name
     */
    static AgentConfig of(Map<String, String> environment) throws InvalidException {
        String nodeName = environment.getOrDefault("NODE_NAME", "").strip();
        if (nodeName.isEmpty()) {
            throw new InvalidException(
                    "NODE_NAME is not set: name the node this agent runs on (in a pod: env NODE_NAME from"
                            + " fieldRef spec.nodeName)");
        }
        if (!isDnsSubdomain(nodeName)) {
            throw new InvalidException("NODE_NAME is '" + nodeName.replaceAll("\\p{Cntrl}", "?")
                    + "', which cannot be a node's name: use the name that 'kubectl get nodes' shows");
        }
        String namespace =
                environment.getOrDefault("RENACER_WATCH_NAMESPACE", "").strip();
        if (!namespace.isEmpty() && !isDnsSubdomain(namespace)) {
            throw new InvalidException(
                    "RENACER_WATCH_NAMESPACE is '" + namespace.replaceAll("\\p{Cntrl}", "?")
                            + "', which cannot be a namespace's name: use one that 'kubectl get namespaces' shows, or unset it");
        }
        return new AgentConfig(
                nodeName,
                namespace.isEmpty() ? Optional.empty() : Optional.of(namespace),
                given(environment, "POD_NAME"),
                given(environment, "POD_NAMESPACE"),
                given(environment, "RENACER_SINKS").map(Path::of).orElse(SINKS),
                colocation(given(environment, "RENACER_COLOCATION")),
                port(given(environment, "RENACER_HTTP_PORT")));
    }

    private static Optional<String> given(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static boolean colocation(Optional<String> text) throws InvalidException {
        return switch (text.orElse("false")) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new InvalidException(
                        "RENACER_COLOCATION is '" + UserText.printable(text.get()) + "': give true or false");
        };
    }

    private static int port(Optional<String> text) throws InvalidException {
        if (text.isEmpty()) {
            return HTTP_PORT;
        }
        try {
            int port = Integer.parseInt(text.get());
            if (port >= 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException _) {
            // reported below
        }
        throw new InvalidException("RENACER_HTTP_PORT is '" + UserText.printable(text.get())
                + "': give a port from 1 to 65535, or 0 for no health and metrics");
    }

    /**
     * An RFC 1123 subdomain, as Kubernetes requires for a node's name: lower case letters, digits, '-' and '.', at most
     * 253.
     */
    private static boolean isDnsSubdomain(String name) {
        if (name.length() > 253 || !isAlphanumeric(name.charAt(0)) || !isAlphanumeric(name.charAt(name.length() - 1))) {
            return false;
        }
        return name.chars().allMatch(c -> isAlphanumeric((char) c) || c == '-' || c == '.');
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }
}
