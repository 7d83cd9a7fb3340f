// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.export.OtlpPipeline.Measurement;
import dev.renacer.tracer.metric.OtlpMetrics;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SinkMetricsTest {
    private final SinkMetrics metrics = new SinkMetrics();

    private Measurement add(long exported) {
        OtlpMetrics points = new OtlpMetrics(Resource.empty(), 0);
        return metrics.add(() -> points.of(List.of(), OtlpMetrics.fates(exported, 0, 0, 0), 1));
    }

    private List<Long> exported() {
        return metrics.now().stream()
                .map(MetricData::getLongSumData)
                .map(sum -> sum.getPoints().iterator().next().getValue())
                .toList();
    }

    @Test
    void eachContainerIsMeasuredUntilItsLastMetricsHaveArrived() {
        Measurement first = add(1);
        add(2);
        assertThat(exported()).containsExactly(1L, 2L);
        metrics.sent();
        first.close();
        assertThat(exported()).as("it may have changed since").containsExactly(1L, 2L);
        assertThat(exported()).as("they did not arrive").containsExactly(1L, 2L);
        metrics.sent();
        assertThat(exported()).containsExactly(2L);
    }

    @Test
    void whatEndsWhileMetricsAreUnderWayIsExportedOnceMore() {
        Measurement only = add(1);
        metrics.now();
        only.close();
        metrics.sent();
        assertThat(exported()).containsExactly(1L);
    }

    @Test
    void aCollectorThatTakesNoneDoesNotFillTheMemory() {
        LongStream.range(0, SinkMetrics.MOST_ENDED + 10)
                .forEach(number -> add(number).close());
        assertThat(exported()).hasSize(SinkMetrics.MOST_ENDED).startsWith(10L).endsWith(SinkMetrics.MOST_ENDED + 9L);
    }
}
