// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadOfBodyTest {
    @Test
    void theBytesOfAHeadAreTheFirstOnes() {
        HeadOfBody head = new HeadOfBody();
        byte[] letters = new byte[100_000];
        Arrays.fill(letters, (byte) 'a');
        head.onNext(List.of(ByteBuffer.wrap(letters)));
        head.onComplete();

        assertThat(head.getBody().toCompletableFuture().join()).hasSize(HeadOfBody.MAX_BYTES);
    }
}
