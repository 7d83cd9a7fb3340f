// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code libexec/until-stdin-ends}, in a process group of its own as a terminal's foreground job is. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UntilStdinEndsTest {
    private static final int ENDED_BY_SIGTERM = 128 + 15;

    @Test
    void endsTheCommandWhenStdinEnds() throws Exception {
        Process process = started();

        process.getOutputStream().close();

        assertThat(process.waitFor()).isEqualTo(ENDED_BY_SIGTERM);
    }

    /** The quickstart would take it for a fault if its operator ended first. */
    @Test
    void ctrlCOfTheTerminalEndsNothing() throws Exception {
        Process process = started();

        assertThat(new ProcessBuilder("kill", "-INT", "--", "-" + process.pid())
                        .start()
                        .waitFor())
                .isZero();
        process.getOutputStream().close();

        assertThat(process.waitFor()).isEqualTo(ENDED_BY_SIGTERM);
    }

    /** With a command that runs already. */
    private static Process started() throws IOException {
        Process process = new ProcessBuilder(List.of(
                        "setsid",
                        Checkout.root().resolve("libexec/until-stdin-ends").toString(),
                        "sh",
                        "-c",
                        "echo ready; exec sleep 1000"))
                .start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        assertThat(said.readLine()).isEqualTo("ready");
        return process;
    }
}
