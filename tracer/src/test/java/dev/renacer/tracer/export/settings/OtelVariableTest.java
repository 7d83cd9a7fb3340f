// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtelVariableTest {
    @Test
    void theDocumentSaysWhatTheCodeSays() throws IOException {
        assertThat(Files.readString(Path.of("../docs/reference/otel-variables.md")))
                .contains(OtelVariable.table());
    }

    /** Those of the exporter and of the batch processor are read, and no others. */
    @Test
    void whatIsReadForTheExportIsWhatIsSaidToBeHonoured() {
        Map<String, String> asked = new HashMap<>() {
            @Override
            public String get(Object name) {
                put(String.valueOf(name), ""); // remembers it
                return ""; // counts as unset
            }
        };
        OtlpEnvironment environment = new OtlpEnvironment(asked);
        environment.settings();
        assertThat(environment.endpoint()).isEmpty();
        environment.protocol();

        assertThat(asked.keySet())
                .filteredOn(name -> name.startsWith("OTEL_"))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(OtelVariable.values())
                        .filter(OtelVariable::isHonoured)
                        .map(Enum::name)
                        .filter(name -> name.startsWith("OTEL_EXPORTER_OTLP_")
                                || name.startsWith("OTEL_BSP_")
                                || name.equals("OTEL_SDK_DISABLED")
                                || name.equals("OTEL_TRACES_EXPORTER"))
                        .toList());
    }

    @Test
    void thoseOfTheBatchProcessorAreHonoured() {
        OtlpSettings settings = OtlpSettings.fromEnvironment(Map.of(
                "OTEL_BSP_SCHEDULE_DELAY", "1500",
                "OTEL_BSP_MAX_QUEUE_SIZE", "2048",
                "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "512",
                "OTEL_BSP_EXPORT_TIMEOUT", "30000"));

        assertThat(settings.maxDelay()).isEqualTo(Duration.ofMillis(1_500));
        assertThat(settings.queueCapacity()).isEqualTo(2_048);
        assertThat(settings.maxBatch()).isEqualTo(512);
        assertThat(settings.giveUpAfter()).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @ValueSource(strings = {"OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"})
    void whatIsNoNumberIsRefusedByItsName(String variable) {
        assertThatThrownBy(() -> OtlpSettings.fromEnvironment(Map.of(variable, "many")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(variable + " is 'many', must be a number");
    }
}
