// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestStatus;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reconciliation of a request: the data it begins with, the same for all parts of it.
 *
 * @param request  as it was read
 * @param memory   what the operator remembers about it; the only part that changes meanwhile
 * @param status   the latest known one: the written one, otherwise the one read; null while there is none
 * @param traces   its NodeTraces
 * @param context  the controller's
 * @param now      when it began
 */
record Reconciliation(
        TraceRequest request,
        RequestMemory memory,
        @Nullable TraceRequestStatus status,
        List<NodeTrace> traces,
        Context<TraceRequest> context,
        Instant now) {
    /** The request's spec. */
    TraceRequestSpec spec() {
        return TraceRequestSpec.of(request);
    }

    String namespace() {
        return request.getMetadata().getNamespace();
    }

    /** The generation of the spec, for the status. */
    long generation() {
        return request.getMetadata().getGeneration();
    }

    /** Whether the request's window has begun. */
    boolean isBegun() {
        return memory.admitted() || !traces.isEmpty() || hasStarted();
    }

    /** Whether the status says that the request was admitted. */
    boolean hasStarted() {
        return status != null && status.startTime() != null;
    }
}
