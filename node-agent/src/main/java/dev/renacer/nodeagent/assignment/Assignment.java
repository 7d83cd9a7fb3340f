// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.crds.NodeTracePhase;
import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.nodeagent.colocation.UnrestoredThreads;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.process.WantedProcesses;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.nodeagent.status.FailedStatus;
import dev.renacer.nodeagent.status.NodeTraceRef;
import dev.renacer.nodeagent.trace.ContainerTrace;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One NodeTrace being carried out, on a thread of its own: from the moment it is seen until the window ends, it is
 * stopped or deleted, or the agent ends. Messages from other threads wait in its mailbox.
 */
final class Assignment {
    private static final Logger LOG = LoggerFactory.getLogger(Assignment.class);
    private static final Duration DETACH = Duration.ofSeconds(5);
    private static final Duration FLUSH = Duration.ofSeconds(5);
    /** The rest of an agent's 5 s after a SIGTERM is for writing the status. */
    private static final Duration HURRIED = Duration.ofMillis(1700);

    private final NodeTraceRef ref;
    private final AssignmentContext context;
    private final int attempt;
    private final Instant notAfter;
    private final BlockingQueue<AssignmentMessage> mailbox = new LinkedBlockingQueue<>();
    private final AtomicReference<Optional<Map<ContainerCgroup, List<Integer>>>> scan =
            new AtomicReference<>(Optional.empty());
    private final Thread thread;
    private volatile WantedProcesses wanted = WantedProcesses.NONE;
    private volatile boolean matchesByName;
    private volatile boolean tracing;
    private volatile AgentFigures figures = AgentFigures.NONE;
    /** What was reported when it failed, if it is worth another attempt. */
    private volatile Optional<NodeTraceStatus> failedWith = Optional.empty();

    // From here on: used only by the assignment's own thread.
    private final AssignedContainers containers;
    private final ContainerTrace.Opener opener;
    private final AssignmentSink sink;
    private final AssignmentReporter reporter;
    private NodeTraceSpec spec;
    private long generation;
    private boolean scanFailing;

    /**
     * @param ref         which NodeTrace
     * @param notAfter    end of the window
     * @param unrestored  the threads that an earlier agent of this node left on one CPU for good
     */
    Assignment(
            NodeTraceRef ref,
            AssignmentStart start,
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
        this.sink = new AssignmentSink(ref, context.pipelines());
        this.containers = new AssignedContainers(
                ref,
                start.spec(),
                start.reported(),
                unrestored,
                context.files(),
                context.finder(),
                context.rules(),
                opener,
                () -> sink.pipeline(spec.sink()),
                cgroup -> mailbox.add(new AssignmentMessage.TraceEnded(cgroup)));
        this.reporter = new AssignmentReporter(
                ref,
                context.status(),
                containers,
                sink,
                recorded -> mailbox.add(new AssignmentMessage.Written(recorded)));
        this.thread = Thread.ofPlatform().name("renacer-assignment-" + ref).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    NodeTraceRef ref() {
        return ref;
    }

    /** The containers whose processes are to be looked for. */
    WantedProcesses wanted() {
        return wanted;
    }

    /** Whether at least one container is traced now. */
    boolean tracing() {
        return tracing;
    }

    /** The counts as of the last look at all processes; after the end, the final ones. */
    AgentFigures figures() {
        return figures;
    }

    /** The operator changed the assignment. */
    void update(NodeTraceSpec changed, long changedGeneration) {
        mailbox.add(new AssignmentMessage.Spec(changed, changedGeneration));
    }

    /** Takes the result of a look at all processes. */
    void scanned(Map<ContainerCgroup, List<Integer>> found) {
        if (scan.getAndSet(Optional.of(found)).isEmpty()) {
            mailbox.add(new AssignmentMessage.Scanned());
        }
    }

    /**
     * A process has appeared in a container that is or may be wanted.
     *
     * @return whether to call this again in a moment: by then it may have another name, or its container may have one
     */
    boolean appeared(ContainerCgroup container, int pid) {
        if (wanted.containers().contains(container)) {
            LOG.debug("request={} process {} has begun in container {}", ref, pid, container.containerId());
            mailbox.add(new AssignmentMessage.Appeared(container, pid));
            return matchesByName;
        }
        Optional<String> name = context.files().containerName(pid, container.podUid());
        LOG.debug("request={} process {} has begun in an awaited pod, in container {}", ref, pid, name.orElse("?"));
        name.ifPresent(known -> mailbox.add(new AssignmentMessage.Started(container, known, pid)));
        return matchesByName || name.isEmpty();
    }

    /** Asks for the end now. */
    void end(EndReason reason) {
        mailbox.add(new AssignmentMessage.End(reason));
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
            LOG.error(
                    "request={} failed (attempt {} of {}); its processes are detached",
                    ref,
                    attempt,
                    AssignmentStart.MAX_ATTEMPTS,
                    e);
            fail(e);
        } finally {
            wanted = WantedProcesses.NONE;
            tracing = false;
            step("count", () -> figures = containers.figures().atEnd());
            context.onEnd().accept(this);
            step("close", opener::close);
            sink.close();
        }
    }

