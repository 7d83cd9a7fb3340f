// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.cli.Launchers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a launched program closes is closed, as far as those at the other ends can tell: {@code renacer} does not hold it open. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class InheritedDescriptorsIT {
    private List<ProcessHandle> started = List.of();

    private Process start(String before, String script) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", before + " exec \"$@\"", "sh"));
        command.addAll(Launchers.command("renacer", List.of("-o", "/dev/null", "--", "sh", "-c", script)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        started = List.of(process.toHandle());
        return process;
    }

    @AfterEach
    void end() {
        started.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    @ParameterizedTest
    @CsvSource({":;, exec >&-", "exec 7>&1;, exec >&- 7>&-"})
    void aReaderComesToTheEndWhileTheProgramRunsOn(String before, String close) throws IOException {
        Process run = start(before, "echo all; " + close + "; exec sleep 600");
        assertThat(new String(run.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo("all\n");
        assertThat(run.isAlive()).isTrue();
    }

    @Test
    void aWriterIsToldThatNobodyReadsWhileTheProgramRunsOn() throws IOException {
        Process run = start(":;", "exec <&-; exec sleep 600");
        OutputStream input = run.getOutputStream();
        assertThatThrownBy(() -> {
                    while (true) {
                        input.write(new byte[4096]);
                        input.flush();
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Broken pipe");
        assertThat(run.isAlive()).isTrue();
    }
}
