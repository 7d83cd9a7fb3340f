// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.affinity.Placement;
import dev.renacer.crds.ContainerLook;
import dev.renacer.crds.ContextCounts;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceTotals;
import dev.renacer.nodeagent.colocation.ContainerColocation;
import dev.renacer.nodeagent.colocation.UnrestoredThreads;
import dev.renacer.nodeagent.look.ContainerLooks;
import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.process.ProcessSelection;
import dev.renacer.nodeagent.refusal.Refusal;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.nodeagent.trace.ContainerTrace;
import dev.renacer.nodeagent.trace.ContainerTrace.Figures;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One container of an assignment, and its state. It is attached to when its processes are found, and again when they
 * are found anew. Used only by its assignment's thread.
 */
final class AssignedContainer {
    /** A container whose processes come and go this often is given up: each time costs threads and rings. */
    private static final int MAX_TRACES = 10;
    /** How often the agent may fail at its calls: after a temporary failure tracing continues. */
    private static final int MAX_FAILURES = 3;
    /** Too short to be worth an attach. */
    private static final Duration LEAST_LEFT = Duration.ofMillis(200);

    private final ContainerTrace.Opener opener;
    private final ContainerTrace.Parameters parameters;
    private final ProcessSelection selection;
    private final AuditTrail audit;
    private final ContainerCgroup cgroup;
    private final Runnable onTraceEnd;
    private final Figures earlier;
    private final boolean tracedEarlier;
    private final @Nullable Boolean earlierAtLeast;
    private final List<ContainerTrace> traces = new ArrayList<>();
    private int failures;
    private final ContainerColocation colocation;
    /** The processes attached to in the open trace, for the audit trail. */
    private final Set<Integer> joined = new LinkedHashSet<>();

    /** Whether the last of {@link #traces} is open. */
    private boolean open;
    /** Whether the open trace was ever attached to a process: only then does it end by itself. */
    private boolean attached;

    /** Why it is not attached to any more in this window. */
    private Optional<Refusal> refused;

    private ContainerState state;
    private Optional<Instant> since = Optional.empty();
    /** What was found, if it is not traced but looked at. */
    private Optional<ContainerLook> looked = Optional.empty();

    /**
     * @param selection   which of its processes to attach to
     * @param refused     why it must never be attached to; empty if it may be
     * @param earlier     what an earlier agent reported about this container
     * @param unrestored  the threads that the earlier agent has left on one CPU for good
     * @param onTraceEnd  called on any thread when no process of it is traced any more
     */
    AssignedContainer(
            ContainerTrace.Opener opener,
            ContainerTrace.Parameters parameters,
            ProcessSelection selection,
            Optional<Refusal> refused,
            AuditTrail audit,
            Optional<TraceTotals> earlier,
            Optional<UnrestoredThreads> unrestored,
            Runnable onTraceEnd) {
        this.opener = opener;
        this.parameters = parameters;
        this.selection = selection;
        this.refused = refused;
        this.audit = audit;
        this.cgroup = ContainerCgroup.of(parameters.target());
        this.onTraceEnd = onTraceEnd;
        this.colocation = new ContainerColocation(unrestored);
        this.earlier = earlier.map(t -> new Figures(
                        t.processes(),
                        t.calls(),
                        t.spans(),
                        t.lost(),
                        t.slowdownPercent(),
                        t.workSlowdownPercent(),
                        t.worstSlowdownPercent(),
                        t.stopMicrosP99(),
                        t.unwatchedMillis(),
                        t.watchedMillis(),
                        t.failedLookups(),
                        t.callFates(),
                        ContextCounts.of(t.contexts())))
                .orElse(Figures.NONE);
        this.earlierAtLeast = earlier.map(TraceTotals::atLeast).orElse(null);
        this.tracedEarlier = earlier.filter(t -> t.targets() > 0).isPresent();
        this.state = refused.map(ContainerState::failed).orElseGet(() -> ContainerState.notRunning(containerName()));
    }

    ContainerCgroup cgroup() {
        return cgroup;
    }

    Target target() {
        return parameters.target();
    }

    private String containerName() {
        return parameters.target().containerName();
    }

    /** For logs: pod and container. */
    String name() {
        return parameters.target().podName() + "/" + parameters.target().containerName();
    }

    /**
     * Attaches to its processes that are not traced yet.
     *
     * @param pids  its current processes
     * @param left  time until the window ends
     * @return whether the container's state changed
     */
    boolean attach(List<Integer> pids, Duration left) {
        if (refused.isPresent() || pids.isEmpty() || left.compareTo(LEAST_LEFT) < 0) {
            return false;
        }
        if (open && traces.getLast().failure().isPresent()) {
            traces.getLast().stop(); // its end says why; a new trace follows
            return false;
        }
        ProcessSelection.Choice choice = selection.choose(pids, this::traces);
        List<Integer> added = new ArrayList<>();
        Optional<Refusal> refusal = attach(choice, left, added);
        if (!added.isEmpty() || pids.stream().anyMatch(this::traces)) {
            return nowTraced(refusal);
        }
        if (refusal.filter(r -> r.reason() == Reason.ProcessNotMatched).isPresent()) {
            return become(new ContainerState(TargetState.Waiting, refusal));
        }
        return refusal.isPresent() && become(ContainerState.failed(refusal.get()));
    }

