// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.ring.RingPolicy;
import dev.renacer.crds.TraceNodeStatus;
import dev.renacer.nodeagent.refusal.LogText;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.Tracing;
import dev.renacer.tracer.filter.SyscallFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What this node allows its agent to do: the facts of a TraceNode.
 *
 * @param version    version of the agent
 * @param kernel     release of the kernel
 * @param arch       amd64 or arm64, as Kubernetes spells it
 * @param ptraceObstacle   why no process of another user can be traced here; empty if it can
 * @param yamaScope  kernel.yama.ptrace_scope; empty if the kernel has no Yama
 * @param cgroups    how cgroups are mounted
 * @param capabilities  the known ones that are in effect
 * @param colocationObstacle    why no thread is moved to its tracer's CPU here; empty if that is possible
 */
public record NodeFacts(
        String version,
        String kernel,
        String arch,
        Optional<String> ptraceObstacle,
        Optional<Integer> yamaScope,
        CgroupMode cgroups,
        List<String> capabilities,
        Optional<String> colocationObstacle) {
    /** The capabilities the agent needs, by their bit in /proc/PID/status (linux/capability.h). */
    private static final Map<String, Integer> CAPABILITIES = Map.of("CAP_SYS_PTRACE", 19, "CAP_DAC_READ_SEARCH", 2);

    /** The additional capability that co-location needs, also by its bit. */
    private static final Map<String, Integer> COLOCATION = Map.of("CAP_SYS_NICE", 23);

    private static final int YAMA_NO_ATTACH = 3;

    /**
     * Looks at this node.
     *
     * @param colocation  whether threads may be moved to their tracer's CPU, as the agent is configured
     */
    public static NodeFacts gather(Path procfs, String version, boolean colocation) {
        Optional<Integer> yama =
                read(procfs.resolve("sys/kernel/yama/ptrace_scope")).map(Integer::valueOf);
        String cgroup = read(procfs.resolve("1/cgroup"))
                .or(() -> read(procfs.resolve("self/cgroup")))
                .orElse("0::/");
        return new NodeFacts(
                version,
                read(procfs.resolve("sys/kernel/osrelease")).orElse("unknown"),
                System.getProperty("os.arch").equals("aarch64") ? "arm64" : System.getProperty("os.arch"),
                missingCapability(read(procfs.resolve("self/status")).orElse(""))
                        .or(() -> yama.filter(scope -> scope >= YAMA_NO_ATTACH)
                                .map(scope -> "kernel.yama.ptrace_scope is " + scope
                                        + ": nobody may trace until the node is started with a lower one"))
                        .or(() -> ownPidNamespace(procfs))
                        .or(NodeFacts::engineObstacle),
                yama,
                CgroupMode.of(cgroup),
                capabilities(read(procfs.resolve("self/status")).orElse("")),
                colocationObstacle(read(procfs.resolve("self/status")).orElse(""), colocation));
    }

    /** Why no thread is moved to its tracer's CPU, from the text of /proc/self/status. */
    static Optional<String> colocationObstacle(String status, boolean colocation) {
        if (!colocation) {
            return Optional.of("the agents do not offer it: agent.colocation.enabled of the chart is false");
        }
        return capabilities(status).containsAll(COLOCATION.keySet())
                ? Optional.empty()
                : Optional.of("the agent lacks CAP_SYS_NICE, which the chart adds with agent.colocation.enabled");
    }

    /**
     * The status of the node's TraceNode, as of now.
     *
     * @param pod           the agent's pod; empty outside a cluster
     * @param activeTraces  NodeTraces that are carried out
     */
    public TraceNodeStatus status(Optional<String> pod, int activeTraces) {
        return new TraceNodeStatus(
                version,
                pod.orElse(null),
                capabilities,
                kernel,
                arch,
                ptraceObstacle.isEmpty(),
                ptraceObstacle.orElse(null),
                colocationObstacle.isEmpty(),
                colocationObstacle.orElse(null),
                yamaScope.orElse(null),
                cgroups.text(),
                activeTraces,
                Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                new TraceNodeStatus.Features(
                        pod.orElse(null),
                        List.of(
                                TraceNodeStatus.PATHS_AND_PEERS,
                                TraceNodeStatus.LOOKS,
                                TraceNodeStatus.TRACE_PARENT,
                                TraceNodeStatus.UNSAMPLED,
                                TraceNodeStatus.SAMPLING)));
    }

    /** The first needed capability that is not effective, from the text of /proc/self/status. */
    static Optional<String> missingCapability(String status) {
        List<String> present = capabilities(status);
        return CAPABILITIES.keySet().stream()
                .filter(capability -> !present.contains(capability))
                .sorted()
                .reduce((a, b) -> a + ", " + b)
                .map(missing ->
                        "the agent lacks " + missing + ": run it as root with these capabilities, as the chart does");
    }

    /** The known capabilities that are effective, from the text of /proc/self/status. */
    static List<String> capabilities(String status) {
        long effective = status.lines()
                .filter(line -> line.startsWith("CapEff:"))
                .map(line -> Long.parseUnsignedLong(
                        line.substring("CapEff:".length()).strip(), 16))
                .findFirst()
                .orElse(0L);
        return Stream.concat(CAPABILITIES.entrySet().stream(), COLOCATION.entrySet().stream())
                .filter(capability -> (effective & (1L << capability.getValue())) != 0)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** If this process is the first one, no other process of the node can be seen. */
    private static Optional<String> ownPidNamespace(Path procfs) {
        return ProcessHandle.current().pid() == 1 && Files.isDirectory(procfs.resolve("1"))
                ? Optional.of("the agent sees only its own processes: set hostPID: true, as the chart does")
                : Optional.empty();
    }

    /**
     * Tests whether the engine can be loaded. A trace of nothing has no lasting cost, and the first assignment then
     * finds the engine and the tables of calls loaded.
     */
    private static Optional<String> engineObstacle() {
        CaptureOptions options = new CaptureOptions(
                SyscallFilter.EVERYTHING.plan(ArgumentDetail.NONE),
                RingPolicy.DROP,
                1 << 10,
                1 << 16,
                1,
                false,
                Optional.of(Duration.ofSeconds(10)),
                Optional.empty());
        try (Tracing _ = Tracing.open("trial", options, List.of())) {
            return Optional.empty();
        } catch (CaptureException e) {
            return Optional.of(LogText.of(e));
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
