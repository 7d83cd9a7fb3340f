// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the options every verb has may stand. */
class ClusterOptionsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-n shop --context kind --kubeconfig /etc/kubeconfig list",
                "--namespace=shop --context=kind --kubeconfig=/etc/kubeconfig stop one",
                "-n shop run deploy/web --context kind --kubeconfig /etc/kubeconfig",
                "--kubeconfig /etc/kubeconfig doctor -n shop --context kind",
                "describe one -nshop --context kind --kubeconfig /etc/kubeconfig"
            })
    void beforeTheVerbOrBehindIt(String line) {
        ClusterCommand command = KubectlRenacer.commandLine()
                .parseArgs(line.split(" "))
                .subcommand()
                .commandSpec()
                .commandLine()
                .getCommand();

        assertThat(command.cluster().namespace).isEqualTo("shop");
        assertThat(command.cluster().context).isEqualTo("kind");
        assertThat(command.cluster().kubeconfig).isEqualTo(Path.of("/etc/kubeconfig"));
    }

    @Test
    void beforeTheVerbTheyReachTheRun() {
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        int code = KubectlPlugin.execute(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(complained, true, StandardCharsets.UTF_8),
                "--kubeconfig",
                "/nonexistent/kubeconfig",
                "nodes");

        assertThat(code).isEqualTo(1);
        assertThat(complained.toString(StandardCharsets.UTF_8))
                .contains("cannot read kubeconfig /nonexistent/kubeconfig");
    }
}
