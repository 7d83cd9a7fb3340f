// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.capture.Placement;
import dev.renacer.crds.NodeTracePhase;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.nodeagent.colocation.UnrestoredThreads;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.process.WantedProcesses;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.nodeagent.sink.SinkPipelines;
import dev.renacer.nodeagent.status.FailedStatus;
import dev.renacer.nodeagent.status.NodeTraceRef;
import dev.renacer.nodeagent.status.NodeTraceStatusSchedule;
import dev.renacer.nodeagent.trace.ContainerTrace;
import dev.renacer.tracer.export.OtlpPipeline;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One NodeTrace being carried out, on a thread of its own: from the moment it is seen until the window ends, it is
 * stopped or deleted, or the agent ends. What other threads tell it waits in its mailbox.
 */
final class Assignment {
    private sealed interface Message {
        record Spec(NodeTraceSpec spec, long generation) implements Message {}

        record Scanned() implements Message {}

        record Appeared(ContainerCgroup container, int pid) implements Message {}

        record Started(ContainerCgroup container, String name, int pid) implements Message {}

        record TraceEnded(ContainerCgroup container) implements Message {}

        record Written(Map<ContainerCgroup, List<Placement>> recorded) implements Message {}

        record End(EndReason reason) implements Message {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(Assignment.class);
    private static final Duration DETACH = Duration.ofSeconds(5);
    private static final Duration FLUSH = Duration.ofSeconds(5);
    /** So many times an assignment that fails is begun anew in a window: what fails for a passing reason goes on. */
    static final int MAX_ATTEMPTS = 3;
    /** What is left of an agent's 5 s after a SIGTERM is for writing the status. */
    private static final Duration HURRIED = Duration.ofMillis(1700);

    /**
     * An assignment to be begun.
     *
     * @param spec      what the operator asks for
     * @param generation  of the spec
     * @param reported  what was reported of it before, by an earlier agent or attempt: its figures go on
     * @param attempt   1, and one more after each failure
     */
    record Start(NodeTraceSpec spec, long generation, Optional<NodeTraceStatus> reported, int attempt) {
        Start with(NodeTraceSpec changed, long changedGeneration) {
            return new Start(changed, changedGeneration, reported, attempt);
        }

        /** The next attempt; empty if that was the last. */
        Optional<Start> next() {
            return attempt < MAX_ATTEMPTS
                    ? Optional.of(new Start(spec, generation, reported, attempt + 1))
                    : Optional.empty();
        }
    }

    private final NodeTraceRef ref;
    private final AssignmentContext context;
    private final int attempt;
    private final Instant notAfter;
    private final NodeTraceStatusSchedule schedule;
    private final BlockingQueue<Message> mailbox = new LinkedBlockingQueue<>();
    private final AtomicReference<Optional<Map<ContainerCgroup, List<Integer>>>> scan =
            new AtomicReference<>(Optional.empty());
    private final Thread thread;
    private volatile WantedProcesses wanted = WantedProcesses.NONE;
    private volatile boolean matchesByName;
    private volatile boolean tracing;
    private volatile AgentFigures figures = AgentFigures.NONE;
    /** What was reported when it failed and is worth another attempt. */
    private volatile Optional<NodeTraceStatus> failedWith = Optional.empty();

    // From here on: the assignment's own thread alone.
    private final AssignedContainers containers;
    private final ContainerTrace.Opener opener;
    private Optional<SinkPipelines.Lease> lease = Optional.empty();
    private NodeTraceSpec spec;
    private long generation;
    private Optional<String> sinkRefused = Optional.empty();
    private boolean exportFailing;
    private boolean scanFailing;

