// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import dev.renacer.crds.TraceRequest;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.util.List;
import java.util.Map;

/**
 * The parts of a request that the operator keeps: all except annotations, labels, the list of who set which field, and what looks
 * found. There may be hundreds of kilobytes of these, in each of many requests, and none of it is read here.
 */
public final class RequestTrimmer {
    private RequestTrimmer() {}

    /** A store of lean requests, for one informer. */
    public static ItemStore<TraceRequest> store() {
        return new TransformingItemStore<>(Cache::metaNamespaceKeyFunc, RequestTrimmer::strip);
    }

    private static TraceRequest strip(TraceRequest request) {
        ObjectMeta metadata = request.getMetadata();
        metadata.setManagedFields(List.of());
        metadata.setAnnotations(Map.of());
        metadata.setLabels(Map.of());
        if (request.getStatus() != null) {
            request.setStatus(request.getStatus().withoutLooks());
        }
        return request;
    }
}
