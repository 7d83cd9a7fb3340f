// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launchers take any JDK that is new enough. */
class JvmOptionsTest {
    @ParameterizedTest
    @ValueSource(strings = {"kubectl-renacer", "node-agent"})
    void aJdkThatHasDroppedADiagnosticOptionStartsAllTheSame(String program) {
        Path options = Launchers.repository().resolve("libexec").resolve(program + ".jvm-options");

        Run run = Run.of(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + options,
                "-XX:-AOptionThatNoJdkKnows",
                "-version"));

        assertThat(run.code()).as(run.err()).isZero();
    }
}
