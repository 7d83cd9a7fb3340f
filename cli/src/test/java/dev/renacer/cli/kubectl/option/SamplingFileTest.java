// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.cli.CommandFailure;
import dev.renacer.crds.TraceRequestSpec.SamplingRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingFileTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void eachRuleOfTheFileBecomesOneOfTheRequest() throws IOException {
        RequestOptions options = options("""
                keep error           # whatever the rest says
                keep slow 10
                keep call openat
                drop call getpid,clock_gettime
                sample 0.1
                """);

        assertThat(options.spec(new PodChoice.ByName("p"), Optional.empty()).sampling())
                .containsExactly(
                        new SamplingRule(true, null, null, null, null),
                        new SamplingRule(null, 10_000L, null, null, null),
                        new SamplingRule(null, null, List.of("openat"), null, null),
                        new SamplingRule(null, null, null, List.of("clock_gettime", "getpid"), null),
                        new SamplingRule(null, null, null, null, 100_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "keep all | line 1: 'keep all' is no rule",
                "sample 1e-9 | a request cannot keep less than one trace of a million",
                "drop call %file | spec.sampling[0].dropSyscalls has 94 names, but must have 1 to 32",
                "# nothing | spec.sampling has 0 rules",
            })
    void whatCannotStandInARequestIsRefusedWithTheFile(String line, String message) throws IOException {
        RequestOptions options = options(line);

        assertThatThrownBy(options::check)
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("--sampling " + options.sampling)
                .hasMessageContaining(message);
    }

    private RequestOptions options(String rules) throws IOException {
        RequestOptions options = new RequestOptions();
        options.sampling = Files.writeString(folder.resolve("rules"), rules);
        return options;
    }
}