    /**
     * Attaches to one of its processes that has just appeared. If it is not attached to, the reason says nothing about
     * the other processes, which the look at all processes knows.
     *
     * @return whether the container's state changed
     */
    boolean attachNew(int pid, Duration left) {
        if (refused.isPresent() || left.compareTo(LEAST_LEFT) < 0) {
            return false;
        }
        List<Integer> added = new ArrayList<>();
        attach(selection.choose(List.of(pid), this::traces), left, added);
        return !added.isEmpty() && nowTraced(tracing() ? state.why() : Optional.empty());
    }

    /**
     * Looks at its processes, without attaching to them.
     *
     * @param pids       its current processes
     * @param mostBytes  of what may be found, as JSON
     */
    void look(ContainerLooks looks, List<Integer> pids, int mostBytes) {
        if (refused.isPresent()) {
            return;
        }
        ProcessSelection.Choice choice = selection.choose(pids, _ -> false);
        if (choice.attach().isEmpty()) {
            become(choice.refusal()
                    .map(why -> new ContainerState(TargetState.Failed, Optional.of(why)))
                    .orElseGet(() -> ContainerState.neverRan(containerName())));
            return;
        }
        audit.looked(name(), choice.attach());
        try {
            ContainerLook look = looks.look(parameters.target(), parameters.profile(), choice.attach(), mostBytes);
            looked = Optional.of(look);
            become(ContainerState.finished(Reason.Looked, Reason.Looked.meaning()));
        } catch (RefusedException e) {
            become(ContainerState.failed(e.refusal()));
        }
    }

    /** What was found, if it was looked at. */
    Optional<ContainerLook> looked() {
        return looked;
    }

    private boolean nowTraced(Optional<Refusal> others) {
        since = since.or(() -> Optional.of(Instant.now()));
        return become(
                new ContainerState(TargetState.Tracing, others.filter(r -> r.reason() != Reason.ProcessNotMatched)));
    }

    /** Attaches to the chosen processes; returns why others are left out. */
    private Optional<Refusal> attach(ProcessSelection.Choice choice, Duration left, List<Integer> added) {
        Optional<Refusal> refusal = choice.refusal();
        for (int pid : Stream.concat(choice.attach().stream(), choice.beforeExec().stream())
                .toList()) {
            Optional<Refusal> before = refusal;
            try {
                if (choice.beforeExec().contains(pid)) {
                    trace(left).attachBeforeExec(pid);
                } else {
                    trace(left).attach(pid);
                }
                attached = true;
                added.add(pid);
            } catch (CaptureException e) {
                refusal = Refusal.of(e, pid).or(() -> before);
            } catch (RefusedException e) {
                refusal = Optional.of(e.refusal());
            }
        }
        if (!added.isEmpty()) {
            joined.addAll(added);
            audit.attached(name(), added);
        }
        return refusal;
    }

    private boolean traces(int pid) {
        return open && traces.getLast().traces(pid);
    }

    private ContainerTrace trace(Duration left) throws CaptureException, RefusedException {
        if (!open) {
            if (traces.size() == MAX_TRACES) {
                throw new CaptureException(
                        CaptureException.Reason.RESOURCE,
                        0,
                        "the container's processes came and went " + MAX_TRACES
                                + " times; it is not traced any further in" + " this window");
            }
            traces.add(opener.open(parameters, left, onTraceEnd));
            open = true;
            attached = false;
        }
        return traces.getLast();
    }

    /**
     * Its trace is over: every process ended, or the engine detached them.
     *
     * @return whether the container's state changed
     */
    boolean traceEnded() {
        if (!open) {
            return false;
        }
        ContainerTrace trace = traces.getLast();
        close(trace);
        if (trace.failure().isPresent()) {
            return failed(trace.failure().get());
        }
        boolean changed = become(trace.detachReason()
                .map(reason ->
                        ContainerState.detached(reason, trace.figures().worstSlowdownPercent(), parameters.profile()))
                .orElseGet(() -> ContainerState.exited(containerName())));
        if (state.isSlowedDown()) {
            refused = state.why(); // attaching again would slow it down again
        }
        return changed;
    }

    /** No spans, or not all, were made from its calls. */
    private boolean failed(Throwable cause) {
        failures++;
        boolean again = failures < MAX_FAILURES;
        ContainerState failed = ContainerState.agentFailed(cause, again);
        if (!again) {
            refused = failed.why();
        }
        return become(failed);
    }

    /** Why it is not attached to again in this window, if it was slowed down too much. */
    Optional<Refusal> slowdownRefusal() {
        return refused.filter(Refusal::isSlowdown);
    }

    /** Asks for the end and returns at once. */
    void stop() {
        if (open && attached) {
            traces.getLast().stop();
        }
    }

