// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestSpec.Safety;
import dev.renacer.crds.UserText;
import dev.renacer.crds.admin.TracePolicy;
import dev.renacer.crds.admin.TracePolicySpec;
import dev.renacer.crds.admin.TracePolicySpec.Defaults;
import dev.renacer.crds.admin.TracePolicySpec.Limits;
import dev.renacer.crds.pattern.TenantPattern;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The policies of one namespace together: of limits the lowest, every prohibition, of defaults the first by name. */
public final class EffectivePolicy {
    /** Where no policy applies. */
    public static final EffectivePolicy NONE = new EffectivePolicy(List.of());

    private static final String ALL_SYSCALLS = "AllSyscalls";
    private static final String COLOCATION = "Colocation";
    private static final String SOURCE_LOCATIONS = "SourceLocations";
    private static final String LOOKS = "Looks";
    private static final String NAME_LABEL = "kubernetes.io/metadata.name";

    private final List<TracePolicy> policies;

    private EffectivePolicy(List<TracePolicy> policies) {
        this.policies = policies;
    }

    /**
     * A limit and where it comes from.
     *
     * @param value   the lowest of all policies
     * @param policy  name of the policy that sets it
     */
    public record Limit(int value, String policy) {}

    /** The policies whose selector matches the namespace, together. */
    public static EffectivePolicy of(
            Collection<TracePolicy> policies, String namespace, Map<String, String> namespaceLabels) {
        Map<String, String> labels = new TreeMap<>(namespaceLabels);
        // The API server sets it; a server that stands in for it may not.
        labels.putIfAbsent(NAME_LABEL, namespace);
        return new EffectivePolicy(policies.stream()
                .filter(policy -> policy.getSpec() != null)
                .filter(policy -> policy.getSpec().namespaceSelector() == null
                        || Labels.match(policy.getSpec().namespaceSelector(), labels))
                .sorted(Comparator.comparing(policy -> policy.getMetadata().getName()))
                .toList());
    }

    /** Names of the policies, in their order. */
    public List<String> names() {
        return policies.stream().map(policy -> policy.getMetadata().getName()).toList();
    }

    /** Most containers a request traces. */
    public Optional<Limit> maxTargets() {
        return lowest(Limits::maxTargets);
    }

    /** Most requests of the namespace that run at once. */
    public Optional<Limit> maxRequestsPerNamespace() {
        return lowest(Limits::maxRequestsPerNamespace);
    }

    /** Most requests that run at once on a node. */
    public Optional<Limit> maxRequestsPerNode() {
        return lowest(Limits::maxRequestsPerNode);
    }

    /** The sink of requests that name none. */
    Optional<String> sinkName() {
        return first(Defaults::sinkName);
    }

    /** How much a request's containers may be slowed down: what it says itself, else what the policies say; empty: without limit. */
    public Optional<SlowdownBound> slowdownBound(TraceRequestSpec spec) {
        Optional<Safety> safety = Optional.ofNullable(spec.safety());
        String onExceeded = safety.map(Safety::onExceeded)
                .or(() -> first(Defaults::onExceeded))
                .orElse(SlowdownBound.DETACH);
        Optional<Limit> usual = first(Defaults::maxSlowdownPercent)
                .flatMap(percent -> firstNamed(policy ->
                                policy.defaults() != null && policy.defaults().maxSlowdownPercent() != null)
                        .map(policy -> new Limit(percent, policy)));
        return safety.map(Safety::maxSlowdownPercent)
                .map(own -> new SlowdownBound(own, onExceeded, Optional.empty()))
                .or(() -> Stream.concat(usual.stream(), lowest(Limits::maxSlowdownPercent).stream())
                        .min(Comparator.comparingInt(Limit::value))
                        .map(limit -> new SlowdownBound(limit.value(), onExceeded, Optional.of(limit.policy()))));
    }

    /** What the spans of a request say of their calls' arguments: what it asks for itself, otherwise names where they are allowed. */
    public ArgumentDetail arguments(TraceRequestSpec spec) {
        ArgumentDetail allowed = mostArguments().detail();
        ArgumentDetail asked = ArgumentDetail.asked(spec.arguments()).orElse(ArgumentDetail.NAMES);
        return asked.compareTo(allowed) > 0 ? allowed : asked;
    }

    /** Regular expressions for what is replaced in arguments: those of all policies. */
    public List<String> redact() {
        return specs().flatMap(spec -> Objects.requireNonNullElse(spec.redact(), List.<String>of()).stream())
                .distinct()
                .toList();
    }

