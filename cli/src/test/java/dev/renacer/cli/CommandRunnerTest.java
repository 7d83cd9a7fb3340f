// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class CommandRunnerTest {
    private enum Volume {
        ALL,
        READABLE
    }

    @Command(name = "try")
    private static final class Try implements Callable<Integer> {
        @Option(names = "--volume")
        Volume volume = Volume.ALL;

        @Override
        public Integer call() {
            return volume == Volume.ALL ? 0 : 1;
        }
    }

    @Test
    void valuesAreOfferedAsTheHelpWritesThem() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int code = CommandRunner.run(
                new CommandLine(new Try()), new PrintStream(said, true, StandardCharsets.UTF_8), "--volume", "nope");

        assertThat(code).isEqualTo(2);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("invalid value for option '--volume': expected one of all, readable but was 'nope'");
    }
}