    /**
     * @param ref         which NodeTrace
     * @param notAfter    end of the window
     * @param unrestored  the threads that an earlier agent of this node has left on one CPU for good
     */
    Assignment(
            NodeTraceRef ref,
            Start start,
            Instant notAfter,
            Map<ContainerCgroup, UnrestoredThreads> unrestored,
            AssignmentContext context) {
        this.ref = ref;
        this.context = context;
        this.attempt = start.attempt();
        this.spec = start.spec();
        this.generation = start.generation();
        this.notAfter = notAfter;
        this.opener = context.openers().get();
        this.containers = new AssignedContainers(
                ref,
                start.spec(),
                start.reported(),
                unrestored,
                context.files(),
                context.finder(),
                context.rules(),
                opener,
                this::pipeline,
                cgroup -> mailbox.add(new Message.TraceEnded(cgroup)));
        this.schedule = new NodeTraceStatusSchedule(System.nanoTime(), RandomGenerator.getDefault());
        this.thread = Thread.ofPlatform().name("renacer-assignment-" + ref).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    NodeTraceRef ref() {
        return ref;
    }

    /** Whose processes are to be looked for. */
    WantedProcesses wanted() {
        return wanted;
    }

    /** Whether at least one container is traced now. */
    boolean tracing() {
        return tracing;
    }

    /** What was counted, as of the last look at all processes; after the end, all. */
    AgentFigures figures() {
        return figures;
    }

    /** The operator changed the assignment. */
    void update(NodeTraceSpec changed, long changedGeneration) {
        mailbox.add(new Message.Spec(changed, changedGeneration));
    }

    /** What a look at all processes found. */
    void scanned(Map<ContainerCgroup, List<Integer>> found) {
        if (scan.getAndSet(Optional.of(found)).isEmpty()) {
            mailbox.add(new Message.Scanned());
        }
    }

    /**
     * A process has appeared in a container that is wanted, or may be.
     *
     * @return whether to tell of it again in a moment: it may have another name then, or its container one
     */
    boolean appeared(ContainerCgroup container, int pid) {
        if (wanted.containers().contains(container)) {
            LOG.debug("request={} process {} has begun in container {}", ref, pid, container.containerId());
            mailbox.add(new Message.Appeared(container, pid));
            return matchesByName;
        }
        Optional<String> name = context.files().containerName(pid, container.podUid());
        LOG.debug("request={} process {} has begun in an awaited pod, in container {}", ref, pid, name.orElse("?"));
        name.ifPresent(known -> mailbox.add(new Message.Started(container, known, pid)));
        return matchesByName || name.isEmpty();
    }

    /** To be ended now. */
    void end(EndReason reason) {
        mailbox.add(new Message.End(reason));
    }

    /** Waits until it is over. */
    boolean awaitEnd(Duration timeout) throws InterruptedException {
        return thread.join(timeout);
    }

    private void run() {
        try {
            finish(workUntilEnd());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("request={} failed (attempt {} of {}); its processes are let go", ref, attempt, MAX_ATTEMPTS, e);
            fail(e);
        } finally {
            wanted = WantedProcesses.NONE;
            tracing = false;
            step("count", () -> figures = containers.figures().atEnd());
            context.onEnd().accept(this);
            step("close", opener::close);
            lease.ifPresent(SinkPipelines.Lease::close);
        }
    }

    private EndReason workUntilEnd() throws InterruptedException {
        schedule.transition(System.nanoTime());
        Optional<EndReason> end = apply(spec, generation);
        while (end.isEmpty()) {
            writeIfDue();
            Optional<Message> message = Optional.ofNullable(mailbox.poll(nanosToWait(), TimeUnit.NANOSECONDS));
            if (message.isPresent()) {
                end = handle(message.get());
            }
            if (end.isEmpty() && left().compareTo(Duration.ZERO) <= 0) {
                end = Optional.of(EndReason.DEADLINE);
            }
        }
        return end.get();
    }

    private Optional<EndReason> handle(Message message) {
        switch (message) {
            case Message.Spec changed -> {
                return apply(changed.spec(), changed.generation());
            }
            case Message.End end -> {
                return Optional.of(end.reason());
            }
            case Message.Scanned() -> {
                attach(scan.getAndSet(Optional.empty()).orElse(Map.of()));
                noticeExport();
                if (containers.haveUnreportedPlacements()) {
                    schedule.transition(System.nanoTime());
                }
                figures = containers.figures();
                keepReady();
            }
            case Message.Appeared(ContainerCgroup container, int pid) ->
                containers.find(container).ifPresent(assigned -> attachNew(assigned, pid));
            case Message.Started(ContainerCgroup container, String name, int pid) -> {
                start(container, name).ifPresent(started -> attachNew(started, pid));
                keepReady();
            }
            case Message.Written written -> containers.permit(written.recorded());
            case Message.TraceEnded ended ->
                containers.traceEnded(ended.container()).ifPresent(this::noteChange);
        }
        return Optional.empty();
    }

    /** Makes the containers those of the spec: new ones are attached to at once, those that left it are let go. */
    private Optional<EndReason> apply(NodeTraceSpec changed, long changedGeneration) {
        spec = changed;
        generation = changedGeneration;
        if (containers.update(changed)) {
            schedule.transition(System.nanoTime());
        }
        if (Boolean.TRUE.equals(changed.stop())) {
            return Optional.of(EndReason.STOPPED);
        }
        if (left().compareTo(Duration.ZERO) <= 0) {
            return Optional.of(EndReason.DEADLINE);
        }
        wanted = containers.wanted();
        matchesByName = changed.profile().process() != null;
        keepReady();
        attach(find());
        return Optional.empty();
    }

    private Map<ContainerCgroup, List<Integer>> find() {
        try {
            Map<ContainerCgroup, List<Integer>> found = context.finder().find(wanted);
            scanFailing = false;
            return found;
        } catch (IOException e) {
            if (!scanFailing) {
                LOG.error("request={} the node's processes cannot be listed: {}", ref, e.getMessage());
            }
            scanFailing = true;
            return Map.of();
        }
    }

    /** What a trace needs takes longer to make than a container to start. */
    private void keepReady() {
        if (spec.awaitedContainers().isEmpty() && containers.allTraced()) {
            opener.close();
            return;
        }
        opener.keepReady(spec.profile(), left());
        try {
            pipeline();
        } catch (RefusedException e) {
            LOG.debug("request={} its sink cannot be used: {}", ref, e.getMessage()); // told in the status
        }
    }

    /** The container that starts under this name, if it is awaited. */
    private Optional<AssignedContainer> start(ContainerCgroup container, String name) {
        Optional<AssignedContainer> started = containers.start(container, name);
        wanted = containers.wanted();
        return started;
    }

    private void attachNew(AssignedContainer container, int pid) {
        if (container.attachNew(pid, left())) {
            noteChange(container);
        }
    }

    private void attach(Map<ContainerCgroup, List<Integer>> found) {
        found.forEach(this::startUnnoticed);
        for (AssignedContainer container : containers.current()) {
            if (container.attach(found.getOrDefault(container.cgroup(), List.of()), left())) {
                noteChange(container);
            }
        }
    }

    /** A container may have started before it was awaited, or while so much began that the watch did not keep up. */
    private void startUnnoticed(ContainerCgroup container, List<Integer> pids) {
        if (wanted.pods().contains(container.podUid())
                && containers.find(container).isEmpty()) {
            pids.stream()
                    .flatMap(pid -> context.files().containerName(pid, container.podUid()).stream())
                    .findFirst()
                    .ifPresent(name -> start(container, name));
        }
    }

    private void noteChange(AssignedContainer container) {
        LOG.info("request={} container={} {}", ref, container.name(), container.describe());
        long now = System.nanoTime();
        schedule.transition(now);
        tracing = containers.tracing();
        if (tracing) {
            schedule.tracing(now);
        }
    }

    private void noticeExport() {
        boolean failing = exportFailure().isPresent();
        if (failing != exportFailing) {
            exportFailing = failing;
            if (failing) {
                LOG.warn("request={} export fails: {}", ref, exportFailure().orElse(""));
            } else {
                LOG.info("request={} export works again", ref);
            }
            schedule.transition(System.nanoTime());
        }
    }

    private Optional<String> exportFailure() {
        return lease.flatMap(l -> l.pipeline().lastFailure()).or(() -> sinkRefused);
    }

    /** The pipeline to the sink, borrowed when the first container is attached to. */
    private OtlpPipeline pipeline() throws RefusedException {
        if (lease.isEmpty()) {
            try {
                lease = Optional.of(context.pipelines().lease(spec.sink()));
                sinkRefused = Optional.empty();
            } catch (RefusedException e) {
                sinkRefused = Optional.of(e.refusal().message());
                throw e;
            }
        }
        return lease.get().pipeline();
    }

    private Duration left() {
        return Duration.between(Instant.now(), notAfter);
    }

    private long nanosToWait() {
        long untilEnd = Math.max(0, left().toNanos());
        return schedule.due()
                .map(due -> Math.min(untilEnd, Math.max(0, due - System.nanoTime())))
                .orElse(untilEnd);
    }

    private void writeIfDue() {
        long now = System.nanoTime();
        if (schedule.due().filter(due -> due - now <= 0).isPresent()) {
            NodeTracePhase phase = containers.everTraced() ? NodeTracePhase.Tracing : NodeTracePhase.Assigned;
            NodeTraceStatus next = status(phase);
            Map<ContainerCgroup, List<Placement>> told = containers.reportedPlacements();
            context.status().submit(ref, next, () -> {
                if (!told.isEmpty()) {
                    mailbox.add(new Message.Written(told));
                }
            });
            schedule.written(now);
        }
    }

    private void finish(EndReason reason) throws InterruptedException {
        LOG.info("request={} ends: {}", ref, reason.message());
        boolean hurried = reason == EndReason.AGENT_STOPPED;
        List<AssignedContainer> all = containers.all();
        all.forEach(AssignedContainer::stop);
        Instant detachBy = Instant.now().plus(hurried ? HURRIED : DETACH);
        for (AssignedContainer container : all) {
            if (!container.awaitDetached(atLeastZero(Duration.between(Instant.now(), detachBy)))) {
                LOG.warn(
                        "request={} container={} is not detached in time; it is as soon as the kernel allows",
                        ref,
                        container.name());
            }
        }
        if (lease.isPresent() && !lease.get().pipeline().flush(hurried ? HURRIED : FLUSH)) {
            LOG.warn("request={} spans were left over when the time for sending them ran out; they are lost", ref);
        }
        all.forEach(AssignedContainer::giveUpUnsent);
        for (AssignedContainer container : containers.current()) {
            if (hurried) {
                container.interrupt("the node's agent was stopped; it goes on when it starts again before " + notAfter);
            } else {
                container.finish(reason.reason(), reason.message());
            }
        }
        NodeTraceStatus last = status(hurried ? NodeTracePhase.Assigned : NodeTracePhase.Finished);
        LOG.info("request={} over: {}", ref, last.totals());
        if (reason != EndReason.DELETED) {
            context.status().submit(ref, last, () -> {});
        }
    }

    /**
     * Frees everything and tells of the failure. What failed may do so again in any of the steps, and the others matter all
     * the same: no process stays traced, no session open, no request without a word.
     */
    private void fail(Throwable failure) {
        boolean again = attempt < MAX_ATTEMPTS && left().isPositive();
        List<AssignedContainer> all = containers.all();
        all.forEach(container -> step("stop", container::stop));
        Instant detachBy = Instant.now().plus(DETACH);
        all.forEach(container -> step("detach", () -> {
            if (!container.awaitDetached(atLeastZero(Duration.between(Instant.now(), detachBy)))) {
                LOG.warn("request={} container={} is not detached in time", ref, container.name());
            }
        }));
        step("flush", () -> {
            if (lease.isPresent() && !lease.get().pipeline().flush(FLUSH)) {
                LOG.warn("request={} spans were left over; they are lost", ref);
            }
        });
        all.forEach(container -> step("give up", container::giveUpUnsent));
        String message = FailedStatus.message(failure, again);
        NodeTracePhase phase = again ? NodeTracePhase.Assigned : NodeTracePhase.Finished;
        NodeTraceStatus last = FailedStatus.of(spec, generation, phase, message);
        try {
            containers.current().forEach(container -> container.fail(message, again));
            last = status(phase);
        } catch (RuntimeException | Error e) {
            LOG.error("request={} the figures of what failed cannot be told", ref, e);
        }
        context.status().submit(ref, last, () -> {});
        if (again) {
            failedWith = Optional.of(last);
        }
    }

    /** One that may throw what it likes. */
    private interface Step {
        void run() throws InterruptedException;
    }

    private void step(String what, Step step) {
        try {
            step.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("request={} {}: failed as well", ref, what, e);
        }
    }

    /**
     * How to go on after a failure; empty if it did not fail, or not in a way that another attempt could mend. Called after the
     * end, when nobody sends any more messages.
     */
    Optional<Start> nextAttempt() {
        Optional<Start> next =
                failedWith.flatMap(reported -> new Start(spec, generation, Optional.of(reported), attempt).next());
        for (Message message : mailbox) {
            next = switch (message) {
                case Message.End _ -> Optional.empty();
                case Message.Spec changed -> next.map(start -> start.with(changed.spec(), changed.generation()));
                case Message.Scanned _,
                        Message.Appeared _,
                        Message.Started _,
                        Message.TraceEnded _,
                        Message.Written _ -> next;
            };
        }
        return next;
    }

    private NodeTraceStatus status(NodeTracePhase phase) {
        return new NodeTraceStatus(
                generation,
                phase.name(),
                Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                containers.statuses(),
                containers.totals(),
                exportFailure().orElse(null),
                containers.firstTraceIds().orElse(null),
                containers.killed().orElse(null));
    }

    private static Duration atLeastZero(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
