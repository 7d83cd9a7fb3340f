// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import dev.renacer.capture.Placements;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTracePhase;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The assignments of this node: one for each NodeTrace that is to be carried out. While there are any, all processes of
 * the node are looked at once a second, in one pass for all assignments: processes that no traced process started
 * (kubectl exec, exec probes, a container that starts within the window) are found that way, at most a second after
 * they began. Without assignments nothing runs. Thread-safe.
 */
final class AssignmentBook {
    private static final Logger LOG = LoggerFactory.getLogger(AssignmentBook.class);
    /**
     * How long a new process of a traced container may go unseen. A pass over 5,000 processes costs some tens of ms.
     */
    static final Duration SCAN_PERIOD = Duration.ofSeconds(1);

    private static final int REMEMBERED = 1000;

    private final String nodeName;
    private final ProcessFinder finder;
    private final AgentMetrics metrics;
    private final Surroundings surroundings;
    private final IntConsumer activeChanged;
    private final StatusReports status;
    private final AffinityRecovery recovery;
    private final Map<NodeTraceRef, Assignment> active = new HashMap<>();
    private final ScheduledExecutorService scanner = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("renacer-scan").daemon(true).factory());
    /** Over by this agent: the last status may not have come back yet when the operator changes the spec once more. */
    private final Set<NodeTraceRef> over = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeTraceRef, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    /** What the assignments counted that are over. */
    private AgentFigures past = AgentFigures.NONE;

    private Optional<Future<?>> scanning = Optional.empty();
    private boolean closed;

    /**
     * @param activeChanged  told how many assignments are active, each time that changes
     * @param status         takes a status to be written
     */
    AssignmentBook(
            String nodeName,
            ProcessFinder finder,
            ProcessFiles files,
            AssignmentRules rules,
            ContainerTrace.Opener opener,
            SinkPipelines pipelines,
            AgentMetrics metrics,
            StatusReports status,
            IntConsumer activeChanged) {
        this.nodeName = nodeName;
        this.finder = finder;
        this.metrics = metrics;
        this.status = status;
        this.activeChanged = activeChanged;
        this.recovery = new AffinityRecovery(finder, files, Placements::restore);
        this.surroundings = new Surroundings(finder, files, rules, opener, pipelines, status, this::over);
    }

    /** A NodeTrace exists, is new or was changed. Those of other nodes are passed over: not every server filters. */
    synchronized void assigned(NodeTrace trace) {
        NodeTraceSpec spec = trace.getSpec();
        if (closed || spec == null || !nodeName.equals(spec.nodeName())) {
            return;
        }
        NodeTraceRef ref = ref(trace);
        Map<ContainerCgroup, UnrestoredThreads> unrestored =
                trace.getStatus() != null && !active.containsKey(ref) && !over.contains(ref)
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
        if (over.contains(ref)) {
            return;
        }
        Optional<NodeTraceStatus> reported = Optional.ofNullable(trace.getStatus());
        if (reported.filter(s -> NodeTracePhase.Finished.name().equals(s.phase()))
                .isPresent()) {
            return;
        }
        Optional<Instant> notAfter = instant(spec.notAfter());
        if (notAfter.isEmpty()) {
            LOG.error("request={} refused: spec.notAfter is '{}', which is no RFC 3339 time", ref, spec.notAfter());
            status.submit(ref, unusable(spec, generation(trace)), () -> {});
            return;
        }
        reported.filter(s -> s.phase() != null)
                .ifPresent(s -> LOG.info("request={} is taken up again; its earlier phase was {}", ref, s.phase()));
        LOG.info(
                "request={} assigned: {} containers, until {}",
                ref,
                spec.targets().size(),
                spec.notAfter());
        Assignment assignment =
                new Assignment(ref, spec, generation(trace), notAfter.get(), reported, unrestored, surroundings);
        active.put(ref, assignment);
        assignment.start();
        if (scanning.isEmpty()) {
            scanning = Optional.of(scanner.scheduleWithFixedDelay(
                    this::scan, SCAN_PERIOD.toMillis(), SCAN_PERIOD.toMillis(), TimeUnit.MILLISECONDS));
        }
        activeChanged.accept(active.size());
    }

    /** A NodeTrace is gone. */
    synchronized void deleted(NodeTrace trace) {
        Optional.ofNullable(active.get(ref(trace))).ifPresent(assignment -> assignment.end(Ending.DELETED));
    }

    /** What this agent has counted so far. */
    synchronized AgentFigures figures() {
        return active.values().stream().map(Assignment::figures).reduce(past, AgentFigures::plus);
    }

    /** How many assignments are active. */
    synchronized int size() {
        return active.size();
    }

    /**
     * Ends all assignments, as an agent does that will be started again: their status says that they wait.
     *
     * @return false if some were not over in time
     */
    boolean close(Duration timeout) throws InterruptedException {
        List<Assignment> ending;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(active.values());
        }
        Instant deadline = Instant.now().plus(timeout);
        ending.forEach(assignment -> assignment.end(Ending.AGENT_STOPPED));
        boolean over = true;
        for (Assignment assignment : ending) {
            Duration left = Duration.between(Instant.now(), deadline);
            over &= assignment.awaitOver(left.isPositive() ? left : Duration.ofMillis(1));
        }
        scanner.shutdownNow();
        return over;
    }

    private synchronized void over(Assignment assignment) {
        active.remove(assignment.ref(), assignment);
        past = past.plus(assignment.figures());
        over.add(assignment.ref());
        if (active.isEmpty()) {
            scanning.ifPresent(future -> future.cancel(false));
            scanning = Optional.empty();
        }
        activeChanged.accept(active.size());
    }

    private void scan() {
        try {
            List<Assignment> assignments;
            synchronized (this) {
                assignments = List.copyOf(active.values());
            }
            Set<ContainerCgroup> wanted = new HashSet<>();
            assignments.forEach(assignment -> wanted.addAll(assignment.wanted()));
            long start = System.nanoTime();
            Map<ContainerCgroup, List<Integer>> found = finder.find(wanted);
            metrics.scanned(System.nanoTime() - start);
            assignments.forEach(assignment -> assignment.scanned(found));
        } catch (IOException | RuntimeException e) {
            // A scheduled task that throws is never run again.
            LOG.error("the node's processes cannot be looked at; tried again in a second", e);
        }
    }

    private static NodeTraceStatus unusable(NodeTraceSpec spec, long generation) {
        String message = "spec.notAfter is '" + spec.notAfter() + "', which is no RFC 3339 time";
        List<TargetStatus> targets = spec.targets().stream()
                .map(target -> new TargetStatus(
                        target.podUid(),
                        target.containerName(),
                        target.containerId(),
                        TargetState.Failed.name(),
                        Reason.InternalError.name(),
                        message,
                        null,
                        TraceTotals.NONE))
                .toList();
        return new NodeTraceStatus(
                generation,
                NodeTracePhase.Finished.name(),
                Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                targets,
                TraceTotals.NONE,
                null,
                null);
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
