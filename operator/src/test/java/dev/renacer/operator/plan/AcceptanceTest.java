// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.admin.TracePolicy;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.definition.Definitions;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a request may run: rules of the installation, policies, sinks. */
class AcceptanceTest {
    private static final TracePolicy EVERYWHERE = policy("b-everywhere", """
            limits: {maxDurationSeconds: 120, maxSpansPerSecond: 3000, maxTargets: 50, maxRequestsPerNamespace: 9}
            defaults: {sinkName: common, maxSlowdownPercent: 50}
            """);
    private static final TracePolicy PRODUCTION = policy("c-production", """
            namespaceSelector: {matchLabels: {env: production}}
            limits: {maxDurationSeconds: 30, maxRequestsPerNamespace: 2}
            defaults: {sinkName: production, ttlSecondsAfterFinished: 600}
            requireJustification: true
            allowedSinks: [common, production]
            forbiddenOptions: [AllSyscalls]
            """);
    private static final TracePolicy SYSTEM = policy("a-system", """
            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
            allowKubeSystem: true
            """);
    private static final List<TracePolicy> ALL = List.of(PRODUCTION, EVERYWHERE, SYSTEM);
    private static final Map<String, String> PROD = Map.of("env", "production");

    @Test
    void ofLimitsTheLowestHoldsAndOfDefaultsTheFirstByName() {
        EffectivePolicy policy = EffectivePolicy.of(ALL, "shop", PROD);

        assertThat(policy.names()).containsExactly("b-everywhere", "c-production");
        assertThat(policy.maxRequestsPerNamespace()).contains(new EffectivePolicy.Limit(2, "c-production"));
        assertThat(policy.maxTargets()).contains(new EffectivePolicy.Limit(50, "b-everywhere"));
        assertThat(policy.maxRequestsPerNode()).isEmpty();
        assertThat(policy.sinkName()).contains("common");
        assertThat(policy.slowdownBound(TraceRequestSpec.EMPTY))
                .contains(new SlowdownBound(50, "Detach", Optional.of("b-everywhere")));
        assertThat(policy.ttlSecondsAfterFinished()).contains(600);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "{}                                                        | {}                                            | -",
                "{defaults: {maxSlowdownPercent: 100}}                     | {}                                            | 100 Detach p",
                "{defaults: {maxSlowdownPercent: 100, onExceeded: DutyCycle}} | {}                                         | 100 DutyCycle p",
                "{defaults: {maxSlowdownPercent: 100, onExceeded: DutyCycle}} | {safety: {colocate: true}}                 | 100 DutyCycle p",
                "{defaults: {maxSlowdownPercent: 100, onExceeded: DutyCycle}} | {safety: {maxSlowdownPercent: 900}}        | 900 DutyCycle -",
                "{defaults: {maxSlowdownPercent: 100, onExceeded: DutyCycle}} | {safety: {onExceeded: Detach}}             | 100 Detach p",
                "{defaults: {onExceeded: DutyCycle}}                       | {safety: {maxSlowdownPercent: 30}}            | 30 DutyCycle -",
                "{limits: {maxSlowdownPercent: 60}}                        | {}                                            | 60 Detach p",
                "{limits: {maxSlowdownPercent: 60}, defaults: {maxSlowdownPercent: 100}} | {}                              | 60 Detach p",
                "{limits: {maxSlowdownPercent: 60}, defaults: {maxSlowdownPercent: 40}}  | {}                              | 40 Detach p",
                "{limits: {maxSlowdownPercent: 60}}                        | {safety: {maxSlowdownPercent: 60}}            | 60 Detach -",
            })
    void theBoundOfTheSlowdownIsTheRequestsOrThePolicys(String policy, String request, String expected) {
        TracePolicy only = policy("p", policy);

        assertThat(EffectivePolicy.of(List.of(only), "shop", Map.of())
                        .slowdownBound(Serialization.unmarshal("--- " + request, TraceRequestSpec.class))
                        .map(bound -> bound.percent() + " " + bound.onExceeded() + " "
                                + bound.policy().orElse("-")))
                .isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void theBoundIsToldAsItHoldsAndWithThePolicyThatStillSaysIt() {
        SlowdownBound usual = new SlowdownBound(100, "DutyCycle", Optional.of("default"));
        NodeTraceSpec.Profile held = Serialization.unmarshal(
                "--- {maxSlowdownPercent: 100, onExceeded: DutyCycle}", NodeTraceSpec.Profile.class);

        assertThat(SlowdownBound.inForce(held, Optional.of(usual)))
                .map(SlowdownBound::words)
                .contains(
                        "what is slowed down by more than 100 % is traced only part of the time (TracePolicy \"default\")");
        assertThat(SlowdownBound.inForce(held, Optional.of(new SlowdownBound(50, "Detach", Optional.of("default")))))
                .map(SlowdownBound::words)
                .contains("what is slowed down by more than 100 % is traced only part of the time");
        assertThat(new SlowdownBound(50, "Detach", Optional.empty()).words())
                .isEqualTo("a container that is slowed down by more than 50 % is detached");
    }

    @Test
    void aBoundAboveThePolicysCeilingIsRefused() {
        TracePolicy ceiling = policy("gentle", "limits: {maxSlowdownPercent: 60}");
        TraceRequestSpec asked =
                Serialization.unmarshal("--- {podName: a, safety: {maxSlowdownPercent: 61}}", TraceRequestSpec.class);

        assertThat(EffectivePolicy.of(List.of(ceiling), "shop", Map.of()).refusal(asked, "common"))
                .map(Acceptance.Refused::message)
                .contains(
                        "TracePolicy \"gentle\" allows a safety.maxSlowdownPercent of at most 60; the request asks for 61");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "volume: Readable | volume: All | TracePolicy \"few\" allows spec.volume Readable at most; the request asks for All: leave it out, or have a cluster admin leave volume out of that policy",
                "volume: Readable | volume: Readable | -",
                "volume: Readable | onlyErrors: true | -",
                "volume: All | volume: All | -",
                "arguments: Names | volume: All | -",
            })
    void aPolicyMayAllowNoSpanForEachCall(String rule, String asked, @Nullable String message) {
        TraceRequestSpec spec = Serialization.unmarshal("--- {podName: a, " + asked + "}", TraceRequestSpec.class);

        assertThat(EffectivePolicy.of(List.of(policy("few", rule)), "shop", Map.of())
                        .refusal(spec, "common")
                        .map(Acceptance.Refused::message))
                .isEqualTo(Optional.ofNullable(message));
    }

    @Test
    void aPolicyConcernsTheNamespacesItSelects() {
        assertThat(EffectivePolicy.of(ALL, "dev", Map.of()).names()).containsExactly("b-everywhere");
        assertThat(EffectivePolicy.of(ALL, "kube-system", Map.of()).names())
                .containsExactly("a-system", "b-everywhere");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "durationSeconds: 31 | allows a durationSeconds of at most 30; the request asks for 31",
                "onlyErrors: true | allows a durationSeconds of at most 30; the request asks for 60, the default",
                "durationSeconds: 30, maxSpansPerSecond: 3001 | allows a maxSpansPerSecond of at most 3000; the request asks for 3001",
                "durationSeconds: 30, sinkRef: {name: mine} | does not allow the sink \"mine\"; it allows: common, production",
                "durationSeconds: 30, justification: x | does not allow to trace all system calls: name those you need in spec.syscalls",
                "durationSeconds: 30, syscalls: [read] | requires spec.justification: say why, such as the number of an incident",
            })
    void whatAPolicyForbidsIsRefusedByItsName(String fields, String message) {
        assertThat(judge("{podName: a, " + fields + "}", "shop", PROD, Rules.OPEN))
                .isInstanceOfSatisfying(
                        Acceptance.Refused.class,
                        refused -> assertThat(refused.message())
                                .startsWith("TracePolicy \"")
                                .endsWith("\" " + message));
    }

    @Test
    void whatThePoliciesAllowGoesToTheirSink() {
        assertThat(judge(
                        "{podName: a, durationSeconds: 30, syscalls: [read], justification: INC-1}",
                        "shop",
                        PROD,
                        Rules.OPEN))
                .isInstanceOfSatisfying(
                        Acceptance.Accepted.class,
                        accepted -> assertThat(accepted.sink().getMetadata().getName())
                                .isEqualTo("common"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "renacer-system | NeverTraced | Namespace renacer-system is Renacer's own and is never traced",
                "kube-public | NeverTraced | Namespace kube-public belongs to the control plane and is never traced",
                "kube-node-lease | NeverTraced | Namespace kube-node-lease belongs to the control plane and is never traced",
                "shop | DeniedByNamespace | Namespace shop is not open for tracing; an admin opens it with: kubectl label namespace shop renacer.dev/tracing=enabled",
            })
    void aNamespaceThatIsNotOpenIsRefused(String namespace, String reason, String message) {
        Acceptance judged =
                judge("{podName: a}", namespace, Map.of(), new Rules(true, Optional.of("renacer-system"), false));

        assertThat(judged).isInstanceOfSatisfying(Acceptance.Refused.class, refused -> {
            assertThat(refused.reason().name()).isEqualTo(reason);
            assertThat(refused.message()).isEqualTo(message);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{durationSeconds: 10} | spec has none, but must have exactly one of podName, selector and workloadRef",
                "{podName: a, workloadRef: {kind: Deployment, name: a}} | spec has podName and workloadRef, but must have exactly one of podName, selector and workloadRef",
                "{podName: a, selector: {matchLabels: {app: a}}} | spec has podName and selector, but must have exactly one of podName, selector and workloadRef",
                "{selector: {}} | spec.selector must have a label or an expression to match, the latter with an operator that is In or NotIn, with values, or Exists or DoesNotExist, without",
                "{selector: {matchExpressions: [{key: app, operator: Like}]}} | spec.selector must have a label or an expression to match, the latter with an operator that is In or NotIn, with values, or Exists or DoesNotExist, without",
                "{selector: {matchExpressions: [{key: app, operator: NotIn}]}} | spec.selector must have a label or an expression to match, the latter with an operator that is In or NotIn, with values, or Exists or DoesNotExist, without",
                "{selector: {matchExpressions: [{key: app, operator: Exists, values: [a]}]}} | spec.selector must have a label or an expression to match, the latter with an operator that is In or NotIn, with values, or Exists or DoesNotExist, without",
                "{podName: a, durationSeconds: 0} | spec.durationSeconds is 0, but must be from 1 to 3600",
                "{podName: a, syscalls: []} | spec.syscalls is empty, but must have a value or be left out",
                "{podName: a, peers: []} | spec.peers is empty, but must have a value or be left out",
                "{podName: a, paths: [/etc/hosts], arguments: None} | spec.arguments is None, but must be Names or Full or be left out: spec.paths and spec.peers go by what spans say of arguments",
                "{podName: a, errorStatus: Some} | spec.errorStatus is \"Some\", but must be Default or All",
                "{podName: a, volume: Some} | spec.volume is \"Some\", but must be Readable or All",
                "{podName: a, traceParent: 00-1-2-01} | spec.traceParent is \"00-1-2-01\", but a traceParent is 00-<32 hex digits trace id>-<16 hex digits span id>-<2 hex digits flags>, in lower case, and neither id is all zeros",
                "{podName: a, unsampled: All} | spec.unsampled is \"All\", but must be Drop or Keep",
                "{podName: a, sampling: []} | spec.sampling has 0 rules, but must have 1 to 32 or be left out",
                "{podName: a, sampling: [{keepErrors: true}, {}]} | spec.sampling[1] has 0 fields, but a rule of sampling has exactly one of keepErrors: true, keepMinDurationMicros, keepSyscalls, dropSyscalls and keepTracesPerMillion",
                "{podName: a, sampling: [{keepTracesPerMillion: -1}]} | spec.sampling[0].keepTracesPerMillion is -1, but must be from 0 to 1000000",
                "{podName: a, sampling: [{dropSyscalls: ['%file']}]} | spec.sampling[0].dropSyscalls has \"%file\", which is no name of a system call",
                "{podName: a, safety: {onExceeded: Ignore}} | spec.safety.onExceeded is \"Ignore\", but must be Detach or DutyCycle",
            })
    void aSpecThatNoDefinitionOfOursLetsPassIsRefusedWhereItIsServed(String spec, String fault) {
        assertThat(judge(spec, "dev", Map.of(), Rules.OPEN))
                .isInstanceOfSatisfying(Acceptance.Refused.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(Reason.InvalidSpec);
                    assertThat(refused.message())
                            .isEqualTo(
                                    fault
                                            + ": it was stored under another definition of TraceRequest; delete the request and create another");
                });
    }

    @Test
    void aSpecThatCannotBeReadIsRefusedWithAWordOnTheLog() {
        assertThat(judge(Optional.empty(), "dev", Map.of(), Rules.OPEN))
                .isEqualTo(new Acceptance.Refused(
                        Reason.InvalidSpec,
                        "No spec can be read: it was stored under another definition of TraceRequest, and the operator's"
                                + " log names the field, if there is one; delete the request and create another"));
    }

    @Test
    void theBoundsAreThoseOfTheDefinition() {
        JSONSchemaProps spec = property(
                Definitions.load(TraceRequest.class)
                        .getSpec()
                        .getVersions()
                        .getFirst()
                        .getSchema()
                        .getOpenAPIV3Schema(),
                "spec");

        spec.getProperties()
                .forEach((field, schema) -> assertBounds(schema, value -> "{" + field + ": " + value + "}"));
        property(spec, "safety")
                .getProperties()
                .forEach((field, schema) -> assertBounds(schema, value -> "{safety: {" + field + ": " + value + "}}"));
    }

    private static JSONSchemaProps property(JSONSchemaProps schema, String name) {
        return Objects.requireNonNull(schema.getProperties().get(name));
    }

    private static void assertBounds(JSONSchemaProps schema, UnaryOperator<String> spec) {
        if (schema.getMinimum() != null) {
            long lowest = schema.getMinimum().longValue();
            long highest = schema.getMaximum().longValue();
            assertThat(Stream.of(lowest, highest).map(value -> fault(spec.apply(Long.toString(value)))))
                    .as(spec.apply("its bounds"))
                    .containsOnly(Optional.empty());
            assertThat(Stream.of(lowest - 1, highest + 1).map(value -> fault(spec.apply(Long.toString(value)))))
                    .as(spec.apply("beyond its bounds"))
                    .allMatch(Optional::isPresent);
        }
        if (schema.getMinLength() != null) {
            assertThat(fault(spec.apply("''"))).as(spec.apply("''")).isPresent();
        }
        if (schema.getMinItems() != null) {
            assertThat(fault(spec.apply("[]"))).as(spec.apply("[]")).isPresent();
        }
    }

    /** With a pod's name, where the spec does not itself give one. */
    private static Optional<String> fault(String fields) {
        String spec = fields.contains("podName:") ? fields : fields.replaceFirst("\\{", "{podName: a, ");
        return StoredSpec.fault(Serialization.unmarshal("--- " + spec, TraceRequestSpec.class));
    }

    @Test
    void coLocationIsRefusedWhereTheAgentsDoNotOfferIt() {
        String asking = "{podName: a, safety: {colocate: true}}";

        assertThat(judge(asking, "dev", Map.of(), Rules.OPEN))
                .isInstanceOfSatisfying(Acceptance.Refused.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(Reason.ColocationUnavailable);
                    assertThat(refused.message())
                            .contains("spec.safety.colocate")
                            .contains("agent.colocation.enabled");
                });
        assertThat(judge("{podName: a, safety: {colocate: false}}", "dev", Map.of(), Rules.OPEN))
                .isInstanceOf(Acceptance.Accepted.class);
        assertThat(judge(asking, "dev", Map.of(), new Rules(false, Optional.empty(), true)))
                .isInstanceOf(Acceptance.Accepted.class);
    }

    @Test
    void aPolicyMayForbidCoLocation() {
        TracePolicy strict = policy("strict", "forbiddenOptions: [Colocation]");
        TraceRequestSpec asking =
                Serialization.unmarshal("--- {podName: a, safety: {colocate: true}}", TraceRequestSpec.class);

        assertThat(EffectivePolicy.of(List.of(strict), "dev", Map.of()).refusal(asking, "default"))
                .hasValueSatisfying(refused -> assertThat(refused.message())
                        .isEqualTo(
                                "TracePolicy \"strict\" does not allow co-location: leave spec.safety.colocate out"));
    }

    @Test
    void aPolicyMayForbidSourceLocations() {
        TracePolicy strict = policy("strict", "forbiddenOptions: [SourceLocations]");
        EffectivePolicy policy = EffectivePolicy.of(List.of(strict), "dev", Map.of());

        assertThat(policy.refusal(asking("true"), "default"))
                .hasValueSatisfying(
                        refused -> assertThat(refused.message())
                                .isEqualTo(
                                        "TracePolicy \"strict\" does not allow source locations: leave spec.sourceLocations out"));
        assertThat(policy.refusal(asking("false"), "default")).isEmpty();
    }

    @Test
    void aRequestSeesNamesUnlessItAsksForLess() {
        assertThat(EffectivePolicy.NONE.arguments(TraceRequestSpec.EMPTY)).isEqualTo(ArgumentDetail.NAMES);
        assertThat(EffectivePolicy.NONE.arguments(arguments("None"))).isEqualTo(ArgumentDetail.NONE);
    }

    @Test
    void aRequestSeesAsMuchOfArgumentsAsEveryPolicyAllows() {
        TracePolicy full = policy("full", "arguments: Full");
        TracePolicy silent = policy("silent", "requireJustification: false");
        TracePolicy none = policy("none", "arguments: None");

        EffectivePolicy generous = EffectivePolicy.of(List.of(full), "dev", Map.of());
        assertThat(generous.refusal(arguments("Full"), "default")).isEmpty();
        assertThat(generous.arguments(arguments("Full"))).isEqualTo(ArgumentDetail.FULL);
        assertThat(generous.arguments(TraceRequestSpec.EMPTY)).isEqualTo(ArgumentDetail.NAMES);
        EffectivePolicy usual = EffectivePolicy.of(List.of(full, silent), "dev", Map.of());
        assertThat(usual.refusal(arguments("Full"), "default"))
                .hasValueSatisfying(refused -> assertThat(refused.message())
                        .isEqualTo(
                                "TracePolicy \"silent\" allows spec.arguments Names at most; the request asks for Full:"
                                        + " leave it out, or have a cluster admin set arguments: Full in a TracePolicy for this"
                                        + " namespace"));
        EffectivePolicy strict = EffectivePolicy.of(List.of(full, silent, none), "dev", Map.of());
        assertThat(strict.arguments(TraceRequestSpec.EMPTY)).isEqualTo(ArgumentDetail.NONE);
        assertThat(strict.refusal(arguments("Names"), "default")).isPresent();
        assertThat(strict.refusal(TraceRequestSpec.EMPTY, "default")).isEmpty();
    }

    @Test
    void withoutAPolicyNobodySeesWhatIsReadAndWritten() {
        assertThat(EffectivePolicy.NONE.refusal(arguments("Full"), "default"))
                .hasValueSatisfying(refused -> assertThat(refused.message())
                        .startsWith("without a TracePolicy a request gets spec.arguments Names at most"));
    }

    @Test
    void aWordThatNoDefinitionKnowsAllowsNothing() {
        EffectivePolicy odd = EffectivePolicy.of(List.of(policy("odd", "arguments: Everything")), "dev", Map.of());

        assertThat(odd.arguments(TraceRequestSpec.EMPTY)).isEqualTo(ArgumentDetail.NONE);
    }

    @Test
    void thePatternsOfAllPoliciesAreRedacted() {
        EffectivePolicy both = EffectivePolicy.of(
                List.of(policy("a", "redact: [x+, y+]"), policy("b", "redact: [y+, z+]")), "dev", Map.of());

        assertThat(both.redact()).containsExactly("x+", "y+", "z+");
        assertThat(both.refusal(TraceRequestSpec.EMPTY, "default")).isEmpty();
    }

    @Test
    void aPatternThatCannotBeReadRefusesRequestsSinceItHidesNothing() {
        EffectivePolicy faulty = EffectivePolicy.of(List.of(policy("faulty", "redact: [x, '(']")), "dev", Map.of());

        assertThat(faulty.refusal(TraceRequestSpec.EMPTY, "default"))
                .hasValueSatisfying(refused -> assertThat(refused.message())
                        .startsWith(
                                "TracePolicy \"faulty\" has an expression in redact that is not a regular expression")
                        .endsWith("\"(\"; a cluster admin must correct it before anything is traced here"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"paths: [/etc/hosts]", "peers: ['10.0.0.9']"})
    void callsCannotBeChosenByNamesWhereAPolicyAllowsNone(String field) {
        TraceRequestSpec asking = Serialization.unmarshal("--- {podName: a, " + field + "}", TraceRequestSpec.class);
        TracePolicy full = policy("full", "arguments: Full");
        TracePolicy none = policy("none", "arguments: None");

        assertThat(EffectivePolicy.of(List.of(full, none), "dev", Map.of()).refusal(asking, "default"))
                .contains(new Acceptance.Refused(
                        Reason.DeniedByPolicy,
                        "TracePolicy \"none\" allows spec.arguments None at most, so calls cannot be chosen by paths or"
                                + " peers: leave spec.paths and spec.peers out, or have a cluster admin set arguments:"
                                + " Names in it"));
        assertThat(EffectivePolicy.of(List.of(full), "dev", Map.of()).refusal(asking, "default"))
                .isEmpty();
        assertThat(EffectivePolicy.NONE.refusal(asking, "default")).isEmpty();
    }

    private static TraceRequestSpec arguments(String detail) {
        return Serialization.unmarshal("--- {podName: a, arguments: " + detail + "}", TraceRequestSpec.class);
    }

    private static TraceRequestSpec asking(String sourceLocations) {
        return Serialization.unmarshal(
                "--- {podName: a, sourceLocations: " + sourceLocations + "}", TraceRequestSpec.class);
    }

    @Test
    void theLabelOpensANamespace() {
        Rules rules = new Rules(true, Optional.empty(), false);

        assertThat(judge("{podName: a}", "dev", Map.of("renacer.dev/tracing", "enabled"), rules))
                .isInstanceOf(Acceptance.Accepted.class);
        assertThat(judge("{podName: a}", "dev", Map.of("renacer.dev/tracing", "true"), rules))
                .isInstanceOf(Acceptance.Refused.class);
    }

    @Test
    void kubeSystemIsOpenedOnlyByAPolicyThatSelectsIt() {
        TracePolicy careless = policy("careless", "allowKubeSystem: true");

        assertThat(EffectivePolicy.of(List.of(careless), "kube-system", Map.of())
                        .allowsKubeSystem())
                .isFalse();
        assertThat(EffectivePolicy.of(ALL, "kube-system", Map.of()).allowsKubeSystem())
                .isTrue();
        assertThat(judge("{podName: a}", "kube-system", Map.of(), Rules.OPEN)).isInstanceOf(Acceptance.Accepted.class);
    }

    private static Acceptance judge(String spec, String namespace, Map<String, String> labels, Rules rules) {
        return judge(
                Optional.of(Serialization.unmarshal("--- " + spec, TraceRequestSpec.class)), namespace, labels, rules);
    }

    private static Acceptance judge(
            Optional<TraceRequestSpec> spec, String namespace, Map<String, String> labels, Rules rules) {
        return Acceptance.of(
                spec,
                namespace,
                labels,
                rules,
                EffectivePolicy.of(ALL, namespace, labels),
                Stream.of("common", "production", "mine")
                        .map(AcceptanceTest::sink)
                        .toList());
    }

    private static TraceSink sink(String name) {
        return Serialization.unmarshal(
                "--- {metadata: {name: " + name + "}, spec: {endpoint: 'http://c:4317'}}", TraceSink.class);
    }

    private static TracePolicy policy(String name, String spec) {
        return Serialization.unmarshal("metadata: {name: " + name + "}\nspec:\n" + spec.indent(2), TracePolicy.class);
    }
}
