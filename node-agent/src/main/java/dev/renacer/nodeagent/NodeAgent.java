// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.TraceNodeStatus;
import dev.renacer.nodeagent.assignment.AssignmentRegistry;
import dev.renacer.nodeagent.assignment.AssignmentRules;
import dev.renacer.nodeagent.assignment.NodeTraceWatch;
import dev.renacer.nodeagent.process.NodeFacts;
import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.runtime.AgentMetrics;
import dev.renacer.nodeagent.runtime.IdleHeapTrimmer;
import dev.renacer.nodeagent.runtime.Liveness;
import dev.renacer.nodeagent.sink.SinkCredentials;
import dev.renacer.nodeagent.sink.SinkOpener;
import dev.renacer.nodeagent.sink.SinkPipelines;
import dev.renacer.nodeagent.status.ClusterWrites;
import dev.renacer.nodeagent.status.CoalescingWriter;
import dev.renacer.nodeagent.status.CoalescingWriter.Result;
import dev.renacer.nodeagent.status.NodeTraceRef;
import dev.renacer.nodeagent.trace.ContainerTrace;
import dev.renacer.nodeagent.trace.MeasuredTargets;
import dev.renacer.nodeagent.trace.PtraceTraceOpener;
import dev.renacer.observability.HttpEndpoints;
import dev.renacer.tracer.export.settings.OtlpSettings;
import dev.renacer.tracer.redact.Redactor;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent of one node: puts together its watch, its assignments and its writes. */
final class NodeAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
    /** A SIGTERM leaves 5 s: most of it for detaching and sending, the rest for the last status. */
    private static final Duration ASSIGNMENTS_END = Duration.ofMillis(3600);

    private static final Duration LAST_WRITES = Duration.ofMillis(800);
    /** The client gives up a write after 10 s, and a look at all processes takes some tens of ms. */
    static final Duration STALLED_AFTER = Duration.ofMinutes(2);

    private static final Duration NODE_WRITE = Duration.ofMillis(200);

    /** A status, and what to call once it is written. */
    private record Report(NodeTraceStatus status, Runnable onWritten) {}

    private final AgentConfig config;
    private final NodeFacts facts;
    private final CoalescingWriter<NodeTraceRef, Report> statusWrites;
    private final CoalescingWriter<String, TraceNodeStatus> nodeWrites;
    private final AssignmentRegistry registry;
    private final NodeTraceWatch watch;
    private final AgentMetrics metrics;
    private final Liveness liveness;
    private final IdleHeapTrimmer heapTrimmer = IdleHeapTrimmer.ofThisProcess();
    private Optional<HttpEndpoints> endpoints = Optional.empty();

    /**
     * @param facts   what this node allows
     * @param files   finds the names of processes
     * @param openers  creates the opener of an assignment's traces
     * @param credentials  settings and credentials of the sinks
     * @param metrics  counts
     * @param stalledAfter  what takes longer has stalled
     */
    NodeAgent(
            AgentConfig config,
            NodeFacts facts,
            KubernetesClient client,
            ProcessFinder finder,
            ProcessFiles files,
            Supplier<ContainerTrace.Opener> openers,
            SinkCredentials credentials,
            AgentMetrics metrics,
            Duration stalledAfter) {
        this.config = config;
        this.facts = facts;
        ClusterWrites writes = new ClusterWrites(client);
        this.statusWrites = new CoalescingWriter<>(
                "status of NodeTrace", (ref, report) -> write(writes, ref, report), FIRST_RETRY, LONGEST_RETRY);
        this.nodeWrites = new CoalescingWriter<>("TraceNode", writes::traceNode, FIRST_RETRY, LONGEST_RETRY);
        SinkPipelines pipelines = new SinkPipelines(new SinkOpener(credentials, metrics::exportFailed));
        this.registry = new AssignmentRegistry(
                config.nodeName(),
                finder,
                files,
                new AssignmentRules(config.podNamespace(), finder.own()),
                openers,
                pipelines,
                metrics::scanned,
                (ref, status, onWritten) -> statusWrites.submit(ref, new Report(status, onWritten)),
                this::activeChanged);
        this.watch = new NodeTraceWatch(client, config.nodeName(), config.watchNamespace(), registry);
        this.liveness = new Liveness(List.of(
                watch::stalled,
                () -> registry.stalled(stalledAfter),
                pipelines::stalled,
                () -> statusWrites.stalled(stalledAfter),
                () -> nodeWrites.stalled(stalledAfter)));
        this.metrics = metrics;
        metrics.figures(registry::figures);
    }

    /** An agent that traces with the kernel of this machine. */
    static NodeAgent ofThisNode(AgentConfig config, KubernetesClient client, Map<String, String> environment) {
        Path procfs = Path.of("/proc");
        AgentMetrics metrics = new AgentMetrics(AgentVersion.current(), Redactor::unread);
        ProcessFinder finder = new ProcessFinder(procfs, ProcessHandle.current().pid());
        NodeFacts facts = NodeFacts.gather(procfs, AgentVersion.current(), config.colocation());
        MeasuredTargets measured = new MeasuredTargets();
        metrics.calls(measured);
        PtraceTraceOpener.Node node = new PtraceTraceOpener.Node(
                config.nodeName(), finder, metrics::attached, facts.colocationObstacle(), measured);
        return new NodeAgent(
                config,
                facts,
                client,
                finder,
                new ProcessFiles(procfs),
                () -> new PtraceTraceOpener(node),
                new SinkCredentials(config.sinks(), common(environment), System::nanoTime),
                metrics,
                STALLED_AFTER);
    }

    /**
     * Begins to work; returns at once.
     *
     * @throws UncheckedIOException if the port of health and metrics is not available
     */
    void start() {
        if (config.httpPort() > 0) {
            try {
                endpoints = Optional.of(
                        new HttpEndpoints(config.httpPort(), this::sick, this::unready, metrics.registry()));
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "port " + config.httpPort() + " for health and metrics is not available; set RENACER_HTTP_PORT",
                        e);
            }
        }
        facts.ptraceObstacle().ifPresent(why -> LOG.error("nothing can be traced on this node: {}", why));
        activeChanged(0);
        watch.start();
    }

    /** Detaches everything, sends what was captured, writes the last statuses; within 5 s. */
    @Override
    public void close() {
        try {
            watch.close();
            if (!registry.close(ASSIGNMENTS_END)) {
                LOG.warn("not every assignment ended in time; the kernel detaches the remaining processes");
            }
            if (!statusWrites.awaitIdle(LAST_WRITES)) {
                LOG.warn("not every last status could be written");
            }
            if (!nodeWrites.awaitIdle(NODE_WRITE)) {
                LOG.debug("the TraceNode could not be written in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            endpoints.ifPresent(HttpEndpoints::close);
            statusWrites.close();
            nodeWrites.close();
        }
    }

    /** Why it should be started anew, a line each; none: it is alive. */
    List<String> sick() {
        return liveness.stalled();
    }

    /** Why it does not do its work, a line each; none: it is ready. */
    List<String> unready() {
        return watch.hasListed() ? sick() : List.of("the NodeTraces of this node are not listed yet");
    }

    private static Result write(ClusterWrites writes, NodeTraceRef ref, Report report) {
        Result result = writes.nodeTraceStatus(ref, report.status());
        if (result instanceof Result.Done) {
            report.onWritten().run();
        }
        return result;
    }

    private void activeChanged(int activeTraces) {
        heapTrimmer.activeTraces(activeTraces);
        reportNode(activeTraces);
    }

    private void reportNode(int activeTraces) {
        nodeWrites.submit(config.nodeName(), facts.status(config.podName(), activeTraces));
    }

    /**
     * The settings common to all sinks. Credentials from the environment would go to whatever endpoint a NodeTrace
     * names: so they only come from a folder of the sink's own.
     */
    private static OtlpSettings common(Map<String, String> environment) {
        OtlpSettings given = OtlpSettings.fromEnvironment(environment);
        if (!given.headers().isEmpty() || given.clientTls().isPresent()) {
            LOG.warn("headers and client certificates of OTEL_EXPORTER_OTLP_* are not used: put them into a Secret that"
                    + " the TraceSink names");
        }
        return given.withoutCredentials();
    }
}
