// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequestSpec;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the installation rules, whatever the policies say.
 *
 * @param requireNamespaceLabel  whether only namespaces with {@link Renacer#NAMESPACE_LABEL} are traced
 * @param ownNamespace           the operator's own namespace, which is never traced; empty outside a cluster
 * @param colocation             whether the agents may move threads to their tracer's CPU
 */
public record Rules(boolean requireNamespaceLabel, Optional<String> ownNamespace, boolean colocation) {
    /** Where nothing is configured: every namespace but the system's is open, and threads are not moved. */
    public static final Rules OPEN = new Rules(false, Optional.empty(), false);

    private static final String KUBE_SYSTEM = "kube-system";
    private static final Set<String> NEVER = Set.of("kube-public", "kube-node-lease");

    /** Why nothing of this namespace is traced, if so. */
    Optional<Acceptance.Refused> refusal(String namespace, Map<String, String> labels, EffectivePolicy policy) {
        if (ownNamespace.filter(namespace::equals).isPresent()) {
            return never("Namespace " + namespace + " is Renacer's own and is never traced");
        }
        if (NEVER.contains(namespace)) {
            return never("Namespace " + namespace + " belongs to the control plane and is never traced");
        }
        if (namespace.equals(KUBE_SYSTEM) && !policy.allowsKubeSystem()) {
            return never("Namespace " + KUBE_SYSTEM + " is traced only where a TracePolicy whose namespaceSelector"
                    + " selects it says allowKubeSystem: true");
        }
        if (requireNamespaceLabel && !Renacer.TRACING_ENABLED.equals(labels.get(Renacer.NAMESPACE_LABEL))) {
            return Optional.of(new Acceptance.Refused(
                    Reason.DeniedByNamespace,
                    "Namespace " + namespace
                            + " is not open for tracing; an admin opens it with: kubectl label namespace " + namespace
                            + " " + Renacer.NAMESPACE_LABEL + "=" + Renacer.TRACING_ENABLED));
        }
        return Optional.empty();
    }

    /** Why the agents cannot do what the request asks for, if so. */
    Optional<Acceptance.Refused> refusal(TraceRequestSpec spec) {
        return colocation || !EffectivePolicy.asksForColocation(spec)
                ? Optional.empty()
                : Optional.of(new Acceptance.Refused(
                        Reason.ColocationUnavailable,
                        "The agents do not offer co-location: leave spec.safety.colocate out, or ask a cluster admin to set"
                                + " agent.colocation.enabled of Renacer's chart"));
    }

    private static Optional<Acceptance.Refused> never(String message) {
        return Optional.of(new Acceptance.Refused(Reason.NeverTraced, message));
    }
}
