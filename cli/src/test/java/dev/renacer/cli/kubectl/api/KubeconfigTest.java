// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.kubectl.api.PlainAccess.Identity;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubeconfigTest {
    private static final Map<String, String> NO_PROXY = Map.of();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @Test
    void theCurrentContextChooses() throws IOException {
        Path file = kubeconfig("config", "server: https://a:6443", "token: t");
        assertThat(Kubeconfig.plainAccess(List.of(file), "", NO_PROXY))
                .contains(new PlainAccess(
                        "https://a:6443", Optional.of("shop"), Optional.empty(), Optional.empty(), Optional.of("t")));
    }

    @Test
    void aNamedContextIsTakenAndAnUnknownOneIsLeftToTheClient() throws IOException {
        Path file = kubeconfig("config", "server: https://a:6443", "token: t");
        assertThat(Kubeconfig.plainAccess(List.of(file), "x", NO_PROXY)).isPresent();
        assertThat(Kubeconfig.plainAccess(List.of(file), "y", NO_PROXY)).isEmpty();
    }

    @Test
    void ofSeveralFilesTheFirstThatSaysSomethingWins() throws IOException {
        Path users = Files.writeString(folder.resolve("users"), """
                current-context: x
                users: [{name: u, user: {token: first}}]
                """);
        Path rest = kubeconfig("rest", "server: https://a:6443", "token: second");
        Path missing = folder.resolve("missing");
        List<Path> files = Kubeconfig.files(Map.of(
                "KUBECONFIG",
                String.join(File.pathSeparator, missing.toString(), users.toString(), "", rest.toString())));
        assertThat(Kubeconfig.plainAccess(files, "", NO_PROXY).flatMap(PlainAccess::token))
                .contains("first");
    }

    @Test
    void certificatesLieInTheFileOrBesideIt() throws IOException {
        Files.writeString(folder.resolve("ca.crt"), "CA");
        Files.writeString(folder.resolve("user.key"), "KEY");
        Path file = kubeconfig(
                "config",
                "{server: 'https://a:6443', certificate-authority: ca.crt}",
                "{client-certificate-data: " + base64("CERT") + ", client-key: " + folder.resolve("user.key") + "}");
        PlainAccess access = Kubeconfig.plainAccess(List.of(file), "", NO_PROXY).orElseThrow();
        assertThat(access.authority()).contains("CA");
        assertThat(access.identity()).contains(new Identity("CERT", "KEY"));
    }

    @Test
    void aTokenFileIsReadEachTimeAndPreferred() throws IOException {
        Files.writeString(folder.resolve("token"), "fresh\n");
        Path file = kubeconfig("config", "server: https://a:6443", "{token: old, tokenFile: token}");
        assertThat(Kubeconfig.plainAccess(List.of(file), "", NO_PROXY).flatMap(PlainAccess::token))
                .contains("fresh");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{server: 'https://a', insecure-skip-tls-verify: true}",
                "{server: 'https://a', proxy-url: 'http://p:3128'}",
                "{server: 'https://a', tls-server-name: b}",
                "{server: 'https://a', certificate-authority: missing.crt}",
                "{}"
            })
    void aClusterThatNeedsMoreIsLeftToTheClient(String cluster) throws IOException {
        Path file = kubeconfig("config", cluster, "token: t");
        assertThat(Kubeconfig.plainAccess(List.of(file), "", NO_PROXY)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{exec: {apiVersion: client.authentication.k8s.io/v1, command: login}}",
                "{auth-provider: {name: oidc}}",
                "{username: u, password: p}",
                "{token: t, as: somebody}",
                "{client-key-data: S0VZ}"
            })
    void aUserThatNeedsMoreIsLeftToTheClient(String user) throws IOException {
        Path file = kubeconfig("config", "server: https://a:6443", user);
        assertThat(Kubeconfig.plainAccess(List.of(file), "", NO_PROXY)).isEmpty();
    }

    @Test
    void aProxyIsLeftToTheClientAndSoIsWhatIsNoYaml() throws IOException {
        Path file = kubeconfig("config", "server: https://a:6443", "token: t");
        assertThat(Kubeconfig.plainAccess(List.of(file), "", Map.of("https_proxy", "http://p:3128")))
                .isEmpty();
        Path broken = Files.writeString(folder.resolve("broken"), "clusters: [");
        assertThat(Kubeconfig.plainAccess(List.of(broken), "", NO_PROXY)).isEmpty();
    }

    private Path kubeconfig(String name, String cluster, String user) throws IOException {
        return Files.writeString(folder.resolve(name), """
                apiVersion: v1
                kind: Config
                clusters:
                - name: c
                  cluster:
                    %s
                contexts: [{name: x, context: {cluster: c, user: u, namespace: shop}}]
                current-context: x
                users:
                - name: u
                  user:
                    %s
                """.formatted(cluster, user));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
