// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.api;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.crds.TraceRequest;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** Finds, and stops, requests by the names a user gives, {@code NAME} or {@code tracerequest/NAME} as kubectl prints them. */
public final class NamedRequests {
    private static final String STOP = "{\"spec\":{\"stop\":true}}";

    private NamedRequests() {}

    /** The bare name. */
    static String bare(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** The handle on a request; makes no request yet. */
    public static Resource<TraceRequest> handle(KubernetesClient client, String namespace, String name) {
        return client.resources(TraceRequest.class).inNamespace(namespace).withName(bare(name));
    }

    /**
     * The request itself.
     *
     * @throws CommandFailure if there is none
     */
    public static TraceRequest get(KubernetesClient client, String namespace, String name) {
        TraceRequest found = handle(client, namespace, name).get();
        if (found == null) {
            // Tells an unknown name from an unknown resource type: listing fails for the latter.
            client.resources(TraceRequest.class).inNamespace(namespace).list();
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "no TraceRequest '" + bare(name) + "' in namespace '" + namespace
                            + "'; 'kubectl renacer list -A' shows them all");
        }
        return found;
    }

    /** Sets {@code stop} on a request. */
    public static TraceRequest stop(KubernetesClient client, TraceRequest request, boolean dryRun) {
        return handle(
                        client,
                        request.getMetadata().getNamespace(),
                        request.getMetadata().getName())
                .dryRun(dryRun)
                .patch(PatchContext.of(PatchType.JSON_MERGE), STOP);
    }
}
