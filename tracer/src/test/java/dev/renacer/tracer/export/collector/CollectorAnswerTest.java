// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.export.collector.wire.RetryAfter;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.net.ConnectException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CollectorAnswerTest {
    @Test
    void readsAPartialSuccess() {
        ExportTraceServiceResponse.Builder response = ExportTraceServiceResponse.newBuilder();
        response.getPartialSuccessBuilder().setRejectedSpans(1_234_567).setErrorMessage("no room\n\u001b[31mat all");

        assertThat(CollectorAnswer.accepted(response.build().toByteArray()))
                .isEqualTo(new ExportOutcome.Accepted(1_234_567, "no room \\x1b[31mat all"));
    }

    @Test
    void anEmptyAnswerIsAFullSuccess() {
        assertThat(CollectorAnswer.accepted(new byte[0])).isEqualTo(new ExportOutcome.Accepted(0, ""));
        assertThat(CollectorAnswer.accepted(
                        ExportTraceServiceResponse.getDefaultInstance().toByteArray()))
                .isEqualTo(new ExportOutcome.Accepted(0, ""));
    }

    @Test
    void readsTheMessageOfAStatus() {
        // google.rpc.Status: field 1 a varint code, field 2 the message, field 3 details
        byte[] status = {0x08, 0x03, 0x12, 0x04, 'o', 'o', 'p', 's', 0x1a, 0x00};

        assertThat(CollectorAnswer.statusMessage(status)).isEqualTo("oops");
    }

    @Test
    void readsRejectionsInJson() {
        assertThat(CollectorAnswer.acceptedJson("{\"partialSuccess\":{\"rejectedSpans\":\"12\"}}"))
                .isEqualTo(new ExportOutcome.Accepted(12, ""));
        assertThat(CollectorAnswer.acceptedJson("{}")).isEqualTo(new ExportOutcome.Accepted(0, ""));
    }

    @ParameterizedTest
    @CsvSource({
        "120, 120",
        "0, 0",
        "99999999999999999999, 86400",
        "'Wed, 21 Oct 2026 07:28:30 GMT', 30",
        "'Wed, 21 Oct 2026 07:00:00 GMT', 0",
    })
    void readsHowLongToWait(String value, long seconds) {
        // The difference to the response's own date: this machine's clock may be wrong.
        assertThat(RetryAfter.parse(value, Optional.of("Wed, 21 Oct 2026 07:28:00 GMT")))
                .contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5", "1.5", "5 s", "Wed, 21 Oct"})
    void readsNoWaitFromWhatIsNone(String value) {
        assertThat(RetryAfter.parse(value, Optional.empty())).isEmpty();
    }

    @Test
    void anyBytesAreReadWithoutHarm() {
        Random random = new Random(7);
        for (int round = 0; round < 100_000; round++) {
            byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            assertThat(CollectorAnswer.accepted(bytes).rejected()).isNotNegative();
            assertThat(CollectorAnswer.statusMessage(bytes)).isNotNull();
            assertThat(CollectorAnswer.retryDelay(bytes)).isNotNull();
        }
    }

    @Test
    void everyFailureHasWords() {
        Throwable refused = new CompletionException(new ConnectException());
        ConnectException unknown = new ConnectException();
        unknown.initCause(new UnresolvedAddressException());

        assertThat(OutcomeRules.cause(refused)).isEqualTo("connection refused");
        assertThat(OutcomeRules.cause(unknown)).isEqualTo("unknown host");
        assertThat(OutcomeRules.cause(new IllegalStateException())).isEqualTo("IllegalStateException");
        assertThat(OutcomeRules.cause(new RuntimeException("two\nlines"))).isEqualTo("two lines");
    }
}
