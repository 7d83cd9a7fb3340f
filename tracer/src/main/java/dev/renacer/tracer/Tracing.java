// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.CaptureSession;
import dev.renacer.capture.CaptureStats;
import dev.renacer.capture.LaunchSpec;
import dev.renacer.capture.Placements;
import dev.renacer.tracer.source.CallSites;
import dev.renacer.tracer.source.SourceCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running trace: a capture session, the thread that reads its rings, and the listeners that get what was read.
 *
 * <p>Reading starts with {@link #open}; the trace ends by itself when every traced process is gone or detached, or
 * after {@link #stop()}; then each listener gets {@link TraceListener#onEnd()} and {@link #awaitEnd} returns. A trace
 * to which nothing was ever attached ends with {@link #close()}. All methods may be called from any thread.
 */
public final class Tracing implements AutoCloseable {
    /**
     * A listener that threw and was removed.
     *
     * @param listener  which
     * @param cause     what it threw
     */
    public record ListenerFailure(TraceListener listener, Throwable cause) {}

    private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);
    private static final Duration HEARTBEAT = Duration.ofMillis(500);
    /** Detaching may take the engine this long ({@link CaptureSession#close}). */
    private static final Duration DETACH = Duration.ofSeconds(5);

    private final CaptureSession session;
    private final Listeners listeners;
    private final CallSites sites;
    private final RingReader reader;
    private final Thread consumer;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final LaunchedExit launchedExit = new LaunchedExit();

    private Tracing(String name, CaptureSession session, List<TraceListener> receivers, CallSites sites) {
        this.session = session;
        this.sites = sites;
        List<TraceListener> all = new ArrayList<>(receivers);
        all.addFirst(launchedExit);
        this.listeners = new Listeners(all);
        this.reader = new RingReader(session, listeners, sites);
        this.consumer = Thread.ofPlatform()
                .name("renacer-consumer-" + name)
                .daemon(true)
                .unstarted(this::consume);
    }

    /**
     * Opens a session and starts to read it; nothing is traced yet.
     *
     * @param name       tells the threads of this trace from those of others: a container's name, a pid
     * @param listeners  receive the trace, on one thread
     * @throws CaptureException if the session cannot be opened here
     */
    public static Tracing open(String name, CaptureOptions options, List<TraceListener> listeners)
            throws CaptureException {
        return open(name, options, listeners, CallSites.NONE);
    }

    /**
     * As {@link #open(String, CaptureOptions, List)}, with where calls come from.
     *
     * @param sites  is closed at the end of the trace; needs {@link CaptureOptions#stackBytes()}
     */
    public static Tracing open(String name, CaptureOptions options, List<TraceListener> listeners, CallSites sites)
            throws CaptureException {
        return over(name, CaptureSession.open(options), listeners, sites);
    }

    /** As {@link #open}, over a session that is open already; this trace closes it. */
    public static Tracing over(String name, CaptureSession session, List<TraceListener> listeners) {
        return over(name, session, listeners, CallSites.NONE);
    }

    private static Tracing over(String name, CaptureSession session, List<TraceListener> listeners, CallSites sites) {
        Tracing tracing = new Tracing(name, session, listeners, sites);
        tracing.consumer.start();
        Thread.ofVirtual().name("renacer-heartbeat-" + name).start(tracing::beat);
        return tracing;
    }

    /**
     * See {@link CaptureSession#attach}. Not for a child of this JVM that {@link ProcessBuilder} started: the JVM's
     * wait for its end would take the stops that are the engine's.
     */
    public void attach(int pid) throws CaptureException {
        session.attach(pid);
    }

    /** See {@link CaptureSession#launch}. */
    public int launch(LaunchSpec spec) throws CaptureException {
        return session.launch(spec);
    }

    /** See {@link CaptureSession#bindsLaunched}. */
    public boolean bindsLaunched() {
        return session.bindsLaunched();
    }

    /** See {@link CaptureSession#signalLaunched}. */
    public void signalLaunched(int signal) {
        session.signalLaunched(signal);
    }

    /** Asks for the end: every task is detached, what was captured is still delivered. Returns at once. */
    public void stop() {
        session.stop();
    }

    /**
     * Waits until the trace is over and every listener got its {@link TraceListener#onEnd()}.
     *
     * @return false if the time ran out first
     */
    public boolean awaitEnd(Duration timeout) throws InterruptedException {
        return ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits as {@link #awaitEnd(Duration)}, without limit. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** Whether the trace is over. */
    public boolean isEnded() {
        return ended.getCount() == 0;
    }

    /** Counters now. */
    public CaptureStats stats() {
        return session.stats();
    }

    /** See {@link CaptureSession#placements}. */
    public Placements placements() {
        return session.placements();
    }

    /** What became of copied stacks. */
    public SourceCounts sourceCounts() {
        return sites.counts();
    }

    /** How the launched program ended; empty while it runs, if none was launched, or if it was let go alive. */
    public Optional<TraceEvent.ProcessExited> launchedExit() {
        return launchedExit.exit();
    }

    /** The listeners that threw and were removed. */
    public List<ListenerFailure> listenerFailures() {
        return listeners.failures();
    }

    /**
     * Stops the trace if it runs, delivers what was captured, and frees the session. Waits at most some 10 s.
     * Idempotent.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (!isEnded()) {
            session.stop();
            reader.endWithin(DETACH);
        }
        try {
            if (!ended.await(2 * DETACH.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn(
                        "a listener of {} still holds the trace; what is left of it is not delivered",
                        consumer.getName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        session.close();
    }

    private void consume() {
        try {
            reader.readUntilEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            if (closed.get()) {
                LOG.warn("{} was closed before all was read", consumer.getName(), e);
            } else {
                // Without a reader the targets would run on, traced for nobody: let them go.
                LOG.error("{} failed; the trace ends here", consumer.getName(), e);
                session.stop();
            }
        } finally {
            sites.close();
            listeners.onEnd();
            ended.countDown();
        }
    }

    /** Its own thread: a listener may hold the consumer for long (a full pipe), which is no reason to detach. */
    private void beat() {
        try {
            do {
                session.heartbeat();
            } while (!ended.await(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            LOG.debug("the session was closed between two heartbeats", e);
        }
    }
}
