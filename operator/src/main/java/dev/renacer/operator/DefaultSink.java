// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceSink;
import dev.renacer.crds.TraceSinkSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the TraceSink {@code default} from the operator's configuration: a chart cannot install a definition and its object at once. */
final class DefaultSink {
    private static final Logger LOG = LoggerFactory.getLogger(DefaultSink.class);

    private DefaultSink() {}

    /** Creates it unless there is one; one that an admin has changed is left alone. */
    static void ensure(KubernetesClient client, URI endpoint) {
        if (client.resources(TraceSink.class).withName(Renacer.DEFAULT_SINK).get() != null) {
            return;
        }
        TraceSink sink = new TraceSink();
        sink.setMetadata(new ObjectMetaBuilder().withName(Renacer.DEFAULT_SINK).build());
        sink.setSpec(new TraceSinkSpec(endpoint.toString(), null, null));
        try {
            client.resource(sink).create();
            LOG.info("made TraceSink {} for {}", Renacer.DEFAULT_SINK, endpoint);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }
}
