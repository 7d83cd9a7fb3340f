// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines are those of strace 6.1: cli/src/differential compares, and tells in its output what differs. */
class DifferentialIT {
    private static final Path FOLDER = Launchers.repository().resolve("cli/src/differential");

    @Test
    void programsThatEveryMachineHasAgreeWithStrace() {
        Run run = compared("--mode", "plain", "--fast", "--plain-bound", "99");

        assertThat(run.code()).as("%s%s", run.out(), run.err()).isZero();
        assertThat(run.out()).contains("\nls ", "\nbash ", "\nall ");
    }

    @Test
    void theyAgreeWithAllNamesAndFieldsToo() {
        Run run = compared("--mode", "names", "--fast", "--names-bound", "97");

        assertThat(run.code()).as("%s%s", run.out(), run.err()).isZero();
        assertThat(run.out()).contains("\nls ", "\nbash ", "\nall ");
    }

    /** What differs is listed: if more does, the output got worse; if less does, the list is to be shortened. */
    @Test
    void everyCallAgreesWithStraceButForWhatIsListed() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "strace's lines of this processor are not listed");
        Run run = compared(
                "--mode",
                "plain",
                "--plain-bound",
                "90",
                "--cases",
                FOLDER.resolve("calls.tsv").toString(),
                "--differences",
                FOLDER.resolve("differences.tsv").toString());

        assertThat(run.code()).as("%s%s", run.out(), run.err()).isZero();
        assertThat(run.out()).contains("\nevery-call ", "\ntwelve-calls ");
    }

    private static Run compared(String... options) {
        List<String> command = new ArrayList<>(List.of(FOLDER.resolve("run").toString()));
        command.addAll(List.of(options));
        return Run.of(command);
    }
}
