// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.SpanContext;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String VALID = "00-" + TRACE + "-" + SPAN + "-01";

    @Test
    void readsTheSpecificationsExample() {
        SpanContext context = TraceParent.parse(VALID, Optional.of("congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"));

        assertThat(context.getTraceId()).isEqualTo(TRACE);
        assertThat(context.getSpanId()).isEqualTo(SPAN);
        assertThat(context.isSampled()).isTrue();
        assertThat(context.isRemote()).isTrue();
        assertThat(context.getTraceState().get("congo")).isEqualTo("t61rcWkgMzE");
        assertThat(context.getTraceState().size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"00,false", "01,true", "02,false", "ff,true"})
    void readsTheSampledFlag(String flags, boolean sampled) {
        SpanContext context = TraceParent.parse("00-" + TRACE + "-" + SPAN + "-" + flags, Optional.empty());

        assertThat(context.isSampled()).isEqualTo(sampled);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-anything.at.all"})
    void readsFutureVersions(String rest) {
        SpanContext context = TraceParent.parse("cc-" + TRACE + "-" + SPAN + "-01" + rest, Optional.empty());

        assertThat(context.getTraceId()).isEqualTo(TRACE);
    }

    @Test
    void dropsAMalformedTraceStateButKeepsTheParent() {
        SpanContext context = TraceParent.parse(VALID, Optional.of("no equals sign here"));

        assertThat(context.getSpanId()).isEqualTo(SPAN);
        assertThat(context.getTraceState().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello | does not have the four fields",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01 | does not have the four fields",
                "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01 | does not have the four fields",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01x | does not have the four fields",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 | version ff",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x | nothing after the flags",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01 | trace id is all zeros",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01 | span id is all zeros"
            })
    void refusesMalformedValuesWithTheReason(String value, String reason) {
        assertThatThrownBy(() -> TraceParent.parse(value, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trace parent '")
                .hasMessageContaining(reason)
                .hasMessageContaining("expected 00-<32 hex");
    }

    @Test
    void showsNoControlCharactersOfAHostileValue() {
        assertThatThrownBy(() -> TraceParent.parse("00-\u001b[31m\nx" + "y".repeat(500), Optional.empty()))
                .message()
                .doesNotContain("\u001b", "\n")
                .hasSizeLessThan(300);
    }
}
