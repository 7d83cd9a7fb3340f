// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.export.collector.MetricConnection;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpSettings;
import dev.renacer.tracer.metric.OtlpMetrics;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OtlpMetricPipelineTest {
    @Test
    void metricsThatCannotBeMadeAreToldWhenItCloses() {
        MetricConnection connection = new MetricConnection(
                OtlpEndpoint.parse("http://127.0.0.1:9", Optional.empty()), OtlpSettings::defaults);
        OtlpMetricPipeline pipeline = OtlpMetricPipeline.open(connection, () -> {
            throw new IllegalStateException("these are broken");
        });

        assertThat(pipeline.close()).get().asString().contains("these are broken");
    }

    private static List<MetricData> some() {
        return new OtlpMetrics(Resource.empty(), 0).of(List.of(), OtlpMetrics.fates(1, 0, 0, 0), 1);
    }

    private static OtlpMetricPipeline.Source counting(AtomicInteger arrived) {
        return new OtlpMetricPipeline.Source() {
            @Override
            public List<MetricData> now() {
                return some();
            }

            @Override
            public void sent() {
                arrived.incrementAndGet();
            }
        };
    }

    @Test
    void aCollectorThatTakesNoMetricsIsToldOnce() {
        List<Optional<String>> told = new CopyOnWriteArrayList<>();
        AtomicInteger arrived = new AtomicInteger();
        OtlpMetricPipeline pipeline = OtlpMetricPipeline.open(
                () -> new MetricConnection(
                        OtlpEndpoint.parse("http://127.0.0.1:9", Optional.empty()), OtlpSettings::defaults),
                counting(arrived),
                told::add);

        assertThat(pipeline.close()).isPresent();
        assertThat(told).singleElement().isEqualTo(pipeline.close());
        assertThat(arrived).hasValue(0);
    }
}
