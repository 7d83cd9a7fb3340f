// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.SyscallCall;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallSamplerTest {
    private static final SyscallCall CALL = CallFixture.call("read").build();
    private static final String OF_MUCH_RANDOMNESS = "0000000000000000006e6d1a75832a2f";

    private static SpanContext parent(String said) {
        TraceState state = TraceState.builder().put("vendor", "1").build();
        return SpanContext.create(
                OF_MUCH_RANDOMNESS,
                "00000000000000ab",
                TraceFlags.getSampled(),
                said.isEmpty() ? state : state.toBuilder().put("ot", said).build());
    }

    private static CallSampler sampler(String... rules) {
        return new CallSampler(Sampling.parse(List.of(rules)));
    }

    private static TraceState kept(CallSampler sampler, boolean isFailure, SpanContext parent, boolean own) {
        return Objects.requireNonNull(sampler.keeps(CALL, isFailure, parent, own));
    }

    @Test
    void aSpanSaysByWhichThresholdItWasKept() {
        assertThat(kept(sampler("sample 0.75"), false, parent(""), true).asMap())
                .containsEntry("ot", "th:4")
                .containsEntry("vendor", "1");
        assertThat(sampler("sample 0.5").keeps(CALL, false, parent(""), true)).isNull();
    }

    @Test
    void oneThatIsKeptInEachTraceSaysThatToo() {
        CallSampler sampler = sampler("keep error", "sample 0.75");
        assertThat(kept(sampler, true, parent(""), true).get("ot")).isEqualTo("th:0");
        assertThat(kept(sampler, false, parent(""), true).get("ot")).isEqualTo("th:4");
    }

    @Test
    void rulesWithoutProbabilitySayNothing() {
        assertThat(kept(sampler("drop call write"), false, parent("th:8"), true).get("ot"))
                .isEqualTo("th:8");
        assertThat(kept(sampler("drop call write"), false, parent(""), true).get("ot"))
                .isNull();
    }

    /** Somebody else began the trace: the greater threshold holds, and none if theirs is not known or contradicts itself. */
    @ParameterizedTest
    @CsvSource({
        "th:2, th:4",
        "th:6, th:6",
        "k1:13, k1:13",
        "k1:13;th:2, k1:13;th:4",
        "th:8, ",
        "th:x, ",
        "th:123456789abcdef, ",
    })
    void inATraceOfOthersTheirSamplingCountsToo(String theirs, String ours) {
        assertThat(kept(sampler("sample 0.75"), false, parent(theirs), false).get("ot"))
                .isEqualTo(ours);
    }

    @Test
    void whereNobodySaysHowATraceOfOthersWasSampledNothingIsSaid() {
        assertThat(kept(sampler("sample 0.75"), false, parent(""), false).asMap())
                .containsOnlyKeys("vendor");
    }

    /** The example of trace/tracestate-handling.md: kept at 56.9 % and more. */
    @Test
    void anExplicitRandomnessGoesBeforeTheTraceId() {
        SpanContext parent = SpanContext.create(
                "000000000000000000ffffffffffffff",
                "00000000000000ab",
                TraceFlags.getSampled(),
                TraceState.builder().put("ot", "rv:6e6d1a75832a2f").build());
        assertThat(sampler("sample 0.568").keeps(CALL, false, parent, true)).isNull();
        assertThat(kept(sampler("sample 0.57"), false, parent, true).get("ot")).isEqualTo("rv:6e6d1a75832a2f;th:6e14");
    }
}