    /**
     * Waits for the end that {@link #stop()} asked for, then frees its resources.
     *
     * @return false if it was not detached in time; it will be as soon as the kernel allows
     */
    boolean awaitDetached(Duration timeout) throws InterruptedException {
        if (!open) {
            return true;
        }
        ContainerTrace trace = traces.getLast();
        boolean detached = !attached || trace.awaitEnd(timeout);
        close(trace);
        trace.failure().ifPresent(cause -> {
            failures = MAX_FAILURES; // nothing follows
            failed(cause);
        });
        return detached;
    }

    private void close(ContainerTrace trace) {
        trace.close();
        colocation.closed(trace);
        open = false;
        if (!joined.isEmpty()) {
            audit.detached(name(), joined);
            joined.clear();
        }
    }

    /** Its window is over. A failure remains a failure: it says why nothing was traced. */
    void finish(Reason reason, String message) {
        if (!state.isOpen()) {
            return;
        }
        if (everTraced() || tracing()) {
            become(ContainerState.finished(reason, message));
        } else {
            become(state.isNotMatched() ? state.finished() : ContainerState.neverRan(containerName()));
        }
    }

    /** Its assignment failed. A failure of the container itself says more and remains. */
    void fail(String message, boolean again) {
        if (state.isOpen()) {
            become(new ContainerState(
                    again ? TargetState.Waiting : TargetState.Failed,
                    Optional.of(new Refusal(Reason.InternalError, message))));
        }
    }

    /** Gives up the spans that did not reach the collector in time; the totals count them as lost. */
    void giveUpUnsent() {
        traces.forEach(ContainerTrace::giveUpUnsent);
    }

    /** The agent ends before the window. */
    void interrupt(String message) {
        if (state.isOpen()) {
            become(new ContainerState(TargetState.Waiting, Optional.of(new Refusal(Reason.AgentStopped, message))));
        }
    }

    boolean tracing() {
        return state.state() == TargetState.Tracing;
    }

    boolean everTraced() {
        return tracedEarlier || since.isPresent();
    }

    TraceTotals totals() {
        Figures sum = Stream.concat(Stream.of(earlier), traces.stream().map(ContainerTrace::figures))
                .reduce(Figures.NONE, Figures::plus);
        return new TraceTotals(
                everTraced() || looked.isPresent() ? 1 : 0,
                sum.processes() + looked.map(look -> look.processes().size()).orElse(0),
                sum.calls(),
                sum.spans(),
                sum.lost(),
                sum.slowdownPercent(),
                sum.workSlowdownPercent(),
                sum.worstSlowdownPercent(),
                sum.stopMicrosP99(),
                sum.unwatchedMillis(),
                sum.watchedMillis(),
                earlierAtLeast,
                sum.failedLookups(),
                sum.callFates(),
                sum.contexts().orAbsent());
    }

    TargetState state() {
        return state.state();
    }

    /** What this agent counted for it. */
    AgentFigures figures() {
        return traces.stream()
                .map(trace -> {
                    Figures seen = trace.figures();
                    return new AgentFigures(
                            0,
                            Map.of(),
                            seen.calls(),
                            seen.spans(),
                            trace.losses(),
                            seen.failedLookups(),
                            seen.contexts(),
                            trace.ringBytes());
                })
                .reduce(AgentFigures.NONE, AgentFigures::plus);
    }

    Stream<String> firstTraceIds() {
        return traces.stream().flatMap(trace -> trace.firstTraceIds().stream());
    }

    Optional<String> lockHolderFailure() {
        return traces.stream()
                .flatMap(trace -> trace.lockHolderFailure().stream())
                .findFirst();
    }

    TargetStatus status() {
        Target target = parameters.target();
        return new TargetStatus(
                target.podUid(),
                target.containerName(),
                target.containerId(),
                state.state().name(),
                state.why().map(w -> w.reason().name()).orElse(null),
                state.why().map(Refusal::message).orElse(null),
                since.map(i -> i.truncatedTo(ChronoUnit.MILLIS).toString()).orElse(null),
                totals(),
                Boolean.TRUE.equals(parameters.profile().colocate()) ? colocation.report(openTrace()) : null,
                target.podName(),
                openTrace()
                        .map(ContainerTrace::callsInFlight)
                        .filter(calls -> !calls.isEmpty())
                        .orElse(null));
    }

    private Optional<ContainerTrace> openTrace() {
        return open ? Optional.of(traces.getLast()) : Optional.empty();
    }

    /** Whether threads wait to be moved that no status has named yet. */
    boolean hasUnreportedPlacements() {
        return openTrace().filter(colocation::hasUnreported).isPresent();
    }

    /** The threads that the last {@link #status()} named as those that may be moved. */
    List<Placement> reportedPlacements() {
        return colocation.reported();
    }

    /** A status that names these has been written: they may be moved. */
    void permit(List<Placement> recorded) {
        openTrace().ifPresent(trace -> trace.placements().permit(recorded));
    }

    /** The state and its reason, for logs. */
    String describe() {
        return state.describe();
    }

    private boolean become(ContainerState next) {
        boolean changed = !state.equals(next);
        state = next;
        return changed;
    }
}
