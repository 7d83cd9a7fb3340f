// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import dev.renacer.tracer.export.collector.CollectorConnection;
import dev.renacer.tracer.export.collector.EndpointProbe;
import dev.renacer.tracer.export.collector.ExportOutcome;
import dev.renacer.tracer.export.collector.OutcomeRules;
import dev.renacer.tracer.export.settings.OtlpSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The export thread: takes spans from the targets' queues in turn, sends one batch at a time, and retries while the
 * collector is unreachable. No other thread ever waits for the network. Meanwhile the queues fill; then they drop and
 * count.
 */
final class ExportLoop implements Runnable, TargetQueue.Line {
    /**
     * The maximum number of spans a target may put into a batch in one turn, so that many targets share each batch
     * fairly.
     */
    private static final int TURN = 512;

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(500);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);
    /** While somebody waits for a flush. */
    private static final Duration HURRIED_BACKOFF = Duration.ofMillis(250);
    /**
     * Attempts to send a batch after close() began, if the collector cannot be reached. A collector that answers is not
     * limited by this, nor is one that has been reached before, where the close is patient.
     */
    private static final int ATTEMPTS_WHEN_CLOSING = 2;
    /** How long a request may take beyond its own timeout before it counts as unanswered. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final String TOO_LARGE_ALONE =
            " (a single span; raise the receiver's limit: max_recv_msg_size_mib or max_request_body_size of a Collector)";

    private final OtlpSettings settings;
    private final CollectorConnection connection;
    private final EndpointProbe probe;
    private final ExportHealth health;
    private final Queue<TargetQueue> ready = new ConcurrentLinkedQueue<>();
    private final Queue<FlushRequest> requests = new ConcurrentLinkedQueue<>();
    private final AtomicLong queued = new AtomicLong();
    private final Thread thread =
            Thread.ofPlatform().name("renacer-otlp").daemon().unstarted(this);

    // Used only by the export thread.
    private final Deque<Batch> backlog = new ArrayDeque<>();
    private final List<FlushRequest> waiting = new ArrayList<>();
    private int failuresInARow;
    private int unansweredWhenClosing;
    private long retryAtNanos;
    /** Whether the collector asked for the wait until {@link #retryAtNanos}: then nothing shortens it. */
    private boolean deferred;
    /** Whether the latest attempt ended without an answer before its time was over: connections are refused or reset. */
    private boolean broken;
    /** Whether what is known of that stays so until somebody changes something. */
    private boolean lasting;

    private volatile boolean closing;
    private volatile long closeDeadlineNanos;
    /** How long a close waits for an answer. */
    private volatile long closeGraceNanos;
    /** A collector that asks to wait, or that was reached and is away, is waited for until this time. */
    private volatile long patienceNanos;
    /** Whether a close waits longer than its deadline, if there is hope. */
    private volatile boolean patient;
    /** Whether somebody has ended the wait of a close. */
    private volatile boolean hurried;

    private volatile boolean ended;

    /**
     * @param probe  says why the collector cannot be reached; called on the export thread, at first and after a failure
     */
    ExportLoop(OtlpSettings settings, CollectorConnection connection, EndpointProbe probe, ExportHealth health) {
        this.settings = settings;
        this.connection = connection;
        this.probe = probe;
        this.health = health;
    }

    void start() {
        thread.start();
    }

    @Override
    public void join(TargetQueue target) {
        ready.add(target);
        if (ended) {
            target.giveUp();
        }
    }

    /** {@inheritDoc} Wakes the thread only when that changes what it should do. */
    @Override
    public void queued() {
        long now = queued.incrementAndGet();
        if (now == 1 || now == settings.maxBatch()) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void givenUp(int spans) {
        queued.addAndGet(-spans);
    }

    void request(FlushRequest request) {
        requests.add(request);
        LockSupport.unpark(thread);
        if (ended) {
            request.done().countDown(); // nothing is pending after the end
        }
    }

    Thread.State threadState() {
        return thread.getState();
    }

    /**
     * Asks the thread to export what it can until the deadline, to give up the rest, and to end; waits for that.
     *
     * @param patience  how long to wait at most if the collector answers that it can take spans later, takes them slowly, or
     *     was reached before and refuses or resets connections now
     */
    void close(Duration deadline, Duration patience) throws InterruptedException {
        long now = System.nanoTime();
        closeGraceNanos = deadline.toNanos();
        closeDeadlineNanos = now + deadline.toNanos();
        patienceNanos = now + patience.toNanos();
        patient = patience.compareTo(deadline) > 0;
        closing = true;
        LockSupport.unpark(thread);
        thread.join((patient ? patience : deadline).plus(GRACE));
    }

    /** During a close: gives up the rest at once. */
    void hurry() {
        hurried = true;
        patienceNanos = System.nanoTime();
        closeDeadlineNanos = System.nanoTime();
        LockSupport.unpark(thread);
    }

    /** Whether it has not ended by itself. */
    boolean isWorking() {
        return !ended || closing;
    }

    @Override
    public void run() {
        try {
            probe.unreachable().ifPresentOrElse(health::failed, health::connected);
            while (!closing || hasWork()) {
                acceptRequests();
                fillBacklog();
                if (!backlog.isEmpty()) {
                    exportFirst();
                }
                waiting.removeIf(FlushRequest::check);
            }
        } catch (RuntimeException | Error e) {
            health.failed("the export thread failed: " + OutcomeRules.cause(e)); // later spans are refused and counted
        } finally {
            end();
        }
    }

    private boolean hasWork() {
        return (!backlog.isEmpty() || !ready.isEmpty()) && closeDeadlineNanos - System.nanoTime() > 0;
    }

    /**
     * The spans that a request waits for are either in the backlog or in a ready queue, since only this thread moves
     * them.
     */
    private void acceptRequests() {
        for (FlushRequest request = requests.poll(); request != null; request = requests.poll()) {
            ready.forEach(request::await);
            for (Batch batch : backlog) {
                batch.targets().forEach(request::await);
            }
            if (!request.check()) {
                waiting.add(request);
            }
        }
    }

    private boolean isHurried() {
        return closing || !waiting.isEmpty() || !requests.isEmpty();
    }

    /**
     * Waits until a batch is worth sending, and builds it. Returns early, with nothing, if there is something else to
     * do.
     */
    private void fillBacklog() {
        if (!backlog.isEmpty()) {
            return;
        }
        if (ready.isEmpty() && queued.get() <= 0) {
            if (!isHurried()) {
                LockSupport.park(this);
            }
            return;
        }
        long sendAt = System.nanoTime() + settings.maxDelay().toNanos();
        while (queued.get() < settings.maxBatch() && !isHurried()) {
            long left = sendAt - System.nanoTime();
            if (left <= 0) {
                break;
            }
            LockSupport.parkNanos(this, left);
        }
        Batch batch = nextBatch();
        if (batch.size() > 0) {
            backlog.add(batch);
        }
    }

    private Batch nextBatch() {
        int max = settings.maxBatch();
        Batch batch = new Batch(System.nanoTime());
        while (batch.size() < max) {
            TargetQueue target = ready.poll();
            if (target == null) {
                break;
            }
            batch.takeFrom(target, Math.min(TURN, max - batch.size()));
        }
        queued.addAndGet(-batch.size());
        return batch;
    }

    private void exportFirst() {
        if (!retryIsDue()) {
            return;
        }
        Batch batch = backlog.element();
        ExportOutcome outcome = send(batch);
        switch (outcome) {
            case ExportOutcome.Accepted accepted -> {
                backlog.remove();
                batch.accepted(accepted.rejected());
                onAccepted(accepted, batch.size());
            }
            case ExportOutcome.Deferred later -> onDeferred(batch, later);
            case ExportOutcome.Unanswered(String cause) -> onUnanswered(batch, cause);
            case ExportOutcome.TooLarge(String cause) -> {
                backlog.remove();
                if (batch.size() > 1) {
                    List<Batch> halves = batch.halves();
                    halves.reversed().forEach(backlog::addFirst);
                } else {
                    batch.failed();
                    health.failed(cause + TOO_LARGE_ALONE);
                }
            }
            case ExportOutcome.Refused(String cause) -> {
                backlog.remove();
                batch.failed();
                health.failed(cause);
            }
        }
    }

    private void onAccepted(ExportOutcome.Accepted accepted, int size) {
        failuresInARow = 0;
        lasting = false;
        if (closing) {
            stayWhileItAnswers();
        }
        if (accepted.rejected() > 0) {
            health.failed("the collector refused " + accepted.rejected() + " of " + size + " spans"
                    + (accepted.message().isEmpty() ? "" : ": " + accepted.message()));
        } else {
            health.succeeded();
        }
    }

    /** A collector that is slow, but takes one request after the other, is waited for as long as one that asks to be. */
    private void stayWhileItAnswers() {
        long extended = Math.min(System.nanoTime() + closeGraceNanos - patienceNanos, 0) + patienceNanos;
        if (extended - closeDeadlineNanos > 0) {
            closeDeadlineNanos = extended;
        }
    }

    /** The collector is reachable, but cannot take spans now. */
    private void onDeferred(Batch batch, ExportOutcome.Deferred later) {
        health.failed(later.cause());
        tryLater(batch);
        deferred = true;
        later.retryAfter()
                .map(asked -> Math.min(asked.toNanos(), settings.giveUpAfter().toNanos()))
                .ifPresent(asked -> retryAtNanos = Math.max(retryAtNanos, System.nanoTime() + asked));
    }

    private void onUnanswered(Batch batch, String cause) {
        batch.unanswered();
        if (hurried) {
            return; // it was not the collector that ended the wait
        }
        health.failed(reason(cause));
        tryLater(batch);
        deferred = false;
        broken = !cause.equals(OutcomeRules.NO_ANSWER);
        unansweredWhenClosing += closing ? 1 : 0;
        if (unansweredWhenClosing >= ATTEMPTS_WHEN_CLOSING && !isAwaited()) {
            closeDeadlineNanos = System.nanoTime(); // nobody is there: do not make the user wait
        } else {
            connection.reset();
        }
    }

    /** Whether the collector is about to come back, as far as anybody knows, and a close waits for that. */
    private boolean isAwaited() {
        return closing && patient && broken && !lasting && health.hasBeenReached();
    }

    private void tryLater(Batch batch) {
        failuresInARow++;
        boolean tooOld = System.nanoTime() - batch.createdNanos()
                > settings.giveUpAfter().toNanos();
        if (tooOld) {
            backlog.remove();
            batch.failed();
        }
        long backoff = Math.min(MAX_BACKOFF.toNanos(), FIRST_BACKOFF.toNanos() << Math.min(failuresInARow - 1, 10));
        retryAtNanos = System.nanoTime()
                + (long) (backoff * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
    }

    /** Why no answer came; while closing there is no time to ask, unless nothing is known yet. */
    private String reason(String cause) {
        Optional<String> before = health.lastFailure();
        if (closing && before.isPresent()) {
            return before.get();
        }
        Optional<String> unreachable = probe.unreachable();
        if (unreachable.isPresent()) {
            lasting = false;
            return unreachable.get();
        }
        EndpointProbe.Explanation explanation = probe.explained(cause);
        lasting = explanation.lasting();
        return explanation.words();
    }

    /** Waits for the time of the next attempt after a failure. @return false if there is something else to do first */
    private boolean retryIsDue() {
        if (failuresInARow == 0) {
            return true;
        }
        long now = System.nanoTime();
        if (deferred || isAwaited()) {
            stayUntilNextAttempt(now);
        } else if (isHurried()) {
            retryAtNanos = now + Math.min(retryAtNanos - now, HURRIED_BACKOFF.toNanos());
        }
        long until = closing ? Math.min(retryAtNanos - now, closeDeadlineNanos - now) : retryAtNanos - now;
        if (until > 0) {
            LockSupport.parkNanos(this, until);
        }
        return retryAtNanos - System.nanoTime() <= 0;
    }

    /** Moves the end of a close beyond the next attempt, or gives up at once if that is too far away. */
    private void stayUntilNextAttempt(long now) {
        if (!closing || retryAtNanos - closeDeadlineNanos < 0) {
            return;
        }
        long answered = retryAtNanos + Math.min(settings.timeout().toNanos(), GRACE.toNanos());
        closeDeadlineNanos = answered - patienceNanos <= 0 ? answered : now;
    }

    private ExportOutcome send(Batch batch) {
        long limit = System.nanoTime() + settings.timeout().plus(GRACE).toNanos();
        try {
            CompletableFuture<ExportOutcome> outcome = connection.send(batch.request());
            var _ = outcome.whenComplete((_, _) -> LockSupport.unpark(thread));
            while (!outcome.isDone()) {
                long left = limit - System.nanoTime();
                if (closing) {
                    left = Math.min(left, closeDeadlineNanos - System.nanoTime());
                }
                if (left <= 0) {
                    return new ExportOutcome.Unanswered(OutcomeRules.NO_ANSWER);
                }
                LockSupport.parkNanos(this, left);
            }
            return outcome.join();
        } catch (RuntimeException e) {
            return new ExportOutcome.Refused("spans could not be written: " + OutcomeRules.cause(e));
        }
    }

    private void end() {
        backlog.forEach(Batch::failed);
        backlog.clear();
        connection.close();
        ended = true;
        ready.forEach(TargetQueue::giveUp);
        waiting.addAll(requests);
        waiting.forEach(request -> request.done().countDown());
    }
}
