// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.install;

import dev.renacer.crds.Renacer;
import dev.renacer.crds.admin.TracePolicy;
import dev.renacer.crds.admin.TracePolicySpec;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.admin.TraceSinkSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the TraceSink and the TracePolicy named {@code default} from the operator's settings: a chart cannot install a definition and
 * its objects at once.
 *
 * @param sink    what the TraceSink says; empty: none is made
 * @param policy  what the TracePolicy says, likewise
 */
public record DefaultObjects(Optional<TraceSinkSpec> sink, Optional<TracePolicySpec> policy) {
    /** None. */
    public static final DefaultObjects NONE = new DefaultObjects(Optional.empty(), Optional.empty());

    private static final Logger LOG = LoggerFactory.getLogger(DefaultObjects.class);

    private static final String MAKER_LABEL = "app.kubernetes.io/managed-by";
    private static final String MAKER = "renacer-operator";

    /**
     * Creates them unless they are there; what an admin has changed is left alone.
     *
     * @throws KubernetesClientException if the API server refuses
     */
    public void ensure(KubernetesClient client) {
        sink.ifPresent(spec -> {
            TraceSink made = new TraceSink();
            made.setMetadata(metadata(Renacer.DEFAULT_SINK));
            made.setSpec(spec);
            ensure(client, made);
        });
        policy.ifPresent(spec -> {
            TracePolicy made = new TracePolicy();
            made.setMetadata(metadata(Renacer.DEFAULT_POLICY));
            made.setSpec(spec);
            ensure(client, made);
        });
    }

    /** Whether the operator made the object, and not an admin. */
    static boolean isMadeByOperator(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels != null && MAKER.equals(labels.get(MAKER_LABEL));
    }

    private static ObjectMeta metadata(String name) {
        return new ObjectMetaBuilder()
                .withName(name)
                .addToLabels(MAKER_LABEL, MAKER)
                .build();
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
