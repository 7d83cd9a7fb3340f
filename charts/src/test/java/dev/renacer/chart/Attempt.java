// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.function.Consumer;

/**
 * Something an identity tries, and what the API server is to answer.
 *
 * @param fragment what the server's message must contain; empty where it is allowed
 */
record Attempt(String what, Identity who, Expected expected, String fragment, Consumer<KubernetesClient> action) {
    /** Who answers. */
    enum Expected {
        ALLOWED,
        REFUSED_BY_RBAC,
        REFUSED_BY_POLICY,
        REFUSED_BY_SCHEMA
    }

    /** Whose token, or whose name, is used. */
    enum Identity {
        AGENT("agent of node-a (token of its pod)"),
        UNBOUND_AGENT("agent's ServiceAccount (token of no pod)"),
        ALMIGHTY_AGENT("agent of node-a, wrongly given every right"),
        OPERATOR("operator"),
        ALMIGHTY_OPERATOR("operator, wrongly given every right"),
        TRACER("tenant with renacer-tracer in shop and closed"),
        OWNER("tenant with every right on renacer.dev in shop"),
        VIEWER("person with renacer-viewer"),
        SINK_ADMIN("person with renacer-admin"),
        CLUSTER_ADMIN("cluster admin"),
        UNINSTALL("hooks of helm uninstall"),
        WORKLOAD("workload in shop (ServiceAccount without rights)");

        private final String text;

        Identity(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    static Attempt allowed(Identity who, String what, Consumer<KubernetesClient> action) {
        return new Attempt(what, who, Expected.ALLOWED, "", action);
    }

    /** {@code verb} and {@code resource} as the server names them. */
    static Attempt noRight(Identity who, String what, String verb, String resource, Consumer<KubernetesClient> action) {
        return new Attempt(
                what, who, Expected.REFUSED_BY_RBAC, "cannot " + verb + " resource \"" + resource + "\"", action);
    }

    static Attempt policy(Identity who, String what, String message, Consumer<KubernetesClient> action) {
        return new Attempt(what, who, Expected.REFUSED_BY_POLICY, message, action);
    }

    static Attempt schema(Identity who, String what, String message, Consumer<KubernetesClient> action) {
        return new Attempt(what, who, Expected.REFUSED_BY_SCHEMA, message, action);
    }

    @Override
    public String toString() {
        return who.name() + ": " + what;
    }
}
