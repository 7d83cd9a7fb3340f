// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.jspecify.annotations.Nullable;

/**
 * A workload as a user names it on the command line.
 *
 * @param kind  what it is
 * @param name  its name in the namespace
 */
record WorkloadReference(WorkloadKind kind, String name) {
    /**
     * Reads {@code KIND/NAME}.
     *
     * @throws CommandFailure if it is none
     */
    static WorkloadReference parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw CommandFailure.usage("'" + text + "' does not say what it is; give " + WorkloadKind.spellings());
        }
        String kind = text.substring(0, slash);
        String name = text.substring(slash + 1);
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            throw CommandFailure.usage("'" + text + "' names nothing; give " + WorkloadKind.spellings());
        }
        return WorkloadKind.of(kind)
                .map(known -> new WorkloadReference(known, name))
                .orElseThrow(() -> CommandFailure.usage(
                        "cannot trace a '" + kind + "'; give " + WorkloadKind.spellings() + ", or a selector with -l"));
    }

    /**
     * Asks the cluster which pods are meant.
     *
     * @throws CommandFailure if the namespace has no such workload, or it selects no pods by label
     */
    PodChoice resolve(KubernetesClient client, String namespace) {
        return switch (kind) {
            case POD -> {
                require(client.pods().inNamespace(namespace).withName(name).get(), namespace);
                yield new PodChoice.ByName(name);
            }
            case DEPLOYMENT -> {
                Deployment found = require(
                        client.apps()
                                .deployments()
                                .inNamespace(namespace)
                                .withName(name)
                                .get(),
                        namespace);
                yield bySelector(found.getSpec().getSelector(), namespace);
            }
            case STATEFULSET -> {
                StatefulSet found = require(
                        client.apps()
                                .statefulSets()
                                .inNamespace(namespace)
                                .withName(name)
                                .get(),
                        namespace);
                yield bySelector(found.getSpec().getSelector(), namespace);
            }
            case DAEMONSET -> {
                DaemonSet found = require(
                        client.apps()
                                .daemonSets()
                                .inNamespace(namespace)
                                .withName(name)
                                .get(),
                        namespace);
                yield bySelector(found.getSpec().getSelector(), namespace);
            }
            case REPLICASET -> {
                ReplicaSet found = require(
                        client.apps()
                                .replicaSets()
                                .inNamespace(namespace)
                                .withName(name)
                                .get(),
                        namespace);
                yield bySelector(found.getSpec().getSelector(), namespace);
            }
        };
    }

    private <T> T require(@Nullable T found, String namespace) {
        if (found == null) {
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    kind.singular() + " '" + name + "' not found in namespace '" + namespace + "'; 'kubectl get "
                            + kind.singular() + " -n " + namespace + "' lists what is there");
        }
        return found;
    }

    private PodChoice bySelector(@Nullable LabelSelector selector, String namespace) {
        if (selector == null) {
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    kind.singular() + " '" + name + "' in namespace '" + namespace
                            + "' has no selector; name a pod or give a selector with -l");
        }
        return new PodChoice.BySelector(selector);
    }
}