    /** Without all of its expressions a policy would let through what it is to hide, so nothing is traced. */
    private Optional<Acceptance.Refused> faultyRedaction() {
        return policies.stream()
                .flatMap(policy -> Objects.requireNonNullElse(policy.getSpec().redact(), List.<String>of()).stream()
                        .flatMap(expression -> fault(expression).stream())
                        .map(fault ->
                                denied(policy.getMetadata().getName(), "has an expression in redact that " + fault)))
                .findFirst();
    }

    private static Optional<String> fault(String expression) {
        try {
            TenantPattern.of(expression);
            return Optional.empty();
        } catch (TenantPattern.InvalidException e) {
            return Optional.of(e.getMessage() + ": \"" + UserText.quoted(expression)
                    + "\"; a cluster admin must correct it before anything is traced here");
        }
    }

    /** The least that a policy allows; a policy that says nothing allows names, and so does the absence of policies. */
    private AllowedArguments mostArguments() {
        return policies.stream()
                .map(policy -> new AllowedArguments(
                        ArgumentDetail.allowed(policy.getSpec().arguments()),
                        Optional.of(policy.getMetadata().getName())))
                .min(Comparator.comparing(AllowedArguments::detail))
                .orElse(new AllowedArguments(ArgumentDetail.NAMES, Optional.empty()));
    }

    private record AllowedArguments(ArgumentDetail detail, Optional<String> policy) {
        Optional<Acceptance.Refused> refusal(TraceRequestSpec spec) {
            return ArgumentDetail.asked(spec.arguments())
                    .filter(asked -> asked.compareTo(detail) > 0)
                    .map(asked -> policy.map(name -> denied(name, "allows " + beyond(asked)))
                            .orElseGet(() -> new Acceptance.Refused(
                                    Reason.DeniedByPolicy, "without a TracePolicy a request gets " + beyond(asked))));
        }

        /** Without names nothing tells which calls are meant, and a trace of none would look like one of a program that makes none. */
        Optional<Acceptance.Refused> subjectsRefusal(TraceRequestSpec spec) {
            return detail == ArgumentDetail.NONE && (spec.paths() != null || spec.peers() != null)
                    ? policy.map(name -> denied(
                            name,
                            "allows spec.arguments None at most, so calls cannot be chosen by paths or peers: leave spec.paths"
                                    + " and spec.peers out, or have a cluster admin set arguments: Names in it"))
                    : Optional.empty();
        }

        private String beyond(ArgumentDetail asked) {
            return "spec.arguments " + detail.value() + " at most; the request asks for " + asked.value()
                    + ": leave it out, or have a cluster admin set arguments: " + asked.value()
                    + " in a TracePolicy for this namespace";
        }
    }

    /** When finished requests are deleted that do not say it themselves. */
    public Optional<Integer> ttlSecondsAfterFinished() {
        return first(Defaults::ttlSecondsAfterFinished);
    }

    /** Whether a policy that selects the namespace by its labels opens kube-system. */
    boolean allowsKubeSystem() {
        return specs().anyMatch(
                        spec -> spec.namespaceSelector() != null && Boolean.TRUE.equals(spec.allowKubeSystem()));
    }

    /** The policy that forbids this option, if one does. */
    public Optional<String> forbids(String option) {
        return firstNamed(spec -> Objects.requireNonNullElse(spec.forbiddenOptions(), List.<String>of())
                .contains(option));
    }

    /** Whether what a container does may stand in a status. */
    public boolean allowsLooks() {
        return forbids(LOOKS).isEmpty();
    }

