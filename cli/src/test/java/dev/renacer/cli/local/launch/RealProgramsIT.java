// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real programs under load are attached to, traced and detached without harm: the short form of {@code make soak}. */
class RealProgramsIT {
    private static final int NOT_HERE = 77;

    @ParameterizedTest
    @ValueSource(strings = {"nginx", "redis", "postgres", "jvm", "make", "node", "go", "python", "container", "bash"})
    void goOnAsUntraced(String program) {
        String soak = Launchers.repository().resolve("native/src/soak/run").toString();
        Run run = Run.of(List.of(soak, "--seconds", "1", "--rounds", "1", program));
        assumeTrue(run.code() != NOT_HERE, run.out().strip());
        assertThat(run.code()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).contains(program + ": untraced ", "lost 0, errors 0");
    }
}
