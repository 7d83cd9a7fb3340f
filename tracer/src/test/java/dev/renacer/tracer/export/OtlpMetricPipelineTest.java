// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.export.collector.MetricConnection;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpSettings;
import java.util.Optional;
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
}
