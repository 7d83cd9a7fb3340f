// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.capture.Placements;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTracePhase;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.nodeagent.colocation.AffinityRecovery;
import dev.renacer.nodeagent.colocation.UnrestoredThreads;
import dev.renacer.nodeagent.look.ContainerLooks;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.sink.SinkPipelines;
import dev.renacer.nodeagent.status.FailedStatus;
import dev.renacer.nodeagent.status.NodeTraceRef;
import dev.renacer.nodeagent.status.StatusReports;
import dev.renacer.nodeagent.trace.ContainerTrace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The assignments of this node: one for each NodeTrace to be carried out. While there are any, {@link ProcessDiscovery}
 * looks for their processes. Without assignments nothing runs. Thread-safe.
 */
public final class AssignmentRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(AssignmentRegistry.class);
    /** The wait until a failed assignment is started again; doubled the next time. */
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    private static final int REMEMBERED = 1000;

    private final String nodeName;
    private final AssignmentContext context;
    private final IntConsumer activeChanged;
    private final StatusReports status;
    private final ProcessDiscovery discovery;
    private final AffinityRecovery recovery;
    private final Map<NodeTraceRef, Assignment> active = new HashMap<>();
    /** Failed assignments that start again in a moment. */
    private final Map<NodeTraceRef, AssignmentStart> waiting = new HashMap<>();

    private final ScheduledExecutorService scanner = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("renacer-scan").daemon(true).factory());
    /** Ended by this agent: the last status may not have come back yet when the operator changes the spec once more. */
    private final Set<NodeTraceRef> ended = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeTraceRef, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    /** The counts of assignments that are over. */
    private AgentFigures past = AgentFigures.NONE;

    private boolean closed;

    /**
     * @param onScan         called with the ns that a look at all processes took, on the scanner's thread
     * @param activeChanged  called with the number of active assignments each time it changes
     * @param status         takes a status to be written
     */
    public AssignmentRegistry(
            String nodeName,
            ProcessFinder finder,
            ProcessFiles files,
            AssignmentRules rules,
            Supplier<ContainerTrace.Opener> openers,
            SinkPipelines pipelines,
            LongConsumer onScan,
            StatusReports status,
            IntConsumer activeChanged) {
        this.nodeName = nodeName;
        this.status = status;
        this.activeChanged = activeChanged;
        this.discovery = new ProcessDiscovery(finder, files, scanner, onScan);
        this.recovery = new AffinityRecovery(finder, files, Placements::restore);
        this.context = new AssignmentContext(
                finder, files, rules, openers, pipelines, status, this::onEnd, new ContainerLooks(finder, files));
    }

    /** A NodeTrace exists, is new or was changed. Those of other nodes are ignored: not every server filters. */
    synchronized void assigned(NodeTrace trace) {
        NodeTraceSpec spec = trace.getSpec();
        if (closed || spec == null || !nodeName.equals(spec.nodeName())) {
            return;
        }
        try {
            take(ref(trace), trace);
        } catch (RuntimeException | Error e) {
            // The watch would only log the exception, and never deliver the NodeTrace again.
            LOG.error("request={} cannot be taken up", ref(trace), e);
            refuse(ref(trace), spec, generation(trace), FailedStatus.message(e, false));
        }
    }

    private void take(NodeTraceRef ref, NodeTrace trace) {
        NodeTraceSpec spec = trace.getSpec();
        Map<ContainerCgroup, UnrestoredThreads> unrestored = trace.getStatus() != null
                        && !active.containsKey(ref)
                        && !waiting.containsKey(ref)
                        && !ended.contains(ref)
                ? recovery.recover(ref, trace.getStatus())
                : Map.of();
        if (trace.getMetadata().getDeletionTimestamp() != null) {
            deleted(trace);
            return;
        }
        Optional<Assignment> known = Optional.ofNullable(active.get(ref));
        if (known.isPresent()) {
            known.get().update(spec, generation(trace));
            return;
        }
        if (waiting.computeIfPresent(ref, (_, start) -> start.with(spec, generation(trace))) != null) {
            return;
        }
        if (ended.contains(ref)) {
            return;
        }
        Optional<NodeTraceStatus> reported = Optional.ofNullable(trace.getStatus());
        if (reported.filter(s -> NodeTracePhase.Finished.name().equals(s.phase()))
                .isPresent()) {
            return;
        }
        if (instant(spec.notAfter()).isEmpty()) {
            String why = "spec.notAfter is '" + spec.notAfter() + "', which is not an RFC 3339 time";
            LOG.error("request={} refused: {}", ref, why);
            refuse(ref, spec, generation(trace), why);
            return;
        }
        reported.filter(s -> s.phase() != null)
                .ifPresent(s -> LOG.info("request={} is taken up again; its earlier phase was {}", ref, s.phase()));
        LOG.info(
                "request={} assigned: {} containers, until {}",
                ref,
                spec.targets().size(),
                spec.notAfter());
        start(ref, new AssignmentStart(spec, generation(trace), reported, 1), unrestored);
    }

    private void refuse(NodeTraceRef ref, NodeTraceSpec spec, long generation, String why) {
        status.submit(ref, FailedStatus.of(spec, generation, NodeTracePhase.Finished, why), () -> {});
    }

    private void start(NodeTraceRef ref, AssignmentStart start, Map<ContainerCgroup, UnrestoredThreads> unrestored) {
        Instant notAfter = instant(start.spec().notAfter()).orElse(Instant.MIN);
        Assignment assignment = new Assignment(ref, start, notAfter, unrestored, context);
        try {
            assignment.start();
        } catch (OutOfMemoryError e) { // no thread to be had: those that others hold now may be free in a while
            LOG.error("request={} cannot begin", ref, e);
            start.next()
                    .ifPresentOrElse(
                            next -> tryAgain(ref, next),
                            () -> refuse(ref, start.spec(), start.generation(), FailedStatus.message(e, false)));
            return;
        }
        active.put(ref, assignment);
        discovery.assignments(active.values());
        activeChanged.accept(active.size());
    }

    private void tryAgain(NodeTraceRef ref, AssignmentStart next) {
        waiting.put(ref, next);
        var _ = scanner.schedule(
                () -> beginAgain(ref), FIRST_RETRY.toMillis() << (next.attempt() - 2), TimeUnit.MILLISECONDS);
    }

    private synchronized void beginAgain(NodeTraceRef ref) {
        Optional<AssignmentStart> next = Optional.ofNullable(waiting.remove(ref));
        if (next.isPresent() && !closed) {
            LOG.info("request={} starts again, attempt {}", ref, next.get().attempt());
            try {
                start(ref, next.get(), Map.of());
            } catch (RuntimeException | Error e) {
                LOG.error("request={} cannot start again", ref, e);
                refuse(ref, next.get().spec(), next.get().generation(), FailedStatus.message(e, false));
            }
        }
    }

    /** A NodeTrace is gone. */
    synchronized void deleted(NodeTrace trace) {
        waiting.remove(ref(trace));
        Optional.ofNullable(active.get(ref(trace))).ifPresent(assignment -> assignment.end(EndReason.DELETED));
    }

    /** What this agent has counted so far. */
    public synchronized AgentFigures figures() {
        return active.values().stream().map(Assignment::figures).reduce(past, AgentFigures::plus);
    }

    /** Whether the looks at all processes have stalled, in words for a log; empty if they continue. Takes no lock. */
    public Optional<String> stalled(Duration limit) {
        return discovery.stalled(limit);
    }

    /**
     * Ends all assignments for an agent that will be started again: their status says that they wait.
     *
     * @return false if some did not end in time
     */
    public boolean close(Duration timeout) throws InterruptedException {
        List<Assignment> ending;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(active.values());
        }
        Instant deadline = Instant.now().plus(timeout);
        ending.forEach(assignment -> assignment.end(EndReason.AGENT_STOPPED));
        boolean allEnded = true;
        for (Assignment assignment : ending) {
            Duration left = Duration.between(Instant.now(), deadline);
            allEnded &= assignment.awaitEnd(left.isPositive() ? left : Duration.ofMillis(1));
        }
        scanner.shutdownNow();
        return allEnded;
    }

    private synchronized void onEnd(Assignment assignment) {
        active.remove(assignment.ref(), assignment);
        past = past.plus(assignment.figures());
        Optional<AssignmentStart> next = closed ? Optional.empty() : assignment.nextAttempt();
        if (next.isPresent()) {
            tryAgain(assignment.ref(), next.get());
        } else {
            ended.add(assignment.ref());
        }
        discovery.assignments(active.values());
        activeChanged.accept(active.size());
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static NodeTraceRef ref(NodeTrace trace) {
        ObjectMeta meta = trace.getMetadata();
        return new NodeTraceRef(
                meta.getNamespace(),
                meta.getName(),
                Optional.ofNullable(meta.getUid()).orElse(""));
    }

    private static long generation(NodeTrace trace) {
        return Optional.ofNullable(trace.getMetadata().getGeneration()).orElse(0L);
    }
}