    private EndReason workUntilEnd() throws InterruptedException {
        if (spec.profile().isLook()) {
            containers.look(spec, this::find, context.looks());
            return EndReason.LOOKED;
        }
        reporter.transition();
        Optional<EndReason> end = apply(spec, generation);
        while (end.isEmpty()) {
            reporter.reportIfDue(generation);
            Optional<AssignmentMessage> message =
                    Optional.ofNullable(mailbox.poll(nanosToWait(), TimeUnit.NANOSECONDS));
            if (message.isPresent()) {
                end = handle(message.get());
            }
            if (end.isEmpty() && left().compareTo(Duration.ZERO) <= 0) {
                end = Optional.of(EndReason.DEADLINE);
            }
        }
        return end.get();
    }

    private Optional<EndReason> handle(AssignmentMessage message) {
        switch (message) {
            case AssignmentMessage.Spec changed -> {
                return apply(changed.spec(), changed.generation());
            }
            case AssignmentMessage.End end -> {
                return Optional.of(end.reason());
            }
            case AssignmentMessage.Scanned() -> {
                attach(scan.getAndSet(Optional.empty()).orElse(Map.of()));
                boolean exportChanged = sink.noteChange();
                if (exportChanged || containers.haveUnreportedPlacements()) {
                    reporter.transition();
                }
                figures = containers.figures();
                keepReady();
            }
            case AssignmentMessage.Appeared(ContainerCgroup container, int pid) ->
                containers.find(container).ifPresent(assigned -> attachNew(assigned, pid));
            case AssignmentMessage.Started(ContainerCgroup container, String name, int pid) -> {
                start(container, name).ifPresent(started -> attachNew(started, pid));
                keepReady();
            }
            case AssignmentMessage.Written written -> containers.permit(written.recorded());
            case AssignmentMessage.TraceEnded ended ->
                containers.traceEnded(ended.container()).ifPresent(this::noteChange);
        }
        return Optional.empty();
    }

