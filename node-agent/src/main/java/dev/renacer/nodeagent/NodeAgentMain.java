// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import dev.renacer.crds.UserText;
import dev.renacer.nodeagent.assignment.ContainerWarmup;
import dev.renacer.nodeagent.refusal.LogText;
import dev.renacer.nodeagent.runtime.SteadyLogManager;
import dev.renacer.observability.LogFormat;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node agent's program. It works until SIGTERM or SIGINT, then detaches everything, sends what was captured, writes
 * the last statuses and exits with 0 within 5 s.
 *
 * <p>Environment: NODE_NAME (required), POD_NAME, POD_NAMESPACE (nothing is traced there), RENACER_WATCH_NAMESPACE,
 * RENACER_LOG_LEVEL (info; debug shows what each look at the node's processes costs), RENACER_HTTP_PORT (8080: {@code
 * /livez}, {@code /readyz}, {@code /metrics}; 0: none), RENACER_SINKS (/etc/renacer/sinks: credentials),
 * RENACER_COLOCATION (false), KUBECONFIG outside a pod, OTEL_EXPORTER_OTLP_* for the settings common to all sinks. For
 * a small footprint, start the JVM with the options of {@code libexec/node-agent.jvm-options} and MALLOC_ARENA_MAX=2,
 * as {@code bin/renacer-node-agent} does.
 *
 * <p>Exit codes: 0 after a signal; 1 if it cannot continue, because a thread ended with an unexpected exception; 2 if
 * the environment is unusable; 3 if memory ran out (the JVM's own, by {@code -XX:+ExitOnOutOfMemoryError}).
 */
public final class NodeAgentMain {
    private static final int FAILED = 1;
    private static final int UNUSABLE = 2;
    /** The exit code of the shutdown hook: that of the first cause of the end. */
    private static final AtomicInteger EXIT_CODE = new AtomicInteger();

    /** Reports outages with stack traces; the watch reports them in one line. */
    private static final String CLIENT_LOG = "io.fabric8.kubernetes.client";

    private NodeAgentMain() {}

    /** Described at the class. */
    public static void main(String[] args) {
        System.setProperty("java.util.logging.manager", SteadyLogManager.class.getName());
        try {
            run(System.getenv());
        } catch (AgentConfig.InvalidException
                | KubernetesClientException
                | UncheckedIOException
                | IllegalArgumentException e) {
            System.err.println("renacer-node-agent: " + LogText.of(e));
            exit(UNUSABLE);
        }
    }

    private static void exit(int code) {
        EXIT_CODE.compareAndSet(0, code);
        System.exit(code);
    }

    /**
     * An agent that has lost a thread would look alive but do nothing: the kubelet starts another one, which takes up
     * the assignments.
     */
    private static void endOnDeathOfAnyThread(Logger log) {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            log.error(
                    "the thread {} ended with an exception; the agent ends, to be started again",
                    thread.getName(),
                    failure);
            // Not on this thread: the shutdown waits for other threads, which may wait for this one.
            Thread.ofPlatform().name("renacer-exit").start(() -> exit(FAILED));
        });
    }

    private static void run(Map<String, String> environment) throws AgentConfig.InvalidException {
        AgentConfig config = AgentConfig.of(environment);
        setLogLevel(environment.getOrDefault("RENACER_LOG_LEVEL", "info"));
        Logger log = LoggerFactory.getLogger(NodeAgentMain.class);
        endOnDeathOfAnyThread(log);
        // In parallel with the start of the Kubernetes client, which takes as long.
        Thread warmup = Thread.ofPlatform().name("renacer-warm-up").daemon().start(ContainerWarmup::run);
        KubernetesClient client = AgentClient.open(environment);
        NodeAgent agent = NodeAgent.ofThisNode(config, client, environment);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("renacer-shutdown").unstarted(() -> {
                    log.info(
                            "{}: detaching, sending what is left",
                            EXIT_CODE.get() == 0 ? "asked to end" : "cannot continue");
                    agent.close();
                    log.info("ended");
                    // A requested end is not a failure: without this the JVM exits with 128 + the signal's number.
                    Runtime.getRuntime().halt(EXIT_CODE.get());
                }));
        log.info(
                "renacer-node-agent {} for node {}, {}, API server {}",
                AgentVersion.current(),
                config.nodeName(),
                config.watchNamespace().map(n -> "namespace " + n).orElse("all namespaces"),
                client.getMasterUrl());
        awaitEnd(warmup);
        agent.start();
        awaitSignal();
    }

    private static void awaitEnd(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The watch runs on daemon threads; one other thread has to stay. */
    private static void awaitSignal() {
        try {
            Thread.currentThread().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void setLogLevel(String level) throws AgentConfig.InvalidException {
        Level jul = switch (level) {
            case "error" -> Level.SEVERE;
            case "warn" -> Level.WARNING;
            case "info" -> Level.INFO;
            case "debug" -> Level.FINE;
            default ->
                throw new AgentConfig.InvalidException("RENACER_LOG_LEVEL is '" + UserText.printable(level)
                        + "', allowed are error, warn, info and debug");
        };
        LogFormat.install(jul, UserText::printable, level.equals("debug") ? new String[0] : new String[] {CLIENT_LOG});
    }
}
