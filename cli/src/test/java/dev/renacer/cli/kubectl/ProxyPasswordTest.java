// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a JVM of its own, since the JDK decides once for all whether proxies get passwords. */
class ProxyPasswordTest {
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @Test
    void aProxyGetsItsPasswordOnTheWayToAServerThatIsReachedByTls() throws IOException {
        try (ServerSocket proxy = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> refuseAll(proxy));
            Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), """
                    apiVersion: v1
                    kind: Config
                    current-context: x
                    clusters: [{name: c, cluster: {server: "https://api.example", proxy-url: "http://jane:secret@127.0.0.1:%d"}}]
                    users: [{name: u, user: {token: none}}]
                    contexts: [{name: x, context: {cluster: c, user: u}}]
                    """.formatted(proxy.getLocalPort()));

            Run run = Run.of(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    KubectlRenacer.class.getName(),
                    "list",
                    "--kubeconfig",
                    kubeconfig.toString()));

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.errLines()).singleElement().asString().doesNotContain("secret");
        }
        String password = Base64.getEncoder().encodeToString("jane:secret".getBytes(StandardCharsets.UTF_8));
        assertThat(asked).contains("CONNECT api.example:443 HTTP/1.1", "proxy-authorization: basic " + password);
    }

    private void refuseAll(ServerSocket proxy) {
        try {
            while (true) {
                try (Socket client = proxy.accept()) {
                    BufferedReader request = new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
                    for (String line = request.readLine(); line != null && !line.isEmpty(); line = request.readLine()) {
                        asked.add(line.replace("Proxy-Authorization: Basic", "proxy-authorization: basic"));
                    }
                    client.getOutputStream()
                            .write("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
                                    .getBytes(StandardCharsets.ISO_8859_1));
                }
            }
        } catch (IOException _) {
            // The test is over.
        }
    }
}
