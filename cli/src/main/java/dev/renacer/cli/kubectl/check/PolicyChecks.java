// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.check;

import dev.renacer.cli.kubectl.api.Lookup;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.admin.TracePolicy;
import dev.renacer.crds.admin.TracePolicySpec;
import dev.renacer.crds.admin.TraceSink;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which policies hold in a namespace, and where spans would go. */
public final class PolicyChecks {
    private static final String NO_ARGUMENTS = "None";

    private final KubernetesClient client;
    private final Lookup<Map<String, String>> labels;

    /**
     * @param labels  those of the namespace
     */
    public PolicyChecks(KubernetesClient client, Lookup<Map<String, String>> labels) {
        this.client = client;
        this.labels = labels;
    }

    /**
     * The results.
     *
     * @param request  what the user would ask for
     */
    public List<CheckResult> run(TraceRequestSpec request) {
        List<CheckResult> results = new ArrayList<>();
        Lookup<List<TracePolicy>> read =
                Lookup.of(() -> client.resources(TracePolicy.class).list().getItems());
        if (read instanceof Lookup.Unreadable<List<TracePolicy>>) {
            results.add(CheckResult.unreadableKind("policy", "tracepolicies"));
        }
        List<TracePolicy> policies = read.found().orElse(List.of()).stream()
                .sorted(Comparator.comparing(policy -> policy.getMetadata().getName()))
                .toList();
        Optional<String> byPolicy = Optional.empty();
        for (TracePolicy policy : policies) {
            String name = policy.getMetadata().getName();
            Optional<Boolean> applies = applies(policy.getSpec().namespaceSelector());
            if (applies.isEmpty()) {
                results.add(CheckResult.unknown(
                        "policy",
                        "whether " + name + " applies depends on labels you may not read",
                        "it would say: " + words(policy.getSpec())));
            } else if (applies.get()) {
                results.add(CheckResult.ok("policy", name + ": " + words(policy.getSpec())));
                denials(name, policy.getSpec(), request).forEach(results::add);
                byPolicy = byPolicy.or(
                        () -> Optional.ofNullable(policy.getSpec().defaults()).map(TracePolicySpec.Defaults::sinkName));
            }
        }
        Optional<String> named = Optional.ofNullable(request.sinkRef()).map(TraceRequestSpec.SinkRef::name);
        results.add(sinkReady(named.orElse(byPolicy.orElse(Renacer.DEFAULT_SINK))));
        return results;
    }

    /** Why the operator would refuse the request by this policy. */
    static List<CheckResult> denials(String policy, TracePolicySpec spec, TraceRequestSpec request) {
        List<CheckResult> denials = new ArrayList<>();
        if ((request.paths() != null || request.peers() != null) && NO_ARGUMENTS.equals(spec.arguments())) {
            denials.add(CheckResult.no(
                    "policy",
                    policy + ": without arguments calls cannot be chosen by paths or peers",
                    "leave --path and --peer out, or ask a cluster admin for arguments: Names"));
        }
        if (TraceRequestSpec.ALL_CALLS.equals(request.volume()) && Profile.READABLE.equals(spec.volume())) {
            denials.add(CheckResult.no(
                    "policy",
                    policy + ": a span for each call is not allowed",
                    "leave --volume All out, or ask a cluster admin to leave volume out of the policy"));
        }
        return List.copyOf(denials);
    }

    private Optional<Boolean> applies(@Nullable LabelSelector selector) {
        if (selector == null) {
            return Optional.of(true);
        }
        return labels.found().map(found -> matches(selector, found));
    }

