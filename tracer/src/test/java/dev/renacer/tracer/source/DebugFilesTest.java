// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DebugFilesTest {
    private static final byte[] NO_BYTES = {};

    @Test
    void areLookedForByBuildIdFirst() {
        byte[] id = HexFormat.of().parseHex("ab12cd");

        assertThat(DebugFiles.candidates("/usr/bin/app", id, "app.debug".getBytes(StandardCharsets.UTF_8)))
                .containsExactly(
                        "/usr/lib/debug/.build-id/ab/12cd.debug",
                        "/usr/bin/app.debug",
                        "/usr/bin/.debug/app.debug",
                        "/usr/lib/debug/usr/bin/app.debug");
    }

    @Test
    void areNotTheProgramItself() {
        assertThat(DebugFiles.candidates("/usr/bin/app", NO_BYTES, "app".getBytes(StandardCharsets.UTF_8)))
                .doesNotContain("/usr/bin/app");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../../etc/shadow", "/etc/shadow", "a/b", "a\0b"})
    void areNotNamedByAPath(String name) {
        assertThat(DebugFiles.candidates("/usr/bin/app", NO_BYTES, name.getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }
}
