// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import dev.renacer.crds.TraceNode;
import dev.renacer.crds.TraceNodeStatus;
import dev.renacer.quickstart.api.EmbeddedApi;
import dev.renacer.quickstart.otlp.OtlpReceiver;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything the story needs: API server, receiver, pod, operator and agent, each started and, in reverse order, ended. Closing is
 * safe from any thread and at any time; all else belongs to one thread.
 */
final class Stage implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final int LOG_LINES = 15;

    private final Path home;
    private final Path folder;
    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
    private boolean closed;

    final EmbeddedApi api;
    final KubernetesClient client;
    final @Nullable OtlpReceiver receiver;
    final String sinkEndpoint;
    private final RootHelper root;

    /**
     * Starts API server and receiver, and asks for root.
     *
     * @param home the checkout
     * @param folder for the kubeconfig, logs and the workload's files
     * @param collector the user's own collector, or null for a receiver of our own
     */
    Stage(Path home, Path folder, @Nullable String collector) throws IOException, QuickstartException {
        this.home = home;
        this.folder = folder;
        root = keep(RootHelper.start(home));
        api = keep(EmbeddedApi.start());
        client = keep(new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(api.kubeconfig(DemoCluster.NAMESPACE)))
                .build());
        receiver = collector == null ? keep(OtlpReceiver.start()) : null;
        sinkEndpoint = receiver != null ? receiver.grpcEndpoint() : String.valueOf(collector);
        Path kubeconfig = kubeconfig();
        Files.deleteIfExists(kubeconfig);
        // Whoever can read it can have the agent trace.
        Files.createFile(
                kubeconfig, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(kubeconfig, api.kubeconfig(DemoCluster.NAMESPACE));
    }

    Path kubeconfig() {
        return folder.resolve("kubeconfig");
    }

    Path operatorLog() {
        return folder.resolve("operator.log");
    }

    Path agentLog() {
        return folder.resolve("node-agent.log");
    }

    /** The workload, running in the cgroup of its pod. */
    record Workload(Pod pod, Process process, String cgroup) {}

    /** Creates the pod and its objects, makes its cgroup and runs the workload there. */
    Workload startPod() throws IOException, QuickstartException {
        byte[] id = new byte[32];
        new SecureRandom().nextBytes(id);
        String containerId = HexFormat.of().formatHex(id);
        Pod pod = DemoCluster.create(api, client, containerId, sinkEndpoint);
        String cgroup = root.ask("cgroup " + pod.getMetadata().getUid() + " " + containerId);
        Path orders = Files.createTempDirectory(folder, "orders-");
        keep(() -> removeFolder(orders));
        Process process = new ProcessBuilder(folder.resolve("checkout").toString(), orders.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("checkout.log").toFile())
                .start();
        keep(() -> {
            process.destroyForcibly();
            process.waitFor(5, TimeUnit.SECONDS);
        });
        root.ask("join " + process.pid());
        return new Workload(pod, process, cgroup);
    }

    /** The operator and the agent at work. */
    record Control(Process operator, long agentPid, TraceNodeStatus node) {}

    /**
     * Starts operator and agent and waits until both are ready.
     *
     * @throws QuickstartException if one ends or is not ready in time, or the agent may not trace
     */
    Control startOperatorAndAgent() throws IOException, QuickstartException, InterruptedException {
        for (Path log : List.of(operatorLog(), agentLog())) {
            Files.deleteIfExists(log);
            Files.createFile(log);
        }
        ProcessBuilder command = new ProcessBuilder(
                        home.resolve("libexec/until-stdin-ends").toString(),
                        home.resolve("bin/renacer-operator").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(operatorLog().toFile()));
        command.environment().put("KUBECONFIG", kubeconfig().toString());
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // Nobody probes it here, and the port may be taken.
        command.environment().put("RENACER_HTTP_PORT", "0");
        Process operator = command.start();
        keep(() -> {
            operator.getOutputStream().close();
            if (!operator.waitFor(10, TimeUnit.SECONDS)) {
                operator.destroyForcibly();
            }
        });
        long agentPid = Long.parseLong(root.ask("agent " + kubeconfig() + " " + DemoCluster.NODE + " " + agentLog()));
        await(() -> {
            requireRunning(operator, agentPid);
            return bothWatch() && node().isPresent();
        });
        TraceNodeStatus node = node().orElseThrow();
        if (Boolean.FALSE.equals(node.ptraceAllowed())) {
            throw new QuickstartException("the kernel does not let the agent trace here: " + node.ptraceMessage());
        }
        return new Control(operator, agentPid, node);
    }

    /** The operator watches requests, sinks and assignments, the agent the assignments of its node. */
    private boolean bothWatch() {
        return api.watches("tracerequests") > 0 && api.watches("tracesinks") > 0 && api.watches("nodetraces") > 1;
    }

    private Optional<TraceNodeStatus> node() {
        return Optional.ofNullable(client.resources(TraceNode.class)
                        .withName(DemoCluster.NODE)
                        .get())
                .map(TraceNode::getStatus)
                .filter(status -> status.ptraceAllowed() != null);
    }

    /** @throws QuickstartException if operator or agent has ended, with the end of its log */
    void requireRunning(Process operator, long agentPid) throws QuickstartException {
        if (!operator.isAlive()) {
            throw new QuickstartException(ended("operator", operatorLog()));
        }
        if (!Files.exists(Path.of("/proc", Long.toString(agentPid)))) {
            throw new QuickstartException(ended("node agent", agentLog()));
        }
    }

    private static String ended(String who, Path log) {
        return "the " + who + " ended by itself; the end of its log " + log + ":\n" + tail(log);
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "(cannot be read: " + e.getMessage() + ")";
        }
    }

    private interface Readiness {
        boolean get() throws QuickstartException;
    }

    private void await(Readiness readiness) throws QuickstartException, InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (!readiness.get()) {
            if (System.nanoTime() > deadline) {
                throw new QuickstartException("operator and agent were not ready within " + READY_WITHIN.toSeconds()
                        + " s; see " + operatorLog() + " and " + agentLog());
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Resident memory of a process in MiB, 0 if it is gone. */
    static long residentMebibytes(long pid) {
        return statusNumber(pid, "VmRSS") / 1024;
    }

    /** Pid of the process that traces this one, 0 if none does. */
    static long tracerOf(long pid) {
        return statusNumber(pid, "TracerPid");
    }

    private static long statusNumber(long pid, String key) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                    .filter(line -> line.startsWith(key + ":"))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .findFirst()
                    .map(Long::parseLong)
                    .orElse(0L);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Ends the agent as a kubelet does, by SIGTERM; returns its exit code. */
    String stopAgent() throws QuickstartException {
        return root.ask("stop-agent");
    }

    private synchronized <T extends AutoCloseable> T keep(T resource) {
        toClose.push(resource);
        return resource;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        while (!toClose.isEmpty()) {
            try {
                toClose.pop().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                System.err.println("quickstart: while cleaning up: " + e);
            }
        }
    }

    private static void removeFolder(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
