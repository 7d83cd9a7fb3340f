// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** gRPC has no status for a message that is too large, so each library's words are known. */
class TooLargeAnswerTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            RESOURCE_EXHAUSTED | grpc: received message larger than max (5000000 vs. 4194304)
            RESOURCE_EXHAUSTED | grpc: received message after decompression larger than max 4194304
            RESOURCE_EXHAUSTED | Received message larger than max (5000000 vs 4194304)
            RESOURCE_EXHAUSTED | gRPC message exceeds maximum size 4194304: 5000000
            RESOURCE_EXHAUSTED | Decompressed gRPC message exceeds maximum size 4194304
            RESOURCE_EXHAUSTED | Received message exceeds the maximum configured message size.
            OUT_OF_RANGE | Error, decoded message length too large: found 5000000 bytes, the limit is: 4194304 bytes
            INTERNAL | HTTP status code 413
            """)
    void isKnownByTheWordsOfEachLibrary(Status.Code code, String words) {
        Status status = code.toStatus().withDescription(words);

        assertThat(OutcomeRules.of(new GrpcAnswer(status, true, Optional.empty(), new byte[0])))
                .isInstanceOf(ExportOutcome.TooLarge.class);
    }

    @ParameterizedTest
    @CsvSource({"RESOURCE_EXHAUSTED,quota exceeded", "OUT_OF_RANGE,before the beginning", "UNAVAILABLE,too busy"})
    void otherRefusalsAreForLater(Status.Code code, String words) {
        Status status = code.toStatus().withDescription(words);

        assertThat(OutcomeRules.of(new GrpcAnswer(status, true, Optional.empty(), new byte[0])))
                .isInstanceOf(ExportOutcome.Deferred.class);
    }
}
