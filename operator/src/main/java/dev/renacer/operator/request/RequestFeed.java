// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.TraceRequest;
import dev.renacer.operator.metrics.OperatorMetrics;
import dev.renacer.operator.sink.TraceSinkReconciler;
import dev.renacer.operator.status.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Passes changes of requests, as their informer sees them, to the sinks' health and to the metrics. Triggers nothing
 * itself.
 */
public final class RequestFeed extends AbstractEventSource<Void, TraceRequest>
        implements ResourceEventAware<TraceRequest> {
    private final TraceSinkReconciler sinks;
    private final OperatorMetrics metrics;
    private final BooleanSupplier serves;

    /**
     * @param serves  whether this replica serves, so that each end is counted once
     */
    public RequestFeed(TraceSinkReconciler sinks, OperatorMetrics metrics, BooleanSupplier serves) {
        super(Void.class, "request-feed");
        this.sinks = sinks;
        this.metrics = metrics;
        this.serves = serves;
    }

    @Override
    public void onResourceCreated(TraceRequest request) {
        sinks.requestChanged(request);
    }

    @Override
    public void onResourceUpdated(TraceRequest after, TraceRequest before) {
        sinks.requestChanged(after);
        if (!RequestFinalizer.isOver(before.getStatus())
                && RequestFinalizer.isOver(after.getStatus())
                && serves.getAsBoolean()) {
            metrics.ended(
                    Conditions.of(after.getStatus(), ConditionType.Succeeded)
                            .map(Condition::getReason)
                            .orElse("Unknown"),
                    after.getStatus().totals());
        }
    }

    @Override
    public void onResourceDeleted(TraceRequest request) {
        sinks.requestRemoved(request);
    }

    @Override
    public Set<Void> getSecondaryResources(TraceRequest request) {
        return Set.of();
    }
}
