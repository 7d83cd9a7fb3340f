// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestSpec.WorkloadRef;
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
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Decides whether a request runs: whether it may, whether the things it names exist, and whether it is its turn. */
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

    /** What to do with a request. */
    sealed interface Verdict {
        /**
         * It does not run.
         *
         * @param again  when to look again, if no watch reports what is missing
         */
        record Refused(Acceptance.Refused refusal, Optional<Duration> again) implements Verdict {}

        /** It waits; the message gives its place. */
        record Queued(String message) implements Verdict {}

        /** It runs. */
        record Admitted(Sink sink, EffectivePolicy policy, PodSelection selection) implements Verdict {}
    }

    /** The policies of the request's namespace. */
    EffectivePolicy policy(Reconciliation look) {
        return EffectivePolicy.of(policies.get(), look.namespace(), namespaces.of(look.namespace(), look.now()));
    }

    /**
     * Judges a request. A trace under way continues, whatever was removed since: its NodeTraces contain all that is
     * needed.
     */
    Verdict judge(Reconciliation look) {
        String namespace = look.namespace();
        EffectivePolicy policy = policy(look);
        Acceptance acceptance = Acceptance.of(
                Optional.ofNullable(look.request().getSpec()),
                namespace,
                namespaces.of(namespace, look.now()),
                rules,
                policy,
                sinks.get());
        List<NodeTrace> traces = look.traces();
        if (!traces.isEmpty()) {
            look.memory().admitted(true);
            Sink sink = acceptance instanceof Acceptance.Accepted accepted
                    ? NodeTraceFactory.sink(accepted.sink())
                    : traces.getFirst().getSpec().sink();
            return new Verdict.Admitted(sink, policy, goingOn(look));
        }
        return switch (acceptance) {
            case Acceptance.Refused refused ->
                new Verdict.Refused(
                        refused,
                        refused.reason() == Reason.DeniedByNamespace
                                ? Optional.of(look.memory().nextRetry())
                                : Optional.empty());
            case Acceptance.Accepted accepted -> admit(look, accepted);
        };
    }

    private Verdict admit(Reconciliation look, Acceptance.Accepted accepted) {
        RequestMemory memory = look.memory();
        PodSelection selection;
        switch (select(look)) {
            case WorkloadPods.Resolution.Missing missing -> {
                return new Verdict.Refused(
                        new Acceptance.Refused(Reason.WorkloadNotFound, missing.message()),
                        Optional.of(memory.nextRetry()));
            }
            case WorkloadPods.Resolution.Found found -> selection = found.selection();
        }
        if (!memory.admitted() && !look.hasStarted()) {
            Optional<String> waits =
                    queue.admit(look.request(), memory, accepted.policy().maxRequestsPerNamespace());
            if (waits.isPresent()) {
                return new Verdict.Queued(waits.get());
            }
        }
        memory.admitted(true);
        return new Verdict.Admitted(NodeTraceFactory.sink(accepted.sink()), accepted.policy(), selection);
    }

    private WorkloadPods.Resolution select(Reconciliation look) {
        Optional<PodSelection> known = look.memory().selection();
        if (known.isPresent() && !(known.get() instanceof PodSelection.OfCronJob)) {
            return new WorkloadPods.Resolution.Found(known.get());
        }
        WorkloadRef workload = look.spec().workloadRef();
        WorkloadPods.Resolution resolution =
                workload == null ? named(look.spec()) : workloads.resolve(look.namespace(), workload);
        if (resolution instanceof WorkloadPods.Resolution.Found found) {
            look.memory().selection(found.selection());
        }
        return resolution;
    }

    /** If a workload is deleted while its pods are traced, that does not affect them. */
    private PodSelection goingOn(Reconciliation look) {
        return switch (select(look)) {
            case WorkloadPods.Resolution.Found found -> found.selection();
            case WorkloadPods.Resolution.Missing _ ->
                look.memory()
                        .selection()
                        .orElseGet(() -> new PodSelection.Assigned(
                                look.traces().stream()
                                        .flatMap(trace -> trace.getSpec().targets().stream())
                                        .map(Target::podUid)
                                        .collect(Collectors.toSet()),
                                "pod of a workload that is gone"));
        };
    }

    private static WorkloadPods.Resolution named(TraceRequestSpec spec) {
        if (spec.podName() != null) {
            return new WorkloadPods.Resolution.Found(new PodSelection.Named(spec.podName()));
        }
        return spec.selector() != null
                ? new WorkloadPods.Resolution.Found(new PodSelection.Labelled(spec.selector()))
                : new WorkloadPods.Resolution.Missing("The spec selects no pods");
    }
}
