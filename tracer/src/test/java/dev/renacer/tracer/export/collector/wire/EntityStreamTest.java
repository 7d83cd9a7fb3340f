// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.EntityRef;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is decoded by the classes that opentelemetry-proto generates. */
class EntityStreamTest {
    private static final String SCHEMA = "https://opentelemetry.io/schemas/1.45.0";

    private static Resource resource(String... names) {
        Resource.Builder resource = Resource.newBuilder().setDroppedAttributesCount(3);
        for (String name : names) {
            resource.addAttributes(KeyValue.newBuilder()
                    .setKey(name)
                    .setValue(AnyValue.newBuilder().setStringValue("of " + name)));
        }
        return resource.build();
    }

    private static ResourceSpans spans(Resource resource, int count) {
        ScopeSpans.Builder spans = ScopeSpans.newBuilder();
        for (int index = 0; index < count; index++) {
            spans.addSpans(Span.newBuilder().setName("syscall: read " + index));
        }
        return ResourceSpans.newBuilder()
                .setResource(resource)
                .addScopeSpans(spans)
                .setSchemaUrl(SCHEMA)
                .build();
    }

    private static EntityRef ref(String type, List<String> identifying, String... descriptive) {
        return EntityRef.newBuilder()
                .setSchemaUrl(SCHEMA)
                .setType(type)
                .addAllIdKeys(identifying)
                .addAllDescriptionKeys(List.of(descriptive))
                .build();
    }

    /** Written in pieces of this size. */
    private static byte[] written(Message request, int piece) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] bytes = request.toByteArray();
        EntityStream stream = new EntityStream(out);
        for (int at = 0; at < bytes.length; at += piece) {
            stream.write(bytes, at, Math.min(piece, bytes.length - at));
        }
        assertThat(stream.written()).isEqualTo(out.size());
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100, 1_000_000})
    void eachResourceOfTracesSaysWhichEntitiesItDescribes(int piece) throws IOException {
        Resource container = resource(
                "service.name",
                "k8s.pod.name",
                "k8s.pod.uid",
                "k8s.pod.ip",
                "k8s.namespace.name",
                "k8s.container.name",
                "k8s.node.name",
                "container.id",
                "process.pid",
                "process.creation.time");
        ExportTraceServiceRequest request = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(spans(container, 1_000))
                .addResourceSpans(spans(resource("other"), 0))
                .addResourceSpans(spans(resource(), 3))
                .addResourceSpans(spans(resource("service.name", "host.name"), 1))
                .build();

        ExportTraceServiceRequest.Builder expected = request.toBuilder();
        expected.getResourceSpansBuilder(0)
                .getResourceBuilder()
                .addEntityRefs(ref("service", List.of("service.name")))
                .addEntityRefs(ref("k8s.namespace", List.of("k8s.namespace.name")))
                .addEntityRefs(ref("k8s.pod", List.of("k8s.pod.uid"), "k8s.pod.name", "k8s.pod.ip"))
                .addEntityRefs(ref("k8s.container", List.of("k8s.container.name")))
                .addEntityRefs(ref("container", List.of("container.id")))
                .addEntityRefs(ref("process", List.of("process.pid", "process.creation.time")));
        expected.getResourceSpansBuilder(3).getResourceBuilder().addEntityRefs(ref("service", List.of("service.name")));
        assertThat(ExportTraceServiceRequest.parseFrom(written(request, piece))).isEqualTo(expected.build());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000})
    void soDoesEachResourceOfMetrics(int piece) throws IOException {
        ExportMetricsServiceRequest request = ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .setResource(resource("container.id"))
                        .addScopeMetrics(ScopeMetrics.newBuilder()
                                .addMetrics(Metric.newBuilder().setName("renacer.calls"))))
                .build();

        ExportMetricsServiceRequest.Builder expected = request.toBuilder();
        expected.getResourceMetricsBuilder(0)
                .getResourceBuilder()
                .addEntityRefs(ref("container", List.of("container.id")));
        assertThat(ExportMetricsServiceRequest.parseFrom(written(request, piece)))
                .isEqualTo(expected.build());
    }

    /** Half of what identifies an entity identifies nothing. */
    @Test
    void anEntityThatIsNotIdentifiedIsNotTold() throws IOException {
        ExportTraceServiceRequest request = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(spans(resource("process.pid", "k8s.pod.name", "host.name", "k8s.node.name"), 1))
                .build();
        assertThat(written(request, 1_000)).isEqualTo(request.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000})
    void whatHasNoResourceInFrontPassesAsItIs(int piece) throws IOException {
        ExportTraceServiceRequest request = ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.getDefaultInstance())
                .addResourceSpans(spans(resource("other"), 1).toBuilder().clearResource())
                .addResourceSpans(spans(resource("service.name"), 1))
                .build();
        assertThat(written(request, piece)).isEqualTo(request.toByteArray());
    }
}
