// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the API server refuses, in its own words, and what a server that stands in for it has to refuse in the same words. */
public abstract class SchemaRules {
    /** Of the server under test. */
    protected abstract KubernetesClient client();

    /** One where requests may be created. */
    protected abstract String namespace();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                              | spec: Invalid value: exactly one of podName,"
                        + " selector and workloadRef must be set",
                "{podName: a, selector: {matchLabels: {app: a}}} | spec: Invalid value: exactly one of podName,"
                        + " selector and workloadRef must be set",
                "{podName: ''}                                   | spec.podName: Invalid value: \"\": spec.podName in"
                        + " body should be at least 1 chars long",
                "{selector: {}}                                  | spec.selector: Invalid value: selector is empty and"
                        + " would match every pod of the namespace: give matchLabels or matchExpressions",
                "{selector: {matchExpressions: [{key: a, operator: Like}]}} | supported values: \"In\", \"NotIn\","
                        + " \"Exists\", \"DoesNotExist\"",
                "{selector: {matchExpressions: [{key: a, operator: In}]}} | spec.selector.matchExpressions[0].values:"
                        + " Invalid value: must have at least one value, because operator is In or NotIn",
                "{selector: {matchExpressions: [{key: a, operator: NotIn, values: []}]}} |"
                        + " spec.selector.matchExpressions[0].values: Invalid value: must have at least one value,"
                        + " because operator is In or NotIn",
                "{selector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}} |"
                        + " spec.selector.matchExpressions[0].values: Invalid value: must be left out, because"
                        + " operator is Exists or DoesNotExist",
                "{selector: {matchExpressions: [{key: a, operator: DoesNotExist, values: [b]}]}} |"
                        + " spec.selector.matchExpressions[0].values: Invalid value: must be left out, because"
                        + " operator is Exists or DoesNotExist",
                "{podName: a, durationSeconds: 0}                | spec.durationSeconds in body should be greater than"
                        + " or equal to 1",
                "{podName: a, durationSeconds: -5}               | spec.durationSeconds in body should be greater than"
                        + " or equal to 1",
                "{podName: a, durationSeconds: 3601}             | spec.durationSeconds in body should be less than or"
                        + " equal to 3600",
                "{podName: a, durationSeconds: 1m}               | spec.durationSeconds: Invalid value: \"string\": spec.durationSeconds in body must be of type"
                        + " integer: \"string\"",
                "{podName: a, maxSpansPerSecond: 0}              | spec.maxSpansPerSecond in body should be greater"
                        + " than or equal to 1",
                "{podName: a, maxSpansPerSecond: 100001}         | spec.maxSpansPerSecond in body should be less than"
                        + " or equal to 100000",
                "{podName: a, syscalls: []}                      | spec.syscalls in body should have at least 1 items",
                "{podName: a, syscalls: ['open at']}             | spec.syscalls[0] in body should match",
                "{podName: a, syscalls: ['openat,read']}         | spec.syscalls[0] in body should match",
                "{podName: a, syscalls: ['/x/,/y/']}             | spec.syscalls[0] in body should match",
                "{podName: a, syscalls: ['/x//,/y/']}            | spec.syscalls[0] in body should match",
                "{podName: a, paths: []}                         | spec.paths in body should have at least 1 items",
                "{podName: a, paths: ['']}                       | spec.paths[0] in body should be at least 1 chars"
                        + " long",
                "{podName: a, paths: [etc/hosts]}                | spec.paths: Invalid value: a path begins with / and",
                "{podName: a, paths: [/etc/hosts, '~/x']}        | spec.paths: Invalid value: a path begins with / and",
                "{podName: a, paths: ['/a\\b']}                   | spec.paths: Invalid value: a path begins with / and",
                "{podName: a, paths: ['/a\\451']}                 | spec.paths: Invalid value: a path begins with / and",
                "{podName: a, peers: []}                         | spec.peers in body should have at least 1 items",
                "{podName: a, peers: [db]}                       | spec.peers: Invalid value: a peer is an address",
                "{podName: a, peers: ['db:5432']}                | spec.peers: Invalid value: a peer is an address",
                "{podName: a, peers: ['10.0.0.256']}             | spec.peers: Invalid value: a peer is an address",
                "{podName: a, peers: ['10.0.0.9:65536']}         | spec.peers: Invalid value: a peer is an address",
                "{podName: a, peers: ['10.0.0.9/33']}            | spec.peers: Invalid value: a peer is an address",
                "{podName: a, peers: ['2001:db8::1']}            | spec.peers: Invalid value: a peer is an address",
                "{podName: a, peers: [':53', '@']}               | spec.peers: Invalid value: a peer is an address",
                "{podName: a, peers: [':53'], arguments: None}   | spec.arguments: Invalid value: paths and peers go by"
                        + " what spans say of arguments: with arguments: None there is nothing to go by",
                "{podName: a, paths: [/x], arguments: None}      | spec.arguments: Invalid value: paths and peers go by"
                        + " what spans say of arguments: with arguments: None there is nothing to go by",
                "{podName: a, traceParent: ''}                   | spec.traceParent in body should be at least 1 chars long",
                "{podName: a, traceParent: 4bf92f3577b34da6a3ce929d0e0e4736} | spec.traceParent: Invalid value: \"4bf92f3577b34da6a3ce929d0e0e4736\":"
                        + " a traceParent is 00-<32",
                "{podName: a, traceParent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0G} | spec.traceParent: Invalid"
                        + " value: \"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0G\": a traceParent is 00-<32",
                "{podName: a, traceParent: 01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01} | spec.traceParent: Invalid"
                        + " value: \"01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\": a traceParent is 00-<32",
                "{podName: a, traceParent: 00-00000000000000000000000000000000-00f067aa0ba902b7-01} | spec.traceParent: Invalid"
                        + " value: \"00-00000000000000000000000000000000-00f067aa0ba902b7-01\": a traceParent is 00-<32",
                "{podName: a, traceParent: 00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01} | spec.traceParent: Invalid"
                        + " value: \"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01\": a traceParent is 00-<32",
                "{podName: a, mode: Look, traceParent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01} | spec.mode: Invalid"
                        + " value: with mode: Look nothing is traced: leave",
                "{podName: a, unsampled: All}                    | spec.unsampled in body should match '^(Drop|Keep)$'",
                "{podName: a, sampling: []}                      | spec.sampling in body should have at least 1 items",
                "{podName: a, sampling: [{}]}                    | spec.sampling[0]: Invalid value: a rule of sampling has"
                        + " exactly one of keepErrors: true",
                "{podName: a, sampling: [{keepErrors: false}]}   | spec.sampling[0]: Invalid value: a rule of sampling has"
                        + " exactly one of keepErrors: true",
                "{podName: a, sampling: [{keepErrors: true}, {keepErrors: true, keepTracesPerMillion: 1}]} | spec.sampling[1]: Invalid"
                        + " value: a rule of sampling has exactly one of keepErrors: true",
                "{podName: a, sampling: [{keepTracesPerMillion: 1000001}]} | spec.sampling[0].keepTracesPerMillion in body should be"
                        + " less than or equal to 1000000",
                "{podName: a, sampling: [{keepMinDurationMicros: -1}]} | spec.sampling[0].keepMinDurationMicros in body should be"
                        + " greater than or equal to 0",
                "{podName: a, sampling: [{dropSyscalls: []}]}    | spec.sampling[0].dropSyscalls in body should have at least 1"
                        + " items",
                "{podName: a, sampling: [{keepSyscalls: ['%file']}]} | spec.sampling[0].keepSyscalls[0] in body should match",
                "{podName: a, containers: []}                    | spec.containers in body should have at least 1"
                        + " items",
                "{podName: a, containers: [app, app]}            | spec.containers[1]: Duplicate value: \"app\"",
                "{podName: a, sinkRef: {name: ''}}               | spec.sinkRef.name in body should be at least 1"
                        + " chars long",
                "{podName: a, sinkRef: {}}                       | spec.sinkRef.name: Required value",
            })
    void refusesRequest(String spec, String message) {
        assertThat(refusal(() -> requests().resource(request("refused", spec)).create()))
                .contains(message);
    }

    @Test
    void takesExpressionsWithAndWithoutValues() {
        String spec = "{selector: {matchExpressions: [{key: a, operator: In, values: [b]},"
                + " {key: c, operator: NotIn, values: ['']}, {key: d, operator: Exists},"
                + " {key: e, operator: DoesNotExist, values: []}]}}";

        assertThat(requests()
                        .resource(request("expressions", spec))
                        .create()
                        .getMetadata()
                        .getUid())
                .isNotBlank();
    }

    @Test
    void takesASpanThatTheTraceContinues() {
        String spec = "{podName: a, traceParent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00}";

        assertThat(requests()
                        .resource(request("continued", spec))
                        .create()
                        .getMetadata()
                        .getUid())
                .isNotBlank();
    }

    @Test
    void takesRulesOfSamplingOfEachFormUpToItsMost() {
        String rules = "{keepErrors: true}, {keepMinDurationMicros: 10000}, {keepSyscalls: [openat]},"
                + " {dropSyscalls: [clock_gettime, getpid]}, {keepTracesPerMillion: 100000}";

        assertThat(requests()
                        .resource(request("sampled", "{podName: a, sampling: [" + rules + "]}"))
                        .create()
                        .getMetadata()
                        .getUid())
                .isNotBlank();
        assertThat(refusal(() -> requests()
                        .resource(request(
                                "refused",
                                "{podName: a, sampling: ["
                                        + String.join(", ", Collections.nCopies(33, "{keepErrors: true}")) + "]}"))
                        .create()))
                .contains("spec.sampling: Too many: 33: must have at most 32 items");
    }

    @Test
    void takesPathsAndPeersOfEachForm() {
        String spec =
                "{podName: a, arguments: Names, paths: [/, /etc/hosts, '/srv/a b', '/srv/jos\\351', '/a\\\\b', /srv/josé],"
                        + " peers: ['10.0.0.9', '10.0.0.0/8', '10.0.0.0/8:80', '10.0.0.9:5432', ':53', '[::1]', '[2001:db8::]/32',"
                        + " '[::ffff:10.0.0.9]:443', /run/app.sock, '@app']}";

        assertThat(requests()
                        .resource(request("subjects", spec))
                        .create()
                        .getMetadata()
                        .getUid())
                .isNotBlank();
    }

    @Test
    void refusesPolicyForNamespacesThatAnOperatorWithoutValuesMatches() {
        GenericKubernetesResource policy = resource(
                "TracePolicy",
                "refused",
                "{namespaceSelector: {matchExpressions: [{key: a, operator: NotIn}]}, limits: {maxDurationSeconds: 5}}");

        assertThat(refusal(() -> client().resource(policy).create()))
                .contains("spec.namespaceSelector.matchExpressions[0].values: Invalid value: must have at least one"
                        + " value, because operator is In or NotIn");
    }

    /** What a terminal takes for commands stands in no string that a tenant writes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{podName: 'a%s'}                                             | spec.podName",
                "{podName: a, containers: ['a%s']}                            | spec.containers[0]",
                "{podName: a, process: 'a%s'}                                 | spec.process",
                "{podName: a, syscalls: ['/a%s/']}                            | spec.syscalls[0]",
                "{podName: a, paths: ['/a%s']}                                | spec.paths",
                "{podName: a, peers: ['/a%s']}                                | spec.peers",
                "{podName: a, traceParent: 'a%s'}                             | spec.traceParent",
                "{podName: a, justification: 'a%s'}                           | spec.justification",
                "{podName: a, requestedBy: 'a%s'}                             | spec.requestedBy",
                "{podName: a, sinkRef: {name: 'a%s'}}                         | spec.sinkRef.name",
                "{workloadRef: {kind: 'A%s', name: a}}                        | spec.workloadRef.kind",
                "{workloadRef: {kind: A, name: 'a%s'}}                        | spec.workloadRef.name",
                "{workloadRef: {kind: A, name: a, apiVersion: 'v1%s'}}        | spec.workloadRef.apiVersion",
                "{selector: {matchLabels: {a: 'a%s'}}}                        | spec.selector.matchLabels.a",
                "{selector: {matchLabels: {'a%s': a}}}                        | spec.selector.matchLabels",
                "{selector: {matchExpressions: [{key: 'a%s', operator: Exists}]}} |"
                        + " spec.selector.matchExpressions[0].key",
                "{selector: {matchExpressions: [{key: a, operator: In, values: ['a%s']}]}} |"
                        + " spec.selector.matchExpressions[0].values[0]",
            })
    void refusesWhatCouldSteerATerminal(String spec, String field) {
        for (String character : new String[] {"\u001b[2J", "\n", "\u0007", "\u009b", "\u202e", "\u2028", "\u007f"}) {
            GenericKubernetesResource request = request("refused", spec.replace("%s", "PLACE"));
            GenericKubernetesResource written = Serialization.unmarshal(
                    Serialization.asJson(request)
                            .replace("PLACE", Serialization.asJson(character).replace("\"", "")),
                    GenericKubernetesResource.class);

            assertThat(refusal(() -> requests().resource(written).create()))
                    .as("%s with %s", field, Serialization.asJson(character))
                    .contains(field + ": Invalid value")
                    .doesNotContain(character);
        }
    }

    @Test
    void refusesSelectorsLargerThanAnyoneNeeds() {
        String labels = IntStream.range(0, 17).mapToObj(i -> "l" + i + ": a").collect(Collectors.joining(", "));
        String expressions = IntStream.range(0, 1_000)
                .mapToObj(i -> "{key: k" + i + ", operator: Exists}")
                .collect(Collectors.joining(", "));
        String values = IntStream.range(0, 65).mapToObj(i -> "v" + i).collect(Collectors.joining(", "));

        assertThat(refusal(() -> requests()
                        .resource(request("refused", "{selector: {matchLabels: {" + labels + "}}}"))
                        .create()))
                .contains("spec.selector.matchLabels: Too many: 17: must have at most 16 items");
        assertThat(refusal(() -> requests()
                        .resource(request("refused", "{selector: {matchExpressions: [" + expressions + "]}}"))
                        .create()))
                .contains("spec.selector.matchExpressions: Too many: 1000: must have at most 16 items");
        assertThat(refusal(() -> requests()
                        .resource(request(
                                "refused",
                                "{selector: {matchExpressions: [{key: a, operator: In, values: [" + values + "]}]}}"))
                        .create()))
                .contains("spec.selector.matchExpressions[0].values: Too many: 65: must have at most 64 items");
    }

    @Test
    void refusesMoreSyscallsThanTheListHolds() {
        String names = String.join(", ", Collections.nCopies(101, "read"));

        assertThat(refusal(() -> requests()
                        .resource(request("refused", "{podName: a, syscalls: [" + names + "]}"))
                        .create()))
                .contains("spec.syscalls: Too many: 101: must have at most 100 items");
    }

    @Test
    void refusesMoreOrLongerPathsAndPeersThanTheListsHold() {
        assertThat(refusal(() -> requests()
                        .resource(request(
                                "refused",
                                "{podName: a, paths: [" + String.join(", ", Collections.nCopies(33, "/a")) + "]}"))
                        .create()))
                .contains("spec.paths: Too many: 33: must have at most 32 items");
        assertThat(refusal(() -> requests()
                        .resource(request(
                                "refused",
                                "{podName: a, peers: [" + String.join(", ", Collections.nCopies(33, "':1'")) + "]}"))
                        .create()))
                .contains("spec.peers: Too many: 33: must have at most 32 items");
        assertThat(refusal(() -> requests()
                        .resource(request("refused", "{podName: a, paths: [/" + "a".repeat(1_024) + "]}"))
                        .create()))
                .contains("spec.paths[0]: Too long: may not be more than 1024 bytes");
        assertThat(refusal(() -> requests()
                        .resource(request("refused", "{podName: a, peers: [/" + "a".repeat(256) + "]}"))
                        .create()))
                .contains("spec.peers[0]: Too long: may not be more than 256 bytes");
    }

    @Test
    void fillsInTheDefaults() {
        requests().resource(request("defaults", "{podName: a}")).create();

        TraceRequestSpec spec = client().resources(TraceRequest.class)
                .inNamespace(namespace())
                .withName("defaults")
                .require()
                .getSpec();

        assertThat(spec.durationSeconds()).isEqualTo(TraceRequestSpec.DEFAULT_DURATION_SECONDS);
        assertThat(spec.maxSpansPerSecond()).isEqualTo(TraceRequestSpec.DEFAULT_MAX_SPANS_PER_SECOND);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "podName            | {podName: b}",
                "selector           | {podName: null, selector: {matchLabels: {app: a}}}",
                "containers         | {containers: [app]}",
                "durationSeconds    | {durationSeconds: 61}",
                "syscalls           | {syscalls: [read]}",
                "paths              | {paths: [/etc/hosts]}",
                "peers              | {peers: [':53']}",
                "sinkRef            | {sinkRef: {name: other}}",
                "sampling           | {sampling: [{keepErrors: true}]}",
                "unsampled          | {unsampled: Keep}",
                "traceParent        | {traceParent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01}",
                "maxSpansPerSecond  | {maxSpansPerSecond: 1}",
            })
    void refusesAnyChangeButStop(String field, String change) {
        String name = "fixed-" + field.toLowerCase(Locale.ROOT);
        requests().resource(request(name, "{podName: a}")).create();

        assertThat(refusal(() -> patch(name, change)))
                .contains("spec is immutable but for stop and ttlSecondsAfterFinished: delete the request and create"
                        + " another");
    }

    @Test
    void stopIsSetOnceAndNeverTakenBack() {
        requests()
                .resource(request("stopped", "{podName: a, syscalls: [read]}"))
                .create();
        patch("stopped", "{stop: false}");
        patch("stopped", "{stop: true}");

        assertThat(List.of(
                        refusal(() -> patch("stopped", "{stop: false}")),
                        refusal(() -> patch("stopped", "{stop: null}"))))
                .allSatisfy(message -> assertThat(message)
                        .contains("spec.stop: Invalid value: stop cannot be undone: create a new request to"
                                + " trace again"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                                      | spec.endpoint: Required value",
                "{endpoint: 'otel-collector:4317'}                       | spec.endpoint in body should match",
                "{endpoint: 'http://otel-collector:4317', protocol: tcp} | spec.protocol in body should match"
                        + " '^(grpc|http/protobuf)$'",
                "{endpoint: 'http://otel-collector:4317', metrics: none} | spec.metrics in body should match '^(All|None)$'",
            })
    void refusesSink(String spec, String message) {
        GenericKubernetesResource sink = resource("TraceSink", "refused", spec);

        assertThat(refusal(() -> client().resource(sink).create())).contains(message);
    }

    @Test
    void anAgentCanWatchItsOwnNodeAlone() {
        for (String node : List.of("node-a", "node-b")) {
            client().resource(resource(
                            "NodeTrace",
                            "on-" + node,
                            "{nodeName: " + node
                                    + ", requestName: r, requestUid: u, targets: [], profile: {maxSpansPerSecond: 1},"
                                    + " notAfter: '2026-01-01T00:00:00Z',"
                                    + " sink: {name: default, endpoint: 'http://127.0.0.1:4317', protocol: grpc}}"))
                    .inNamespace(namespace())
                    .create();
        }

        assertThat(client().resources(NodeTrace.class)
                        .inNamespace(namespace())
                        .withField("spec.nodeName", "node-b")
                        .list()
                        .getItems())
                .extracting(trace -> trace.getMetadata().getName())
                .containsExactly("on-node-b");
    }

    private void patch(String name, String change) {
        requests()
                .withName(name)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        Serialization.asJson(Serialization.unmarshal("spec: " + change, Map.class)));
    }

    private NonNamespaceOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>> requests() {
        return client().genericKubernetesResources(Renacer.GROUP + "/" + Renacer.VERSION, "TraceRequest")
                .inNamespace(namespace());
    }

    private static GenericKubernetesResource request(String name, String spec) {
        return resource("TraceRequest", name, spec);
    }

    private static GenericKubernetesResource resource(String kind, String name, String spec) {
        return Serialization.unmarshal("""
            apiVersion: renacer.dev/v1alpha1
            kind: %s
            metadata: {name: %s}
            spec: %s
            """.formatted(kind, name, spec), GenericKubernetesResource.class);
    }

    private static String refusal(Runnable action) {
        KubernetesClientException refused = catchThrowableOfType(KubernetesClientException.class, action::run);
        assertThat(refused).as("the server let it pass").isNotNull();
        return refused.getStatus().getMessage();
    }
}
