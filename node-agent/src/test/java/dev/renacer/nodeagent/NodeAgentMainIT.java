// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's process where no API server answers: how it ends, and what it says. */
class NodeAgentMainIT {
    private static final int EXIT_WITHIN = 60;

    @TempDir
    private Path files;

    @Test
    void aPortThatIsTakenIsToldAndEndsTheAgentWithTheCodeOfAnUnusableEnvironment() throws Exception {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(0));
            try (AgentProcess agent = start(Integer.toString(taken.getLocalPort()))) {
                assertThat(agent.awaitExit(EXIT_WITHIN)).as(agent.log()).isEqualTo(2);
                assertThat(agent.log())
                        .contains("port " + taken.getLocalPort() + " for health and metrics is not available");
            }
        }
    }

    @Test
    void beingToldToEndIsNoFailure() throws Exception {
        try (AgentProcess agent = start("0")) {
            await().atMost(Duration.ofSeconds(60)).until(() -> agent.log().contains("cannot be watched"));
            agent.terminate();
            assertThat(agent.awaitExit(EXIT_WITHIN)).as(agent.log()).isZero();
        }
    }

    @Test
    void theWayOfAContainerThatStartsIsGoneOnceInAdvance() throws Exception {
        try (AgentProcess agent = start(NodeAgentMain.class, "0", "debug")) {
            await().atMost(Duration.ofSeconds(60)).until(() -> agent.log().contains("warm-up: done"));
        }
    }

    @Test
    void theDeathOfAnyThreadEndsTheAgent() throws Exception {
        try (AgentProcess agent = start(DyingThread.class, "0")) {
            assertThat(agent.awaitExit(EXIT_WITHIN)).as(agent.log()).isEqualTo(1);
            assertThat(agent.log()).contains("the thread doomed ended with an exception");
        }
    }

    /** The agent, of which a thread ends by an exception that nobody expected. */
    static final class DyingThread {
        private DyingThread() {}

        public static void main(String[] args) {
            Thread.ofPlatform().start(() -> NodeAgentMain.main(args));
            // Not by Awaitility, which sets a handler of its own.
            while (Thread.getDefaultUncaughtExceptionHandler() == null) {
                Thread.onSpinWait();
            }
            Thread.ofVirtual().name("doomed").start(() -> {
                throw new StackOverflowError("as this test wants it");
            });
        }
    }

    @Test
    void theEndOfMemoryEndsTheAgent() throws Exception {
        try (AgentProcess agent = start(MemoryEnd.class, "0")) {
            assertThat(agent.awaitExit(EXIT_WITHIN)).as(agent.log()).isEqualTo(3);
            assertThat(agent.log()).contains("Terminating due to java.lang.OutOfMemoryError");
        }
    }

    /** What a thread does that swallows everything, with the options of the agent. */
    static final class MemoryEnd {
        private MemoryEnd() {}

        public static void main(String[] args) {
            List<byte[]> kept = new ArrayList<>();
            while (true) {
                try {
                    kept.add(new byte[1 << 20]);
                } catch (OutOfMemoryError e) {
                    kept.removeLast();
                }
            }
        }
    }

    private AgentProcess start(String port) throws IOException {
        return start(NodeAgentMain.class, port);
    }

    private AgentProcess start(Class<?> program, String port) throws IOException {
        return start(program, port, "info");
    }

    private AgentProcess start(Class<?> program, String port, String logLevel) throws IOException {
        Path kubeconfig = Files.writeString(files.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: 'http://127.0.0.1:9'}}]
                users: [{name: u, user: {}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """);
        return AgentProcess.start(
                program,
                Map.of(
                        "NODE_NAME",
                        "node-1",
                        "RENACER_HTTP_PORT",
                        port,
                        "RENACER_LOG_LEVEL",
                        logLevel,
                        "KUBECONFIG",
                        kubeconfig.toString()),
                files.resolve("log"));
    }
}
