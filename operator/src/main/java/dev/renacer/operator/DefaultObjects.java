// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.Renacer;
import dev.renacer.crds.TracePolicy;
import dev.renacer.crds.TraceSink;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the TraceSink and the TracePolicy named {@code default} from the operator's settings: a chart cannot install a definition and
 * its objects at once.
 */
final class DefaultObjects {
    private static final Logger LOG = LoggerFactory.getLogger(DefaultObjects.class);

    private DefaultObjects() {}

    /**
     * Creates them unless they are there; what an admin has changed is left alone.
     *
     * @throws KubernetesClientException if the API server refuses
     */
    static void ensure(KubernetesClient client, Settings settings) {
        settings.defaultSink().ifPresent(spec -> {
            TraceSink sink = new TraceSink();
            sink.setMetadata(
                    new ObjectMetaBuilder().withName(Renacer.DEFAULT_SINK).build());
            sink.setSpec(spec);
            ensure(client, sink);
        });
        settings.defaultPolicy().ifPresent(spec -> {
            TracePolicy policy = new TracePolicy();
            policy.setMetadata(
                    new ObjectMetaBuilder().withName(Renacer.DEFAULT_POLICY).build());
            policy.setSpec(spec);
            ensure(client, policy);
        });
    }

    private static void ensure(KubernetesClient client, HasMetadata wanted) {
        // Not by creating at once: while it is there, a start writes nothing.
        if (client.resource(wanted).get() != null) {
            return;
        }
        try {
            client.resource(wanted).create();
            LOG.info(
                    "made {} from the settings name={}",
                    wanted.getKind(),
                    wanted.getMetadata().getName());
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }
}
