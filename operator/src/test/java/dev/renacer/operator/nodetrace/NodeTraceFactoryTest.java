// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.nodetrace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec.SamplingRule;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.admin.TraceSinkSpec;
import dev.renacer.operator.plan.ArgumentDetail;
import dev.renacer.operator.plan.SlowdownBound;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeTraceFactoryTest {
    private static final NodeTraceFactory.Terms TERMS = new NodeTraceFactory.Terms(
            Instant.EPOCH,
            new Sink("default", "http://collector:4317", "grpc", null),
            Optional.empty(),
            ArgumentDetail.NONE,
            List.of("x"),
            false,
            true);

    @Test
    void whatCountsAsAnErrorReachesTheAgent() {
        assertThat(errorStatus("errorStatus: All")).isEqualTo("All");
        assertThat(errorStatus("errorStatus: Default")).isNull();
        assertThat(errorStatus("onlyErrors: true")).isNull();
    }

    @Test
    void whatCallsMustBeAboutReachesTheAgent() {
        TraceRequest request = Serialization.unmarshal(
                "--- {metadata: {name: checkout, namespace: shop, uid: u1}, spec: {podName: web-1, paths: [/etc/hosts],"
                        + " peers: [':53', /run/app.sock]}}",
                TraceRequest.class);

        assertThat(NodeTraceFactory.of(request, "node-1", NodeTargets.NONE, TERMS)
                        .getSpec()
                        .profile())
                .satisfies(profile -> assertThat(profile.paths()).containsExactly("/etc/hosts"))
                .satisfies(profile -> assertThat(profile.peers()).containsExactly(":53", "/run/app.sock"));
    }

    @Test
    void theBoundOfTheSlowdownAndTheDetailOfArgumentsReachTheAgent() {
        TraceRequest request = Serialization.unmarshal(
                "--- {metadata: {name: checkout, namespace: shop, uid: u1}, spec: {podName: web-1}}",
                TraceRequest.class);
        NodeTraceFactory.Terms bound = new NodeTraceFactory.Terms(
                TERMS.notAfter(),
                TERMS.sink(),
                Optional.of(new SlowdownBound(100, "DutyCycle", Optional.of("default"))),
                ArgumentDetail.NAMES,
                List.of("customer-[0-9]+"),
                false,
                false);

        assertThat(NodeTraceFactory.of(request, "node-1", NodeTargets.NONE, bound)
                        .getSpec()
                        .profile())
                .satisfies(profile -> assertThat(profile.maxSlowdownPercent()).isEqualTo(100))
                .satisfies(profile -> assertThat(profile.onExceeded()).isEqualTo("DutyCycle"))
                .satisfies(profile -> assertThat(profile.arguments()).isEqualTo("Names"))
                .satisfies(profile -> assertThat(profile.callsInFlight()).isEqualTo("Names"))
                .satisfies(profile -> assertThat(profile.redact()).containsExactly("customer-[0-9]+"));
        assertThat(NodeTraceFactory.of(request, "node-1", NodeTargets.NONE, TERMS)
                        .getSpec()
                        .profile()
                        .arguments())
                .isNull();
        assertThat(NodeTraceFactory.of(request, "node-1", NodeTargets.NONE, TERMS)
                        .getSpec()
                        .profile()
                        .redact())
                .isNull();
    }

    @Test
    void aSinkThatTakesOnlySpansGetsNoMetrics() {
        TraceSink sink = new TraceSink();
        sink.getMetadata().setName("jaeger");
        sink.setSpec(new TraceSinkSpec("http://jaeger:4318", null, null, "None"));
        assertThat(NodeTraceFactory.sink(sink))
                .isEqualTo(new Sink("jaeger", "http://jaeger:4318", "http/protobuf", null, "None"))
                .satisfies(without -> assertThat(without.isMeasured()).isFalse());
        sink.setSpec(new TraceSinkSpec("http://collector:4317", null, null));
        assertThat(NodeTraceFactory.sink(sink).isMeasured()).isTrue();
    }

    @Test
    void callsAreFoldedUnlessARequestAsksForAll() {
        assertThat(profile("onlyErrors: true").volume()).isEqualTo("Readable");
        assertThat(profile("volume: Readable").volume()).isEqualTo("Readable");
        assertThat(profile("volume: All").volume()).isNull();
    }

    @Test
    void theSpanThatTheTraceContinuesReachesTheAgent() {
        String parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assertThat(profile("traceParent: " + parent).traceParent()).isEqualTo(parent);
        assertThat(profile("onlyErrors: true").traceParent()).isNull();
    }

    @Test
    void callsForUnrecordedTracesHaveSpansOnlyWhereARequestSaysSo() {
        assertThat(profile("unsampled: Keep").unsampled()).isEqualTo("Keep");
        assertThat(profile("unsampled: Drop").unsampled()).isNull();
        assertThat(profile("onlyErrors: true").unsampled()).isNull();
    }

    @Test
    void theRulesOfSamplingReachTheAgent() {
        assertThat(profile("sampling: [{keepErrors: true}, {dropSyscalls: [getpid]}]")
                        .sampling())
                .containsExactly(
                        new SamplingRule(true, null, null, null, null),
                        new SamplingRule(null, null, null, List.of("getpid"), null));
        assertThat(profile("onlyErrors: true").sampling()).isNull();
    }

    private static @Nullable String errorStatus(String field) {
        return profile(field).errorStatus();
    }

    private static Profile profile(String field) {
        TraceRequest request = Serialization.unmarshal("""
                metadata: {name: checkout, namespace: shop, uid: u1}
                spec:
                  podName: web-1
                  %s
                """.formatted(field), TraceRequest.class);
        return NodeTraceFactory.of(request, "node-1", NodeTargets.NONE, TERMS)
                .getSpec()
                .profile();
    }
}
