// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NativeLibraryTest {
    @Test
    void theResourceIsNamedByPlatformAndVersion() throws CaptureException {
        assertThat(NativeLibrary.resource("Linux", "amd64", "1.2.3")).isEqualTo("linux/amd64/librenacer-1.2.3.so");
        assertThat(NativeLibrary.version()).matches("\\d+\\.\\d+\\.\\d+.*");
    }

    @Test
    void aPlatformWithoutALibraryIsNamedWithTheWayOut() {
        assertThatThrownBy(() -> NativeLibrary.loadResource(NativeLibrary.resource("Plan 9", "mips", "1")))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("plan 9/mips/librenacer-1.so is missing")
                .hasMessageContaining("-Drenacer.library.path")
                .extracting(e -> ((CaptureException) e).reason())
                .isEqualTo(CaptureException.Reason.UNSUPPORTED);
    }
}
