// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.capture.Placements;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTracePhase;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.nodeagent.assignment.Assignment.Start;
import dev.renacer.nodeagent.colocation.AffinityRecovery;
import dev.renacer.nodeagent.colocation.UnrestoredThreads;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.process.ProcessLook;
import dev.renacer.nodeagent.process.ProcessWatch;
import dev.renacer.nodeagent.process.WantedProcesses;
import dev.renacer.nodeagent.sink.SinkPipelines;
import dev.renacer.nodeagent.status.FailedStatus;
import dev.renacer.nodeagent.status.NodeTraceRef;
import dev.renacer.nodeagent.status.StatusReports;
import dev.renacer.nodeagent.trace.ContainerTrace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
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
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The assignments of this node: one for each NodeTrace that is to be carried out. While there are any, processes that no
 * traced process started (kubectl exec, exec probes, a container that starts within the window) are noticed a few ms after they
 * begin ({@link ProcessWatch}), and all processes of the node are looked at once a second, in one pass for all assignments.
 * Without assignments nothing runs. Thread-safe.
 */
public final class AssignmentRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(AssignmentRegistry.class);
    /**
     * How long a process of a traced container may go unseen that was not noticed when it began. A pass over 5,000 processes costs
     * some tens of ms.
     */
    static final Duration SCAN_PERIOD = Duration.ofSeconds(1);

    /** Until an assignment that failed is begun anew; the next time twice that. */
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    private static final int REMEMBERED = 1000;

    private final String nodeName;
    private final ProcessFinder finder;
    private final ProcessFiles files;
    private final LongConsumer onScan;
    private final AssignmentContext context;
    private final IntConsumer activeChanged;
    private final StatusReports status;
    private final AffinityRecovery recovery;
    private final Map<NodeTraceRef, Assignment> active = new HashMap<>();
    /** The values of {@link #active}, for those who must not wait. */
    private volatile List<Assignment> running = List.of();
    /** Assignments that failed and are begun anew in a moment. */
    private final Map<NodeTraceRef, Start> waiting = new HashMap<>();

    private final ScheduledExecutorService scanner = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("renacer-scan").daemon(true).factory());
    /** Over by this agent: the last status may not have come back yet when the operator changes the spec once more. */
    private final Set<NodeTraceRef> ended = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeTraceRef, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    /** What the assignments counted that are over. */
    private AgentFigures past = AgentFigures.NONE;

    private Optional<ProcessWatch> watch = Optional.empty();
    private Optional<Future<?>> scanning = Optional.empty();
    private boolean closed;

    /** When the last look at all processes was over, or the first was to come; 0 while nothing is assigned. */
    private volatile long lastLook;

    /** Whether the last look failed, which is told once. Used by the scanner's thread. */
    private boolean scanFails;

    /**
     * @param onScan         told how many ns a look at all processes took, on the scanner's thread
     * @param activeChanged  told how many assignments are active, each time that changes
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
        this.finder = finder;
        this.files = files;
        this.onScan = onScan;
        this.status = status;
        this.activeChanged = activeChanged;
        this.recovery = new AffinityRecovery(finder, files, Placements::restore);
        this.context = new AssignmentContext(finder, files, rules, openers, pipelines, status, this::onEnd);
    }

    /** A NodeTrace exists, is new or was changed. Those of other nodes are passed over: not every server filters. */
    synchronized void assigned(NodeTrace trace) {
        NodeTraceSpec spec = trace.getSpec();
        if (closed || spec == null || !nodeName.equals(spec.nodeName())) {
            return;
        }
        try {
            take(ref(trace), trace);
        } catch (RuntimeException | Error e) {
            // The watch would tell of it only in a log, and never again.
            LOG.error("request={} cannot be taken", ref(trace), e);
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
            String why = "spec.notAfter is '" + spec.notAfter() + "', which is no RFC 3339 time";
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
        start(ref, new Start(spec, generation(trace), reported, 1), unrestored);
    }

    private void refuse(NodeTraceRef ref, NodeTraceSpec spec, long generation, String why) {
        status.submit(ref, FailedStatus.of(spec, generation, NodeTracePhase.Finished, why), () -> {});
    }

    private void start(NodeTraceRef ref, Start start, Map<ContainerCgroup, UnrestoredThreads> unrestored) {
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
        running = List.copyOf(active.values());
        if (scanning.isEmpty()) {
            lastLook = System.nanoTime();
            scanning = Optional.of(scanner.scheduleWithFixedDelay(
                    this::scan, SCAN_PERIOD.toMillis(), SCAN_PERIOD.toMillis(), TimeUnit.MILLISECONDS));
            ProcessWatch noticing = new ProcessWatch(finder.procfs(), this::look);
            watch = Optional.of(noticing);
            noticing.start();
        }
        activeChanged.accept(active.size());
    }

    private void tryAgain(NodeTraceRef ref, Start next) {
        waiting.put(ref, next);
        var _ = scanner.schedule(
                () -> beginAgain(ref), FIRST_RETRY.toMillis() << (next.attempt() - 2), TimeUnit.MILLISECONDS);
    }

    private synchronized void beginAgain(NodeTraceRef ref) {
        Optional<Start> next = Optional.ofNullable(waiting.remove(ref));
        if (next.isPresent() && !closed) {
            LOG.info("request={} is begun anew, attempt {}", ref, next.get().attempt());
            try {
                start(ref, next.get(), Map.of());
            } catch (RuntimeException | Error e) {
                LOG.error("request={} cannot be begun anew", ref, e);
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

    /** What stands still: the looks at all processes. Takes no lock. */
    public Optional<String> stalled(Duration limit) {
        long last = lastLook;
        long nanos = System.nanoTime() - last;
        return last == 0 || nanos <= limit.toNanos()
                ? Optional.empty()
                : Optional.of("the node's processes are not looked at since "
                        + Duration.ofNanos(nanos).toSeconds() + " s");
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
        running = List.copyOf(active.values());
        past = past.plus(assignment.figures());
        Optional<Start> next = closed ? Optional.empty() : assignment.nextAttempt();
        if (next.isPresent()) {
            tryAgain(assignment.ref(), next.get());
        } else {
            ended.add(assignment.ref());
        }
        if (active.isEmpty()) {
            scanning.ifPresent(future -> future.cancel(false));
            watch.ifPresent(ProcessWatch::close);
            watch = Optional.empty();
            lastLook = 0;
            scanning = Optional.empty();
        }
        activeChanged.accept(active.size());
    }

    /** Looks at a process that began a moment ago, or at a thread. */
    private ProcessLook.Outcome look(int pid, boolean first) {
        return switch (finder.place(pid)) {
            case ProcessFinder.Place.Gone() -> ProcessLook.Outcome.ABSENT;
            case ProcessFinder.Place.Own() -> ProcessLook.Outcome.SETTLED;
            case ProcessFinder.Place.Outside() ->
                youngIf(!first || isUntraced(pid)); // it may yet be moved into a container
            case ProcessFinder.Place.Inside(ContainerCgroup container) -> {
                List<Assignment> concerned = running.stream()
                        .filter(assignment -> assignment.wanted().include(container))
                        .toList();
                boolean again = false;
                if (!concerned.isEmpty() && isUntraced(pid)) {
                    for (Assignment assignment : concerned) {
                        again |= assignment.appeared(container, pid);
                    }
                }
                yield youngIf(again);
            }
        };
    }

    private static ProcessLook.Outcome youngIf(boolean young) {
        return young ? ProcessLook.Outcome.YOUNG : ProcessLook.Outcome.SETTLED;
    }

    /** Whether it is a process, and nobody's: those that a traced process has started are traced from their first call. */
    private boolean isUntraced(int pid) {
        return files.nature(pid)
                .filter(nature -> nature.isProcess() && !nature.isTraced())
                .isPresent();
    }

    private void scan() {
        try {
            List<Assignment> assignments = running;
            WantedProcesses wanted =
                    assignments.stream().map(Assignment::wanted).reduce(WantedProcesses.NONE, WantedProcesses::plus);
            long start = System.nanoTime();
            Map<ContainerCgroup, List<Integer>> found = finder.find(wanted);
            onScan.accept(System.nanoTime() - start);
            assignments.forEach(assignment -> assignment.scanned(found));
            if (scanFails) {
                LOG.info("the node's processes are looked at again");
            }
            scanFails = false;
            if (lastLook != 0) {
                lastLook = System.nanoTime();
            }
        } catch (IOException | RuntimeException | Error e) {
            // A scheduled task that throws is never run again.
            if (!scanFails) {
                LOG.error("the node's processes cannot be looked at; tried again each second", e);
            }
            scanFails = true;
        }
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
