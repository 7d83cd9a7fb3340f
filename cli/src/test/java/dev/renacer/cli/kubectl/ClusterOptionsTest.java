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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        assertThat(parsed(line))
                .usingRecursiveComparison()
                .isEqualTo(parsed("-n shop --context kind --kubeconfig /etc/kubeconfig version"))
                .isNotEqualTo(parsed("version"));
    }

    private static ClusterOptions parsed(String line) {
        CommandLine commandLine = KubectlRenacer.commandLine();
        commandLine.parseArgs(line.split(" "));
        KubectlRenacer plugin = commandLine.getCommand();
        return plugin.cluster();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "certificate-authority-data: "
                        + "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCkFBQUEKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQptb3JlCg=="
                        + "||a certificate or key cannot be read",
                "certificate-authority: /nonexistent/ca.crt||/nonexistent/ca.crt does not exist",
                "proxy-url: \"socks5://jane:secret@proxy:1080\"||proxy-url of the cluster 'nowhere' does not begin with http://",
                "proxy-url: \"https://jane:secret@proxy:3128\"||proxy-url of the cluster 'nowhere' does not begin with http://",
                "|client-key: /nonexistent/client.key|client key /nonexistent/client.key cannot be read: /nonexistent/client.key does not exist",
                "|as-groups: [dev]|the user 'nobody' has as-groups or as-user-extra",
                "|client-certificate-data: bm90IGEgY2VydA==, client-key-data: bm90IGEga2V5|a certificate or key cannot be read"
            })
    void whatIsWrongWithAContextIsToldInOneLine(@Nullable String cluster, @Nullable String user, String complaint)
            throws IOException {
        assertThat(execute("list --kubeconfig " + kubeconfig(cluster, user))).isEqualTo(1);

        assertThat(complained.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("kubectl-renacer: cannot use the kubeconfig: " + complaint)
                .contains("; check the context's cluster and user")
                .doesNotContain("jane", "secret");
    }

    @Test
    void theFileOfATokenThatIsNotThereIsToldInOneLine() throws IOException {
        assertThat(execute("list --kubeconfig " + kubeconfig(null, "tokenFile: nowhere")))
                .isEqualTo(1);

        assertThat(complained.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .contains("token file " + folder.resolve("nowhere") + " does not exist; check");
    }

    private Path kubeconfig(@Nullable String cluster, @Nullable String user) throws IOException {
        return Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: nowhere
                clusters: [{name: nowhere, cluster: {server: "https://127.0.0.1:9", %s}}]
                users: [{name: nobody, user: {%s}}]
                contexts: [{name: nowhere, context: {cluster: nowhere, user: nobody}}]
                """.formatted(
                        cluster == null ? "" : cluster, user == null ? "token: none" : user));
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
        assertThat(execute(line + " -n We_b --kubeconfig " + kubeconfig(null, null)))
                .isEqualTo(2);
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
