// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.Reason;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.tracer.export.OtlpPipeline;
import dev.renacer.tracer.export.SpanSink;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SinkPipelinesTest {
    private boolean working = true;
    private static final Sink DEFAULT = new Sink("default", "http://collector:4317", "grpc", null);
    private final List<OtlpEndpoint> opened = new ArrayList<>();
    private final List<OtlpEndpoint> closed = new ArrayList<>();
    private final SinkPipelines pipelines = new SinkPipelines((_, endpoint) -> {
        opened.add(endpoint);
        return new Recorded(endpoint);
    });

    @Test
    void assignmentsOfOneSinkShareItsPipelineAndTheLastOneEndsIt() throws Exception {
        SinkPipelines.Lease first = pipelines.lease(DEFAULT);
        SinkPipelines.Lease second = pipelines.lease(DEFAULT);
        assertThat(first.pipeline()).isSameAs(second.pipeline());
        first.close();
        assertThat(closed).isEmpty();
        second.close();
        assertThat(closed).hasSize(1);
        pipelines.lease(DEFAULT).close();
        assertThat(opened).hasSize(2);
    }

    @Test
    void aPipelineWhoseThreadHasEndedIsTold() throws Exception {
        assertThat(pipelines.stalled()).isEmpty();
        try (SinkPipelines.Lease _ = pipelines.lease(DEFAULT)) {
            assertThat(pipelines.stalled()).isEmpty();
            working = false;
            assertThat(pipelines.stalled()).contains("the export to sink default has ended because of a failure");
        }
        assertThat(pipelines.stalled()).as("the next one is a new pipeline").isEmpty();
    }

    @Test
    void aSinkWhoseEndpointChangedHasAPipelineOfItsOwn() throws Exception {
        SinkPipelines.Lease before = pipelines.lease(DEFAULT);
        SinkPipelines.Lease after =
                pipelines.lease(new Sink("default", "http://elsewhere:4318", "http/protobuf", null));
        assertThat(before.pipeline()).isNotSameAs(after.pipeline());
        assertThat(opened.get(1).protocol()).isEqualTo(OtlpEndpoint.Protocol.HTTP_PROTOBUF);
    }

    @ParameterizedTest
    @CsvSource({
        "'http://a b', grpc, not a URL",
        "'collector:4317', grpc, not an http or https URL",
        "'ftp://collector:4317', grpc, not an http or https URL",
        "'http:///x', grpc, not an http or https URL",
        "'http://collector:4317', carrier-pigeon, neither grpc nor http/protobuf",
    })
    void refusesASinkThatIsNone(String endpoint, String protocol, String why) {
        assertThatThrownBy(() -> pipelines.lease(new Sink("mine", endpoint, protocol, null)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().reason()).isEqualTo(Reason.ExportFailed))
                .hasMessageContaining("sink mine")
                .hasMessageContaining(why);
        assertThat(opened).isEmpty();
    }

    private final class Recorded implements OtlpPipeline {
        private final OtlpEndpoint endpoint;

        Recorded(OtlpEndpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public SpanSink target(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isWorking() {
            return working;
        }

        @Override
        public Optional<String> lastFailure() {
            return Optional.empty();
        }

        @Override
        public boolean flush(Duration deadline) {
            return true;
        }

        @Override
        public void close() {
            closed.add(endpoint);
        }
    }
}
