// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.kubectl.option.ClusterOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Where the options every verb has may stand. */
class ClusterOptionsTest {
    private final ByteArrayOutputStream complained = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

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
        CommandLine commandLine = KubectlRenacer.commandLine();
        commandLine.parseArgs(line.split(" "));
        KubectlRenacer plugin = commandLine.getCommand();

        assertThat(plugin.cluster())
                .usingRecursiveComparison()
                .isEqualTo(ClusterOptions.of(
                        Optional.of("shop"), Optional.of("kind"), Optional.of(Path.of("/etc/kubeconfig"))));
    }

    @Test
    void beforeTheVerbTheyReachTheRun() {
        assertThat(execute("--kubeconfig /nonexistent/kubeconfig nodes")).isEqualTo(1);
        assertThat(complained.toString(StandardCharsets.UTF_8))
                .contains("cannot read kubeconfig /nonexistent/kubeconfig");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list",
                "list -o wide",
                "describe one",
                "stop one",
                "delete one",
                "explain deploy/web",
                "run deploy/web"
            })
    void aNameThatNoNamespaceCanHaveIsWrongUsageOfEveryVerb(String line) throws IOException {
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: nowhere
                clusters: [{name: nowhere, cluster: {server: "http://127.0.0.1:9"}}]
                users: [{name: nobody, user: {token: none}}]
                contexts: [{name: nowhere, context: {cluster: nowhere, user: nobody}}]
                """);

        assertThat(execute(line + " -n We_b --kubeconfig " + kubeconfig)).isEqualTo(2);
        assertThat(complained.toString(StandardCharsets.UTF_8))
                .contains("--namespace 'We_b' is not a valid name in Kubernetes");
    }

    private int execute(String line) {
        return KubectlRenacer.execute(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(complained, true, StandardCharsets.UTF_8),
                line.split(" ", -1));
    }
}
