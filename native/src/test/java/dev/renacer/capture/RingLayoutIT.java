// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.ring.RingLayout;
import org.junit.jupiter.api.Test;

class RingLayoutIT {
    @Test
    void javaReadsTheVeryFormatTheEngineWrites() throws CaptureException {
        assertThat(NativeCaptureSession.layout()).containsExactly(RingLayout.inOrder());
    }
}