    /** Why a request may not be carried out, if so; the sink is that which the spans would go to. */
    Optional<Acceptance.Refused> refusal(TraceRequestSpec spec, String sink) {
        return Stream.<Optional<Acceptance.Refused>>of(
                        above(
                                "durationSeconds",
                                spec.durationSeconds(),
                                TraceRequestSpec.DEFAULT_DURATION_SECONDS,
                                Limits::maxDurationSeconds),
                        spec.isLook()
                                ? Optional.empty()
                                : above(
                                        "maxSpansPerSecond",
                                        spec.maxSpansPerSecond(),
                                        TraceRequestSpec.DEFAULT_MAX_SPANS_PER_SECOND,
                                        Limits::maxSpansPerSecond),
                        above(
                                "safety.maxSlowdownPercent",
                                spec.safety() == null ? null : spec.safety().maxSlowdownPercent(),
                                0, // one that names none is bound by the policy
                                Limits::maxSlowdownPercent),
                        firstNamed(policy -> policy.allowedSinks() != null
                                        && !policy.allowedSinks().contains(sink))
                                .map(name -> denied(
                                        name, "does not allow the sink \"" + sink + "\"; it allows: " + allowed(name))),
                        spec.syscalls() != null || spec.isLook()
                                ? Optional.empty()
                                : forbids(ALL_SYSCALLS)
                                        .map(name -> denied(
                                                name,
                                                "does not allow to trace all system calls: name those you need in"
                                                        + " spec.syscalls")),
                        asksForColocation(spec)
                                ? forbids(COLOCATION)
                                        .map(name -> denied(
                                                name,
                                                "does not allow co-location: leave spec.safety.colocate" + " out"))
                                : Optional.empty(),
                        Boolean.TRUE.equals(spec.sourceLocations())
                                ? forbids(SOURCE_LOCATIONS)
                                        .map(name -> denied(
                                                name,
                                                "does not allow source locations: leave spec.sourceLocations out"))
                                : Optional.empty(),
                        spec.isLook()
                                ? forbids(LOOKS)
                                        .map(name -> denied(
                                                name,
                                                "does not allow looks: their answer stands in the request's status; leave"
                                                        + " spec.mode out for a trace"))
                                : Optional.empty(),
                        TraceRequestSpec.ALL_CALLS.equals(spec.volume())
                                ? firstNamed(policy -> Profile.READABLE.equals(policy.volume()))
                                        .map(name -> denied(
                                                name,
                                                "allows spec.volume Readable at most; the request asks for All: leave it out,"
                                                        + " or have a cluster admin leave volume out of that policy"))
                                : Optional.empty(),
                        mostArguments().refusal(spec),
                        mostArguments().subjectsRefusal(spec),
                        faultyRedaction(),
                        spec.justification() != null && !spec.justification().isBlank()
                                ? Optional.empty()
                                : firstNamed(policy -> Boolean.TRUE.equals(policy.requireJustification()))
                                        .map(name -> new Acceptance.Refused(
                                                Reason.JustificationRequired,
                                                "TracePolicy \"" + name
                                                        + "\" requires spec.justification: say why, such"
                                                        + " as the number of an incident")))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Whether the request is a look that shows stacks and source lines: it does where that is not forbidden. */
    public boolean showsStacks(TraceRequestSpec spec) {
        return spec.isLook() && forbids(SOURCE_LOCATIONS).isEmpty();
    }

    /** Whether threads are to be kept on their tracer's CPU. */
    public static boolean asksForColocation(TraceRequestSpec spec) {
        return spec.safety() != null && Boolean.TRUE.equals(spec.safety().colocate());
    }

    static Acceptance.Refused denied(String policy, String what) {
        return new Acceptance.Refused(Reason.DeniedByPolicy, "TracePolicy \"" + policy + "\" " + what);
    }

    private Optional<Acceptance.Refused> above(
            String field, @Nullable Integer asked, int otherwise, Function<Limits, @Nullable Integer> of) {
        int value = asked == null ? otherwise : asked;
        return lowest(of)
                .filter(limit -> value > limit.value())
                .map(limit -> denied(
                        limit.policy(),
                        "allows a " + field + " of at most " + limit.value() + "; the request asks for " + value
                                + (asked == null ? ", the default" : "")));
    }

    private String allowed(String policy) {
        return policies.stream()
                .filter(candidate -> candidate.getMetadata().getName().equals(policy))
                .map(candidate -> candidate.getSpec().allowedSinks())
                .filter(Objects::nonNull)
                .map(sinks -> String.join(", ", sinks))
                .findFirst()
                .orElse("none");
    }

    private Optional<Limit> lowest(Function<Limits, @Nullable Integer> of) {
        Limit lowest = null;
        for (TracePolicy policy : policies) {
            Limits limits = policy.getSpec().limits();
            Integer value = limits == null ? null : of.apply(limits);
            if (value != null && (lowest == null || value < lowest.value())) {
                lowest = new Limit(value, policy.getMetadata().getName());
            }
        }
        return Optional.ofNullable(lowest);
    }

    private <T> Optional<T> first(Function<Defaults, @Nullable T> of) {
        for (TracePolicy policy : policies) {
            Defaults defaults = policy.getSpec().defaults();
            T value = defaults == null ? null : of.apply(defaults);
            if (value != null) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    private Optional<String> firstNamed(Function<TracePolicySpec, Boolean> condition) {
        return policies.stream()
                .filter(policy -> condition.apply(policy.getSpec()))
                .map(policy -> policy.getMetadata().getName())
                .findFirst();
    }

    private Stream<TracePolicySpec> specs() {
        return policies.stream().map(TracePolicy::getSpec);
    }
}
