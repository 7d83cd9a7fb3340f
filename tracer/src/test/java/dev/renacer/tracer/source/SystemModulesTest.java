// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SystemModulesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/bin/node",
                "/usr/bin/python3.12",
                "/usr/lib/x86_64-linux-gnu/libpython3.13.so.1.0",
                "/usr/lib/python3.12/lib-dynload/_ssl.cpython-312-x86_64-linux-gnu.so",
                "/opt/java/bin/java",
                "/opt/java/lib/server/libjvm.so",
                "/opt/java/lib/libnio.so",
            })
    void whatRunsProgramsOfAnotherLanguageIsKnown(String path) {
        assertThat(SystemModules.isRuntime(path)).isTrue();
        assertThat(SystemModules.contains(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/lib/x86_64-linux-gnu/libc.so.6",
                "/app/node_modules/addon/build/addon.node",
                "/app/javabench",
                "/usr/bin/perl",
                "/app/libnetty_transport.so",
            })
    void othersAreNot(String path) {
        assertThat(SystemModules.isRuntime(path)).isFalse();
    }
}
