// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestSpec.WorkloadRef;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.admin.TracePolicy;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.operator.nodetrace.NodeTraceFactory;
import dev.renacer.operator.plan.Acceptance;
import dev.renacer.operator.plan.EffectivePolicy;
import dev.renacer.operator.plan.PodSelection;
import dev.renacer.operator.plan.Rules;
import dev.renacer.operator.pods.NamespaceLabels;
import dev.renacer.operator.pods.WorkloadPods;
import dev.renacer.operator.queue.RequestQueue;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decides whether a request runs: whether it may, whether what it names exists, and whether it is its turn. */
final class Admission {
    private final NamespaceLabels namespaces;
    private final WorkloadPods workloads;
    private final Rules rules;
    private final Supplier<List<TraceSink>> sinks;
    private final Supplier<List<TracePolicy>> policies;
    private final RequestQueue queue;

    Admission(
            KubernetesClient client,
            Rules rules,
            Supplier<List<TraceSink>> sinks,
            Supplier<List<TracePolicy>> policies,
            RequestQueue queue) {
        this.namespaces = new NamespaceLabels(client);
        this.workloads = new WorkloadPods(client);
        this.rules = rules;
        this.sinks = sinks;
        this.policies = policies;
        this.queue = queue;
    }

    /** What is to be done with a request. */
    sealed interface Verdict {
        /**
         * It does not run.
         *
         * @param again  when to look again, where no watch tells of what is missing
         */
        record Refused(Acceptance.Refused refusal, Optional<Duration> again) implements Verdict {}

        /** It waits; the message tells its place. */
        record Queued(String message) implements Verdict {}

        /** It runs. */
        record Admitted(Sink sink, EffectivePolicy policy, PodSelection selection) implements Verdict {}
    }

    /** The policies of the request's namespace. */
    EffectivePolicy policy(TraceRequest request, Instant now) {
        String namespace = request.getMetadata().getNamespace();
        return EffectivePolicy.of(policies.get(), namespace, namespaces.of(namespace, now));
    }

    /**
     * Judges a request; what is traced already goes on, whatever was taken away since: its NodeTraces hold all that is needed.
     *
     * @param traces  its NodeTraces
     */
    Verdict judge(
            TraceRequest request,
            RequestMemory memory,
            @Nullable TraceRequestStatus status,
            List<NodeTrace> traces,
            Instant now) {
        TraceRequestSpec spec = TraceRequestSpec.of(request);
        String namespace = request.getMetadata().getNamespace();
        EffectivePolicy policy = policy(request, now);
        Acceptance acceptance =
                Acceptance.of(spec, namespace, namespaces.of(namespace, now), rules, policy, sinks.get());
        if (!traces.isEmpty()) {
            memory.admitted(true);
            Sink sink = acceptance instanceof Acceptance.Accepted accepted
                    ? NodeTraceFactory.sink(accepted.sink())
                    : traces.getFirst().getSpec().sink();
            return new Verdict.Admitted(sink, policy, goingOn(namespace, spec, memory, traces));
        }
        return switch (acceptance) {
            case Acceptance.Refused refused ->
                new Verdict.Refused(
                        refused,
                        refused.reason() == Reason.DeniedByNamespace
                                ? Optional.of(memory.nextRetry())
                                : Optional.empty());
            case Acceptance.Accepted accepted -> admit(request, memory, status, accepted);
        };
    }

    private Verdict admit(
            TraceRequest request,
            RequestMemory memory,
            @Nullable TraceRequestStatus status,
            Acceptance.Accepted accepted) {
        PodSelection selection;
        switch (select(request.getMetadata().getNamespace(), TraceRequestSpec.of(request), memory)) {
            case WorkloadPods.Resolution.Missing missing -> {
                return new Verdict.Refused(
                        new Acceptance.Refused(Reason.WorkloadNotFound, missing.message()),
                        Optional.of(memory.nextRetry()));
            }
            case WorkloadPods.Resolution.Found found -> selection = found.selection();
        }
        if (!memory.admitted() && (status == null || status.startTime() == null)) {
            Optional<String> waits =
                    queue.admit(request, memory, accepted.policy().maxRequestsPerNamespace());
            if (waits.isPresent()) {
                return new Verdict.Queued(waits.get());
            }
        }
        memory.admitted(true);
        return new Verdict.Admitted(NodeTraceFactory.sink(accepted.sink()), accepted.policy(), selection);
    }

    private WorkloadPods.Resolution select(String namespace, TraceRequestSpec spec, RequestMemory memory) {
        Optional<PodSelection> known = memory.selection();
        if (known.isPresent() && !(known.get() instanceof PodSelection.OfCronJob)) {
            return new WorkloadPods.Resolution.Found(known.get());
        }
        WorkloadRef workload = spec.workloadRef();
        WorkloadPods.Resolution resolution = workload == null
                ? new WorkloadPods.Resolution.Found(named(spec))
                : workloads.resolve(namespace, workload);
        if (resolution instanceof WorkloadPods.Resolution.Found found) {
            memory.selection(found.selection());
        }
        return resolution;
    }

    /** A workload that is deleted while its pods are traced takes nothing away from them. */
    private PodSelection goingOn(
            String namespace, TraceRequestSpec spec, RequestMemory memory, List<NodeTrace> traces) {
        return switch (select(namespace, spec, memory)) {
            case WorkloadPods.Resolution.Found found -> found.selection();
            case WorkloadPods.Resolution.Missing _ ->
                memory.selection()
                        .orElseGet(() -> new PodSelection.Assigned(
                                traces.stream()
                                        .flatMap(trace -> trace.getSpec().targets().stream())
                                        .map(Target::podUid)
                                        .collect(Collectors.toSet()),
                                "pod of a workload that is gone"));
        };
    }

    private static PodSelection named(TraceRequestSpec spec) {
        if (spec.podName() != null) {
            return new PodSelection.Named(spec.podName());
        }
        if (spec.selector() != null) {
            return new PodSelection.Labelled(spec.selector());
        }
        throw new IllegalArgumentException("exactly one of podName, selector and workloadRef must be set");
    }
}