    private static boolean matches(LabelSelector selector, Map<String, String> labels) {
        boolean equal = selector.getMatchLabels() == null
                || selector.getMatchLabels().entrySet().stream()
                        .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())));
        return equal
                && (selector.getMatchExpressions() == null
                        || selector.getMatchExpressions().stream().allMatch(wanted -> matches(wanted, labels)));
    }

    private static boolean matches(LabelSelectorRequirement wanted, Map<String, String> labels) {
        String value = labels.get(wanted.getKey());
        return switch (wanted.getOperator()) {
            case "In" -> value != null && wanted.getValues().contains(value);
            case "NotIn" -> value == null || !wanted.getValues().contains(value);
            case "Exists" -> value != null;
            default -> value == null;
        };
    }

    private static String words(TracePolicySpec policy) {
        List<String> parts = new ArrayList<>();
        TracePolicySpec.Limits limits = policy.limits();
        if (limits != null) {
            add(parts, "window at most %s s", limits.maxDurationSeconds());
            add(parts, "at most %s containers", limits.maxTargets());
            add(parts, "%s requests of a namespace at once", limits.maxRequestsPerNamespace());
            add(parts, "%s requests of a node at once", limits.maxRequestsPerNode());
            add(parts, "at most %s spans/s of a container", limits.maxSpansPerSecond());
            add(parts, "a slowdown of at most %s %%", limits.maxSlowdownPercent());
        }
        TracePolicySpec.Defaults defaults = policy.defaults();
        if (defaults != null && defaults.maxSlowdownPercent() != null) {
            parts.add("a slowdown of %d %% unless you ask for another (%s)"
                    .formatted(
                            defaults.maxSlowdownPercent(),
                            Objects.requireNonNullElse(defaults.onExceeded(), "Detach")));
        }
        parts.add("arguments " + Objects.requireNonNullElse(policy.arguments(), "Names") + " at most");
        if (Profile.READABLE.equals(policy.volume())) {
            parts.add("volume Readable only");
        }
        add(
                parts,
                "%s patterns redacted",
                policy.redact() == null ? null : policy.redact().size());
        if (Boolean.TRUE.equals(policy.requireJustification())) {
            parts.add("needs --justification");
        }
        add(parts, "sinks %s only", policy.allowedSinks() == null ? null : String.join(", ", policy.allowedSinks()));
        add(
                parts,
                "forbids %s",
                policy.forbiddenOptions() == null ? null : String.join(", ", policy.forbiddenOptions()));
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, String text, @Nullable Object value) {
        if (value != null) {
            parts.add(text.formatted(value));
        }
    }

    private CheckResult sinkReady(String name) {
        return switch (Lookup.of(
                () -> client.resources(TraceSink.class).withName(name).get())) {
            case Lookup.Unreadable<TraceSink> _ -> CheckResult.unreadableKind("sink", "tracesinks");
            case Lookup.Absent<TraceSink> _ ->
                CheckResult.no(
                        "sink",
                        "there is no TraceSink " + name,
                        "name one of 'kubectl renacer sinks' with --sink, or ask a cluster admin for it");
            case Lookup.Found<TraceSink>(TraceSink sink) -> ofSink("sink", sink);
        };
    }

    /** Whether a sink takes spans. */
    static CheckResult ofSink(String subject, TraceSink sink) {
        String name = sink.getMetadata().getName() + " at " + sink.getSpec().endpoint();
        Optional<Condition> ready =
                Optional.ofNullable(sink.getStatus()).map(status -> status.conditions()).orElse(List.of()).stream()
                        .filter(condition -> condition.getType().equals("Ready"))
                        .findFirst();
        if (ready.isEmpty()) {
            return CheckResult.unknown(
                    subject, name + ": the operator has not looked at it yet", "see: kubectl renacer doctor");
        }
        String why = name + ": " + ready.get().getReason() + ", " + ready.get().getMessage();
        return switch (ready.get().getStatus()) {
            case "True" -> CheckResult.ok(subject, why);
            case "False" ->
                CheckResult.no(subject, why, "check its endpoint, the collector and the NetworkPolicies between");
            default ->
                CheckResult.unknown(
                        subject,
                        why,
                        "see: kubectl get tracesink " + sink.getMetadata().getName() + " -o yaml");
        };
    }
}
