// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.Placements;
import dev.renacer.capture.ring.DetachReason;
import dev.renacer.crds.CallFates;
import dev.renacer.crds.ContextCounts;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.NodeTraceStatus.CallInFlight;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.tracer.export.OtlpPipeline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One container under trace, from the first attach to the end of its last process or until it is stopped. All methods
 * may be called from any thread; {@link #close()} only once.
 */
public interface ContainerTrace extends AutoCloseable {
    /** Opens the traces of one assignment. Used by one thread at a time. */
    interface Opener extends AutoCloseable {
        /**
         * Opens a trace; nothing is attached yet.
         *
         * @param parameters  what the assignment asks for
         * @param left   time after which everything is detached at the latest, enforced natively
         * @param onEnd  called once, on a thread of the trace, when no process is traced any more
         * @throws CaptureException if tracing is not possible here
         * @throws RefusedException if the assignment asks for something impossible
         */
        ContainerTrace open(Parameters parameters, Duration left, Runnable onEnd)
                throws CaptureException, RefusedException;

        /**
         * Prepares what the next trace of this profile needs, so that it begins at once when its container starts, and
         * keeps it ready; to be called every second. Never fails: {@link #open} reports what does not work.
         */
        void keepReady(Profile profile, Duration left);

        /** Gives up what was prepared. It may be prepared again. */
        @Override
        void close();
    }

    /** The pipeline to the assignment's sink. */
    @FunctionalInterface
    interface PipelineSource {
        /**
         * The pipeline, the same on each call.
         *
         * @throws RefusedException if the sink cannot be used
         */
        OtlpPipeline pipeline() throws RefusedException;
    }

    /**
     * What a container's trace needs to know.
     *
     * @param request  namespace and name of the NodeTrace, for logs
     * @param target   what to trace
     * @param sink     where the spans go
     * @param profile  what is traced, and how much of it
     */
    record Parameters(String request, Target target, PipelineSource sink, Profile profile) {}

    /**
     * The current figures.
     *
     * @param processes  processes traced so far
     * @param calls      system calls seen
     * @param spans      spans the collector acknowledged
     * @param lost       spans lost for any cause, including events that found a full ring
     * @param slowdownPercent  how much longer the container took, at least
     * @param workSlowdownPercent  the same for its time at work: at most
     * @param worstSlowdownPercent  the first figure in the second in which it was highest
     * @param stopMicrosP99  99th percentile of the length of a stop
     * @param unwatchedMillis  for how long threads ran unwatched to keep to the slowdown bound
     * @param watchedMillis  for how long they were watched before that
     * @param failedLookups  descriptors of which nobody knows whether they are what calls are chosen by
     * @param callFates  what has become of the calls; null: not known
     * @param contexts   what is missing of the application's own traces
     */
    record Figures(
            long processes,
            long calls,
            long spans,
            long lost,
            int slowdownPercent,
            int workSlowdownPercent,
            int worstSlowdownPercent,
            int stopMicrosP99,
            long unwatchedMillis,
            long watchedMillis,
            long failedLookups,
            @Nullable CallFates callFates,
            ContextCounts contexts) {
        public static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null, ContextCounts.NONE);

        public Figures plus(Figures other) {
            return new Figures(
                    processes + other.processes,
                    calls + other.calls,
                    spans + other.spans,
                    lost + other.lost,
                    Math.max(slowdownPercent, other.slowdownPercent),
                    Math.max(workSlowdownPercent, other.workSlowdownPercent),
                    Math.max(worstSlowdownPercent, other.worstSlowdownPercent),
                    Math.max(stopMicrosP99, other.stopMicrosP99),
                    unwatchedMillis + other.unwatchedMillis,
                    watchedMillis + other.watchedMillis,
                    failedLookups + other.failedLookups,
                    CallFates.sum(callFates, other.callFates),
                    contexts.plus(other.contexts));
        }
    }

    /**
     * What was lost, by cause.
     *
     * @param ring    events that found a full ring
     * @param rate    spans over the container's budget
     * @param queue   spans that found a full queue
     * @param export  spans the collector refused, or that were given up
     * @param agent   calls that became no spans because the agent failed at one of them
     */
    record Losses(long ring, long rate, long queue, long export, long agent) {
        public static final Losses NONE = new Losses(0, 0, 0, 0, 0);

        public Losses plus(Losses other) {
            return new Losses(
                    ring + other.ring,
                    rate + other.rate,
                    queue + other.queue,
                    export + other.export,
                    agent + other.agent);
        }
    }

    /** Calls that have been in flight for longest, at most five; none once this is closed. Each call reads /proc anew. */
    List<CallInFlight> callsInFlight();

    /** Threads that have been or are waiting to be moved to their tracer's CPU; none once this is closed. */
    Placements placements();

    /** How often a thread was moved there. */
    long moves();

    /** Why none can be moved, if the assignment asks for that. */
    Optional<String> colocationObstacle();

    /** Why no span of a call that waited for a file's lock says who held it; empty if that is known, or no call waited. */
    Optional<String> lockHolderFailure();

    /** The current losses. */
    Losses losses();

    /** Number of bytes of memory reserved for its ring. */
    long ringBytes();

    /** Whether this process is traced already. */
    boolean traces(int pid);

    /** Attaches to a process. */
    void attach(int pid) throws CaptureException;

    /**
     * Attaches to a process that belongs to the runtime until it executes the container's program: nothing about it is
     * reported before its call of execve.
     */
    void attachBeforeExec(int pid) throws CaptureException;

    /** Asks for the end and returns at once. */
    void stop();

    /**
     * Waits until every process is detached and every call has become a span that is on its way.
     *
     * @return false if the time ran out first
     */
    boolean awaitEnd(Duration timeout) throws InterruptedException;

    /**
     * The failure of the agent itself: from then on calls of processes that are still traced become no spans. Such a
     * trace must be stopped.
     */
    Optional<Throwable> failure();

    /** Why living processes were detached, if any was. */
    Optional<DetachReason> detachReason();

    /** The current figures. */
    Figures figures();

    /** Gives up the spans that did not reach the collector: from now on the figures count them as lost. */
    void giveUpUnsent();

    /** Ids of the first traces, ten at most. */
    List<String> firstTraceIds();

    /** Detaches what is still traced and frees everything. */
    @Override
    void close();
}
