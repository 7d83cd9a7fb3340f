// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.runtime;

import dev.renacer.crds.ContextCounts;
import dev.renacer.crds.TargetState;
import dev.renacer.nodeagent.assignment.AgentFigures;
import dev.renacer.nodeagent.trace.ContainerTrace;
import dev.renacer.nodeagent.trace.MeasuredTargets;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The agent's metrics. What assignments count is asked for when it is scraped; nothing here is on the way of a call. */
public final class AgentMetrics {
    private static final double[] SCAN_SECONDS = {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1};
    private static final double[] ATTACH_SECONDS = {.0005, .001, .0025, .005, .01, .025, .05, .1, .5, 1, 5};
    private static final double NANOS = 1e9;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Histogram scan = Histogram.builder()
            .name("renacer_agent_scan_duration_seconds")
            .help("Time of one look at all processes of the node.")
            .classicOnly()
            .classicUpperBounds(SCAN_SECONDS)
            .register(registry);
    private final Histogram attach = Histogram.builder()
            .name("renacer_agent_attach_duration_seconds")
            .help("Time to attach to all threads of a process.")
            .classicOnly()
            .classicUpperBounds(ATTACH_SECONDS)
            .register(registry);
    private final Counter exportFailures = Counter.builder()
            .name("renacer_agent_export_failures_total")
            .help("Times that a sink began to fail, or its cause changed.")
            .register(registry);

    /**
     * @param version        of the agent
     * @param redactedWhole  how many texts were redacted as a whole
     */
    public AgentMetrics(String version, LongSupplier redactedWhole) {
        CounterWithCallback.builder()
                .name("renacer_agent_redacted_whole_total")
                .help("Texts that could not be looked through for secrets, and were redacted as a whole.")
                .callback(callback -> callback.call((double) redactedWhole.getAsLong()))
                .register(registry);
        Info.builder()
                .name("renacer_agent_build_info")
                .help("Version of the agent.")
                .labelNames("version")
                .register(registry)
                .addLabelValues(version);
    }

    /** What is scraped. */
    public PrometheusRegistry registry() {
        return registry;
    }

    /** A look at all processes took so many ns. */
    public void scanned(long nanos) {
        scan.observe(nanos / NANOS);
    }

    /** An attach to all threads of a process took so many ns. */
    public void attached(long nanos) {
        attach.observe(nanos / NANOS);
    }

    /** A sink began to fail, or the cause of it changed. */
    public void exportFailed() {
        exportFailures.inc();
    }

    /** Adds what the assignments count. */
    public void figures(Supplier<AgentFigures> figures) {
        gauge(
                "renacer_agent_assignments",
                "NodeTraces being carried out.",
                () -> figures.get().assignments());
        gauge(
                "renacer_agent_ring_bytes",
                "Memory reserved for the rings of open traces; pages count as used once they are touched.",
                () -> figures.get().ringBytes());
        GaugeWithCallback.builder()
                .name("renacer_agent_targets")
                .help("Containers of the assignments, by state.")
                .labelNames("state")
                .callback(callback -> {
                    AgentFigures now = figures.get();
                    for (TargetState state : TargetState.values()) {
                        callback.call(now.targets().getOrDefault(state, 0), state.name());
                    }
                })
                .register(registry);
        CounterWithCallback.builder()
                .name("renacer_agent_calls_total")
                .help("System calls seen.")
                .callback(callback -> callback.call((double) figures.get().calls()))
                .register(registry);
        CounterWithCallback.builder()
                .name("renacer_agent_spans_exported_total")
                .help("Spans that collectors acknowledged.")
                .callback(callback -> callback.call((double) figures.get().exported()))
                .register(registry);
        CounterWithCallback.builder()
                .name("renacer_agent_failed_lookups_total")
                .help(
                        "Look-ups of descriptors that failed while calls were chosen by paths or peers: calls may be missing.")
                .callback(callback -> callback.call((double) figures.get().failedLookups()))
                .register(registry);
        contexts(() -> figures.get().contexts());
        CounterWithCallback.builder()
                .name("renacer_agent_lost_total")
                .help(
                        "Events and spans lost, by cause: ring (full), rate (maxSpansPerSecond), queue (full), export (refused"
                                + " or given up), agent (failed at a call).")
                .labelNames("cause")
                .callback(callback -> {
                    ContainerTrace.Losses losses = figures.get().losses();
                    callback.call((double) losses.ring(), "ring");
                    callback.call((double) losses.rate(), "rate");
                    callback.call((double) losses.queue(), "queue");
                    callback.call((double) losses.export(), "export");
                    callback.call((double) losses.agent(), "agent");
                })
                .register(registry);
    }

    private void contexts(Supplier<ContextCounts> counts) {
        CounterWithCallback.builder()
                .name("renacer_agent_unsampled_calls_total")
                .help("Calls without a span because the application does not record the trace they were made for.")
                .callback(callback -> callback.call((double) counts.get().unsampledCalls()))
                .register(registry);
        CounterWithCallback.builder()
                .name("renacer_agent_lost_contexts_total")
                .help(
                        "Contexts that applications publish (OTEP 4947) and that were lost, by cause: unreadable (at a call),"
                                + " unresolved (not found in a program).")
                .labelNames("cause")
                .callback(callback -> {
                    ContextCounts now = counts.get();
                    callback.call((double) now.unreadableCalls(), "unreadable");
                    callback.call((double) now.unresolvedPrograms(), "unresolved");
                })
                .register(registry);
        CounterWithCallback.builder()
                .name("renacer_agent_unseen_connections_total")
                .help(
                        "Connections on which requests could not be seen, or not to the end, by cause: encrypted (served with"
                                + " TLS), unfollowed (HTTP that contradicts itself or passed unseen), duplicated (has a second"
                                + " descriptor), excess (beyond those that are followed at a time), unwatched (open while calls were"
                                + " not seen).")
                .labelNames("cause")
                .callback(callback -> {
                    ContextCounts now = counts.get();
                    callback.call((double) now.encryptedConnections(), "encrypted");
                    callback.call((double) now.unfollowedConnections(), "unfollowed");
                    callback.call((double) now.duplicatedConnections(), "duplicated");
                    callback.call((double) now.excessConnections(), "excess");
                    callback.call((double) now.unwatchedConnections(), "unwatched");
                })
                .register(registry);
        CounterWithCallback.builder()
                .name("renacer_agent_unattributed_requests_total")
                .help(
                        "Requests of HTTP that were served while calls of their threads stayed under the process, by cause:"
                                + " unnamed (no valid traceparent), first (before a thread was seen to answer its own), handed_over"
                                + " (threads hand requests over), multiplexed (the thread or connection may have several at once).")
                .labelNames("cause")
                .callback(callback -> {
                    ContextCounts now = counts.get();
                    callback.call((double) now.unnamedRequests(), "unnamed");
                    callback.call((double) now.firstRequests(), "first");
                    callback.call((double) now.handedOverRequests(), "handed_over");
                    callback.call((double) now.multiplexedRequests(), "multiplexed");
                })
                .register(registry);
    }

    /** Adds what is measured of the calls of traced containers. */
    public void calls(MeasuredTargets targets) {
        registry.register(new CallDurations(targets));
        CounterWithCallback.builder()
                .name("renacer_agent_unmeasured_traces_total")
                .help("Traces of a container whose calls are not in " + CallDurations.NAME + ": there were too many.")
                .callback(callback -> callback.call((double) targets.unmeasured()))
                .register(registry);
    }

    private void gauge(String name, String help, Supplier<Number> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.get().doubleValue()))
                .register(registry);
    }
}