    /**
     * Updates the containers to those of the spec: new ones are attached to at once, those that left it are detached.
     */
    private Optional<EndReason> apply(NodeTraceSpec changed, long changedGeneration) {
        spec = changed;
        generation = changedGeneration;
        if (containers.update(changed)) {
            reporter.transition();
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
        return find(wanted);
    }

    private Map<ContainerCgroup, List<Integer>> find(WantedProcesses wanted) {
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

    /** Preparing a trace takes longer than starting a container. */
    private void keepReady() {
        if (spec.awaitedContainers().isEmpty() && containers.allTraced()) {
            opener.close();
            return;
        }
        opener.keepReady(spec.profile(), left());
        try {
            sink.pipeline(spec.sink());
        } catch (RefusedException e) {
            LOG.debug("request={} its sink cannot be used: {}", ref, e.getMessage()); // the status says so
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

    /**
     * A container may have started before it was awaited, or while so many processes began that the watch did not keep
     * up.
     */
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
        reporter.transition();
        tracing = containers.tracing();
        if (tracing) {
            reporter.tracing();
        }
    }

    private Duration left() {
        return Duration.between(Instant.now(), notAfter);
    }

    private long nanosToWait() {
        long untilEnd = Math.max(0, left().toNanos());
        return reporter.nanosUntilDue().map(due -> Math.min(untilEnd, due)).orElse(untilEnd);
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
                        "request={} container={} was not detached in time; it will be as soon as the kernel allows",
                        ref,
                        container.name());
            }
        }
        if (!sink.flush(hurried ? HURRIED : FLUSH)) {
            LOG.warn("request={} spans were left over when the time for sending them ran out; they are lost", ref);
        }
        all.forEach(AssignedContainer::giveUpUnsent);
        for (AssignedContainer container : containers.current()) {
            if (hurried) {
                container.interrupt(
                        "the node's agent was stopped; tracing continues if it starts again before " + notAfter);
            } else {
                container.finish(reason.reason(), reason.message());
            }
        }
        NodeTraceStatus last = reporter.status(generation, hurried ? NodeTracePhase.Assigned : NodeTracePhase.Finished);
        LOG.info("request={} over: {}", ref, last.totals());
        if (reason != EndReason.DELETED) {
            reporter.report(last);
        }
    }

    /**
     * Frees everything and reports the failure. The same failure may recur in any of the steps, and the others matter
     * nevertheless: no process must stay traced, no session open, no request without a status.
     */
    private void fail(Throwable failure) {
        boolean again = attempt < AssignmentStart.MAX_ATTEMPTS && left().isPositive();
        List<AssignedContainer> all = containers.all();
        all.forEach(container -> step("stop", container::stop));
        Instant detachBy = Instant.now().plus(DETACH);
        all.forEach(container -> step("detach", () -> {
            if (!container.awaitDetached(atLeastZero(Duration.between(Instant.now(), detachBy)))) {
                LOG.warn("request={} container={} was not detached in time", ref, container.name());
            }
        }));
        step("flush", () -> {
            if (!sink.flush(FLUSH)) {
                LOG.warn("request={} spans were left over; they are lost", ref);
            }
        });
        all.forEach(container -> step("give up", container::giveUpUnsent));
        String message = FailedStatus.message(failure, again);
        NodeTracePhase phase = again ? NodeTracePhase.Assigned : NodeTracePhase.Finished;
        NodeTraceStatus last = FailedStatus.of(spec, generation, phase, message);
        try {
            containers.current().forEach(container -> container.fail(message, again));
            last = reporter.status(generation, phase);
        } catch (RuntimeException | Error e) {
            LOG.error("request={} the figures of what failed cannot be reported", ref, e);
        }
        reporter.report(last);
        if (again) {
            failedWith = Optional.of(last);
        }
    }

    /** A step that may throw anything. */
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
     * How to continue after a failure; empty if it did not fail, or if another attempt could not help. Called after the
     * end, when nobody sends messages any more.
     */
    Optional<AssignmentStart> nextAttempt() {
        Optional<AssignmentStart> next = failedWith.flatMap(
                reported -> new AssignmentStart(spec, generation, Optional.of(reported), attempt).next());
        for (AssignmentMessage message : mailbox) {
            next = switch (message) {
                case AssignmentMessage.End _ -> Optional.empty();
                case AssignmentMessage.Spec changed ->
                    next.map(start -> start.with(changed.spec(), changed.generation()));
                case AssignmentMessage.Scanned _,
                        AssignmentMessage.Appeared _,
                        AssignmentMessage.Started _,
                        AssignmentMessage.TraceEnded _,
                        AssignmentMessage.Written _ -> next;
            };
        }
        return next;
    }

    private static Duration atLeastZero(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
