// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.Placements;
import dev.renacer.capture.affinity.ColocationObstacle;
import dev.renacer.capture.affinity.Placement;
import dev.renacer.capture.ring.DetachReason;
import dev.renacer.crds.ContextCounts;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceStatus.CallInFlight;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Traces that a test drives: the agent's logic without a kernel. */
public final class DrivenTraces implements ContainerTrace.Opener {
    private final List<DrivenTrace> opened = new CopyOnWriteArrayList<>();
    private final AtomicInteger breakdowns = new AtomicInteger();
    private volatile Optional<CaptureException> refusal = Optional.empty();

    /** From now on each attach fails so. */
    public void refuse(CaptureException.Reason reason, String message) {
        refusal = Optional.of(new CaptureException(reason, 1, message));
    }

    /** So many attaches from now on fail as nobody expects. */
    public void breakDown(int attaches) {
        breakdowns.set(attaches);
    }

    /** From now on attach succeeds. */
    public void allow() {
        refusal = Optional.empty();
    }

    public List<DrivenTrace> opened() {
        return opened;
    }

    @Override
    public DrivenTrace open(ContainerTrace.Parameters parameters, Duration left, Runnable onEnd) {
        DrivenTrace trace = new DrivenTrace(parameters, left, onEnd);
        opened.add(trace);
        return trace;
    }

    @Override
    public void keepReady(Profile profile, Duration left) {
        // Nothing takes time here.
    }

    @Override
    public void close() {
        // Nothing is ready.
    }

    /** What a test has the engine ask for, and what it was permitted. */
    public static final class DrivenPlacements implements Placements {
        private final List<Placement> asked = new CopyOnWriteArrayList<>();
        private final List<Placement> permitted = new CopyOnWriteArrayList<>();

        public void ask(Placement placement) {
            asked.add(placement);
        }

        public List<Placement> permitted() {
            return permitted;
        }

        @Override
        public List<Placement> list() {
            return List.copyOf(asked);
        }

        @Override
        public void permit(List<Placement> recorded) {
            permitted.addAll(recorded);
        }

        @Override
        public Optional<ColocationObstacle> obstacle() {
            return Optional.empty();
        }
    }

    public final class DrivenTrace implements ContainerTrace {
        private final Parameters parameters;
        private final Duration left;
        private final Runnable onEnd;
        private final Set<Integer> pids = ConcurrentHashMap.newKeySet();
        private final Set<Integer> beforeExec = ConcurrentHashMap.newKeySet();
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile Optional<DetachReason> detachReason = Optional.empty();
        private volatile Optional<Throwable> failure = Optional.empty();
        private volatile Optional<String> lockHolderFailure = Optional.empty();
        private volatile boolean closed;
        private volatile int seen;
        private volatile int slowdown;
        private volatile List<CallInFlight> callsInFlight = List.of();
        private volatile long failedLookups;
        private final DrivenPlacements placements = new DrivenPlacements();

        DrivenTrace(Parameters parameters, Duration left, Runnable onEnd) {
            this.parameters = parameters;
            this.left = left;
            this.onEnd = onEnd;
        }

        public Parameters parameters() {
            return parameters;
        }

        public Duration left() {
            return left;
        }

        /** Those of the pids that are the runtime's as yet. */
        public Set<Integer> beforeExec() {
            return beforeExec;
        }

        public Set<Integer> pids() {
            return pids;
        }

        public boolean closed() {
            return closed;
        }

        /** The engine measured this slowdown and let every process go. */
        public void slowDown(int percent) {
            slowdown = percent;
            end(Optional.of(DetachReason.SLOWDOWN_EXCEEDED));
        }

        /** A call waited for a lock, and this is why its holder is not known. */
        public void missLockHolder(String why) {
            lockHolderFailure = Optional.of(why);
        }

        /** So many descriptors are gone before it is known what they were. */
        public void failLookups(long count) {
            failedLookups = count;
        }

        /** The agent failed with this; the processes go on. */
        public void fail(Throwable cause) {
            failure = Optional.of(cause);
        }

        /** All processes ended, or were detached for this reason. */
        public void end(Optional<DetachReason> reason) {
            detachReason = reason;
            pids.clear();
            ended.countDown();
            onEnd.run();
        }

        @Override
        public boolean traces(int pid) {
            return pids.contains(pid);
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread attaches
        public void attach(int pid) throws CaptureException {
            if (breakdowns.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new StackOverflowError("as this test wants it");
            }
            if (refusal.isPresent()) {
                throw refusal.get();
            }
            pids.add(pid);
            seen++;
        }

        @Override
        public void attachBeforeExec(int pid) throws CaptureException {
            beforeExec.add(pid);
            attach(pid);
        }

        @Override
        public DrivenPlacements placements() {
            return placements;
        }

        @Override
        public long moves() {
            return placements.permitted().size();
        }

        @Override
        public Optional<String> colocationObstacle() {
            return Optional.empty();
        }

        @Override
        public Optional<String> lockHolderFailure() {
            return lockHolderFailure;
        }

        @Override
        public Losses losses() {
            return new Losses(seen, 0, 0, 0, 0);
        }

        @Override
        public long ringBytes() {
            return 1 << 20;
        }

        @Override
        public void giveUpUnsent() {}

        @Override
        public void stop() {
            if (ended.getCount() > 0) {
                end(Optional.of(DetachReason.REQUESTED));
            }
        }

        @Override
        public boolean awaitEnd(Duration timeout) throws InterruptedException {
            return ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public Optional<Throwable> failure() {
            return failure;
        }

        @Override
        public Optional<DetachReason> detachReason() {
            return detachReason;
        }

        /** From here on these calls are in flight. */
        public void inFlight(CallInFlight... calls) {
            callsInFlight = List.of(calls);
        }

        @Override
        public List<CallInFlight> callsInFlight() {
            return callsInFlight;
        }

        @Override
        public Figures figures() {
            return new Figures(
                    seen,
                    seen * 10L,
                    seen * 9L,
                    seen,
                    slowdown,
                    slowdown,
                    slowdown,
                    0,
                    0,
                    0,
                    failedLookups,
                    null,
                    ContextCounts.NONE);
        }

        @Override
        public List<String> firstTraceIds() {
            return List.of("id-" + opened.indexOf(this));
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
