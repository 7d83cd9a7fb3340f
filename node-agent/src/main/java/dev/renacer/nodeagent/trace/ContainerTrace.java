// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.Placements;
import dev.renacer.capture.ring.DetachReason;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.tracer.export.OtlpPipeline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One container under trace, from the first attach to the end of its last process or until it is stopped. All methods
 * may be called from any thread; {@link #close()} once.
 */
public interface ContainerTrace extends AutoCloseable {
    /** Opens the traces of one assignment. Used by its thread alone, or by one after the other. */
    interface Opener extends AutoCloseable {
        /**
         * Opens a trace; nothing is attached yet.
         *
         * @param parameters  what the assignment asks for
         * @param left   time until everything is detached at the latest, enforced natively
         * @param onEnd  called once, on a thread of the trace, when no process is traced any more
         * @throws CaptureException if tracing is not possible here
         * @throws RefusedException if the assignment asks for what cannot be done
         */
        ContainerTrace open(Parameters parameters, Duration left, Runnable onEnd)
                throws CaptureException, RefusedException;

        /**
         * Makes ready what the next trace of this profile needs, so that it begins at once when its container starts, and keeps it
         * so; to be called each second. Never fails: what does not work is reported by {@link #open}.
         */
        void keepReady(Profile profile, Duration left);

        /** Gives up what is ready. It may be made ready again. */
        @Override
        void close();
    }

    /** The pipeline to the assignment's sink. */
    @FunctionalInterface
    interface PipelineSource {
        /**
         * The same pipeline with each call.
         *
         * @throws RefusedException if the sink cannot be used
         */
        OtlpPipeline pipeline() throws RefusedException;
    }

    /**
     * What a container's trace needs to know.
     *
     * @param request  namespace and name of the NodeTrace, for logs
     * @param target   whom to trace
     * @param sink     where the spans go
     * @param profile  what is traced, and how much of it
     */
    record Parameters(String request, Target target, PipelineSource sink, Profile profile) {}

    /**
     * Figures now.
     *
     * @param processes  processes traced so far
     * @param calls      system calls seen
     * @param spans      spans the collector acknowledged
     * @param lost       spans lost for any cause, events that found a full ring included
     * @param slowdownPercent  how much longer the container took at least
     * @param workSlowdownPercent  the same of its time at work: at most
     * @param worstSlowdownPercent  the first in the second in which it was highest
     * @param stopMicrosP99  99th percentile of the length of a stop
     * @param unwatchedMillis  threads went on unwatched for so long to keep to the bound of slowdown
     * @param watchedMillis  before that they were watched for so long
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
            long watchedMillis) {
        public static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

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
                    watchedMillis + other.watchedMillis);
        }
    }

    /**
     * What was lost, by cause.
     *
     * @param ring    events that found a full ring
     * @param rate    spans over the container's budget
     * @param queue   spans that found a full queue
     * @param export  spans the collector refused, or that were given up
     * @param agent   calls of which no span was made because the agent failed at one of them
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

    /** Threads that wait to be moved to their tracer's CPU, or are; none once this is closed. */
    Placements placements();

    /** So many times a thread was moved there. */
    long moves();

    /** Why none can be moved, if the assignment asks for it. */
    Optional<String> colocationObstacle();

    /** Losses now. */
    Losses losses();

    /** Bytes of memory reserved for its ring. */
    long ringBytes();

    /** Whether this process is traced already. */
    boolean traces(int pid);

    /** Attaches to a process. */
    void attach(int pid) throws CaptureException;

    /**
     * Attaches to a process that is the runtime's until it executes the container's program: nothing of it is reported before its call
     * of execve.
     */
    void attachBeforeExec(int pid) throws CaptureException;

    /** Asks for the end and returns at once. */
    void stop();

    /**
     * Waits until every process is detached and every call is a span on its way.
     *
     * @return false if the time ran out first
     */
    boolean awaitEnd(Duration timeout) throws InterruptedException;

    /**
     * What the agent itself failed with: from then on no span is made of calls of processes that are traced all the same. Such a
     * trace is to be stopped.
     */
    Optional<Throwable> failure();

    /** Why living processes were detached, if any was. */
    Optional<DetachReason> detachReason();

    /** Figures now. */
    Figures figures();

    /** Gives up the spans that did not reach the collector: they are lost in the figures from now on. */
    void giveUpUnsent();

    /** Ids of the first traces, ten at most. */
    List<String> firstTraceIds();

    /** Detaches what is still traced and frees everything. */
    @Override
    void close();
}
