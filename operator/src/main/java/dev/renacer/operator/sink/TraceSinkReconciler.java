// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.sink;

import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.admin.TraceSinkStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains a TraceSink's condition Ready: from what live requests report about it, otherwise by connecting to it when
 * it is created or changed, and again while it is not reachable. Writes when the answer changes; a sink that is
 * reachable and idle costs nothing.
 */
@ControllerConfiguration(name = "tracesink")
public final class TraceSinkReconciler implements Reconciler<TraceSink> {
    private static final Logger LOG = LoggerFactory.getLogger(TraceSinkReconciler.class);
    private static final String READY = "Ready";
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(3);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

    private final KubernetesClient client;
    private final Clock clock;
    private final SinkProbe probe = new SinkProbe(PROBE_PATIENCE);
    private final SimpleInboundEventSource<TraceSink> useEvents = new SimpleInboundEventSource<>("sink-use");
    private final SinkUse use = new SinkUse(sink -> useEvents.propagateEvent(new ResourceID(sink)));
    private final Map<String, Duration> retries = new ConcurrentHashMap<>();
    /** What was written, since the cache may lag behind. */
    private final Map<String, TraceSinkStatus> written = new ConcurrentHashMap<>();

    /** What to report about a sink. */
    private record Verdict(boolean ready, Reason reason, String message) {}

    /** A reconciler that writes through this client. */
    public TraceSinkReconciler(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /** A TraceRequest was created or has changed. */
    public void requestChanged(TraceRequest request) {
        use.changed(request);
    }

    /** A TraceRequest is gone. */
    public void requestRemoved(TraceRequest request) {
        use.removed(request);
    }

    @Override
    public List<EventSource<?, TraceSink>> prepareEventSources(EventSourceContext<TraceSink> context) {
        return List.of(useEvents);
    }

    @Override
    public UpdateControl<TraceSink> reconcile(TraceSink sink, Context<TraceSink> context) {
        Optional<Condition> current = current(sink);
        return switch (use.of(sink.getMetadata().getName())) {
            case SinkUse.Export.Failed(String message) ->
                report(sink, current, new Verdict(false, Reason.ExportFailed, message));
            case SinkUse.Export.Delivered() ->
                report(sink, current, new Verdict(true, Reason.Exported, Reason.Exported.meaning()));
            // Known to be reachable: it is checked again when it changes or when an export to it fails.
            case SinkUse.Export.Unused() when isReady(current) -> UpdateControl.noUpdate();
            case SinkUse.Export.Undecided() when isReady(current) -> UpdateControl.noUpdate();
            case SinkUse.Export.Unused() -> probe(sink, current);
            case SinkUse.Export.Undecided() -> probe(sink, current);
        };
    }

    private UpdateControl<TraceSink> probe(TraceSink sink, Optional<Condition> current) {
        Optional<String> problem = endpoint(sink)
                .map(endpoint -> probe.problem(endpoint, sink.getSpec().credentials() != null))
                .orElseGet(() -> Optional.of("spec.endpoint is not a URL: correct it"));
        if (problem.isEmpty()) {
            return report(sink, current, new Verdict(true, Reason.Reachable, Reason.Reachable.meaning()));
        }
        report(sink, current, new Verdict(false, Reason.Unreachable, problem.get()));
        Duration again = retries.merge(
                sink.getMetadata().getName(),
                FIRST_RETRY,
                (before, _) ->
                        before.multipliedBy(2).compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : before.multipliedBy(2));
        return UpdateControl.<TraceSink>noUpdate().rescheduleAfter(again);
    }

    private UpdateControl<TraceSink> report(TraceSink sink, Optional<Condition> current, Verdict verdict) {
        String name = sink.getMetadata().getName();
        if (verdict.ready()) {
            retries.remove(name);
        }
        boolean same = current.filter(
                        ready -> ready.getReason().equals(verdict.reason().name()))
                .isPresent();
        if (same) {
            return UpdateControl.noUpdate();
        }
        String value = verdict.ready() ? "True" : "False";
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        Condition ready = new ConditionBuilder()
                .withType(READY)
                .withStatus(value)
                .withReason(verdict.reason().name())
                .withMessage(verdict.message())
                .withObservedGeneration(sink.getMetadata().getGeneration())
                .withLastTransitionTime(
                        current.filter(before -> before.getStatus().equals(value))
                                .map(Condition::getLastTransitionTime)
                                .orElse(now))
                .build();
        TraceSinkStatus status = new TraceSinkStatus(sink.getMetadata().getGeneration(), List.of(ready));
        client.resources(TraceSink.class)
                .withName(name)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON),
                        Serialization.asJson(List.of(
                                Map.of(
                                        "op",
                                        "test",
                                        "path",
                                        "/metadata/uid",
                                        "value",
                                        sink.getMetadata().getUid()),
                                Map.of("op", "add", "path", "/status", "value", status))));
        written.put(sink.getMetadata().getUid(), status);
        LOG.info("sink={} ready={} reason={} message=\"{}\"", name, value, verdict.reason(), verdict.message());
        return UpdateControl.noUpdate();
    }

    /** The condition, if it is about the current spec. */
    private Optional<Condition> current(TraceSink sink) {
        @Nullable
        TraceSinkStatus status = written.getOrDefault(sink.getMetadata().getUid(), sink.getStatus());
        if (status == null || status.conditions() == null) {
            return Optional.empty();
        }
        return Objects.equals(status.observedGeneration(), sink.getMetadata().getGeneration())
                ? status.conditions().stream()
                        .filter(condition -> condition.getType().equals(READY))
                        .findFirst()
                : Optional.empty();
    }

    private static boolean isReady(Optional<Condition> current) {
        return current.filter(ready -> ready.getStatus().equals("True")).isPresent();
    }

    private static Optional<URI> endpoint(TraceSink sink) {
        try {
            return sink.getSpec() == null
                    ? Optional.empty()
                    : Optional.of(URI.create(sink.getSpec().endpoint()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
