// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.CaptureSession;
import dev.renacer.capture.CaptureStats;
import dev.renacer.capture.LaunchSpec;
import dev.renacer.capture.Placements;
import dev.renacer.capture.WaitStatus;
import dev.renacer.tracer.http.RequestGap;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.source.CallSites;
import dev.renacer.tracer.source.SourceCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running trace: a capture session, the thread that reads its ring, and the listeners that get the events.
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

    private static final Duration HEARTBEAT = Duration.ofMillis(500);
    /** Two calls deep; the JVM makes it as large as necessary. */
    private static final int HEARTBEAT_STACK_BYTES = 64 << 10;
    /** Detaching may take the engine this long ({@link CaptureSession#close}). */
    private static final Duration DETACH = Duration.ofSeconds(5);

    private final CaptureSession session;
    private final Listeners listeners;
    private final CallSites sites;
    private final RingReader reader;
    private final Thread consumer;
    private final Thread heartbeat;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final LaunchedExit launchedExit = new LaunchedExit();

    private volatile Optional<Throwable> readerFailure = Optional.empty();

    private Tracing(
            CaptureSession session,
            List<TraceListener> receivers,
            CallSites sites,
            Redactor redactor,
            ThreadFactory consumers,
            ThreadFactory heartbeats) {
        this.session = session;
        this.sites = sites;
        List<TraceListener> all = new ArrayList<>(receivers);
        all.addFirst(launchedExit);
        this.listeners = new Listeners(all);
        this.reader = new RingReader(session, new RedactedCalls(redactor, listeners), sites);
        this.consumer = consumers.newThread(this::consume);
        this.heartbeat = heartbeats.newThread(this::beat);
    }

    /**
     * Opens a session and starts to read it; nothing is traced yet. Secrets that are known by their shape are taken out.
     *
     * @param name       distinguishes the threads of this trace from those of others: a container's name, a pid
     * @param listeners  receive the trace, on one thread
     * @throws CaptureException if the session cannot be opened here, or no thread can be started to read it
     */
    public static Tracing open(String name, CaptureOptions options, List<TraceListener> listeners)
            throws CaptureException {
        return open(name, options, listeners, CallSites.NONE, Redactor.known());
    }

    /**
     * As {@link #open(String, CaptureOptions, List)}, with the source of calls, and with a redaction of one's own.
     *
     * @param sites     closed at the end of the trace; needs {@link CaptureOptions#stackBytes()}
     * @param redactor  takes out what no listener may see
     */
    public static Tracing open(
            String name, CaptureOptions options, List<TraceListener> listeners, CallSites sites, Redactor redactor)
            throws CaptureException {
        return over(name, CaptureSession.open(options), listeners, sites, redactor);
    }

    /** As {@link #open}, over a session that is already open; this trace closes it, even if this method throws. */
    public static Tracing over(String name, CaptureSession session, List<TraceListener> listeners)
            throws CaptureException {
        return over(name, session, listeners, CallSites.NONE, Redactor.known());
    }

    /** Likewise, with the source of calls; see {@link #open(String, CaptureOptions, List, CallSites, Redactor)}. */
    static Tracing over(
            String name, CaptureSession session, List<TraceListener> listeners, CallSites sites, Redactor redactor)
            throws CaptureException {
        // Platform threads: virtual threads may all wait for one of the few carrier threads, and the engine would
        // detach from every target although nothing here is stuck.
        Thread.Builder consumers =
                Thread.ofPlatform().name("renacer-consumer-" + name).daemon(true);
        Thread.Builder heartbeats = Thread.ofPlatform()
                .name("renacer-heartbeat-" + name)
                .daemon(true)
                .stackSize(HEARTBEAT_STACK_BYTES);
        return over(session, listeners, sites, redactor, consumers::unstarted, heartbeats::unstarted);
    }

    /**
     * If it throws, nothing is left open.
     *
     * @param consumers   creates the thread that reads, without starting it
     * @param heartbeats  likewise for the thread that keeps the engine from detaching
     */
    static Tracing over(
            CaptureSession session,
            List<TraceListener> listeners,
            CallSites sites,
            Redactor redactor,
            ThreadFactory consumers,
            ThreadFactory heartbeats)
            throws CaptureException {
        Tracing tracing = new Tracing(session, listeners, sites, redactor, consumers, heartbeats);
        boolean reads = false;
        try {
            tracing.consumer.start();
            reads = true;
            tracing.heartbeat.start();
        } catch (OutOfMemoryError e) { // "unable to create native thread": the heap is not concerned
            if (reads) {
                tracing.close();
            } else {
                sites.close();
                session.close();
            }
            throw new CaptureException(
                    CaptureException.Reason.RESOURCE,
                    0,
                    "cannot start a thread to read a trace: raise the limit of processes (ulimit -u, pids.max)");
        }
        return tracing;
    }

    /**
     * See {@link CaptureSession#attach}. Not for a child of this JVM that {@link ProcessBuilder} started: the JVM's
     * wait for its end would take stops that belong to the engine.
     */
    public void attach(int pid) throws CaptureException {
        session.attach(pid);
    }

    /** See {@link CaptureSession#attachNew}. */
    public void attachNew(int pid) throws CaptureException {
        session.attachNew(pid);
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

    /** See {@link CaptureSession#awaitLaunched}; call it once the trace is over. */
    public Optional<WaitStatus> awaitLaunched() {
        return session.awaitLaunched();
    }

    /** See {@link CaptureSession#sleepWithLaunched}. */
    public void sleepWithLaunched() {
        session.sleepWithLaunched();
    }

    /** See {@link CaptureSession#giveUpInherited}. */
    public void giveUpInherited(String inherited, boolean keepOutput) {
        session.giveUpInherited(inherited, keepOutput);
    }

    /** Whether every task was detached or has ended; {@link #isEnded()} also waits for the listeners. */
    public boolean letGo() {
        return session.finished();
    }

    /**
     * Ends the trace even if tasks cannot be detached yet: what was captured is delivered, and the kernel detaches them
     * when this process ends.
     */
    public void abandon() {
        reader.endWithin(Duration.ZERO);
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

    /** Waits like {@link #awaitEnd(Duration)}, without limit. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** Whether the trace is over. */
    public boolean isEnded() {
        return ended.getCount() == 0;
    }

    /** The current counters. */
    public CaptureStats stats() {
        return session.stats();
    }

    /** See {@link CaptureSession#placements}. */
    public Placements placements() {
        return session.placements();
    }

    /** How many connections or requests there were of which it is not known what calls are made for them, by the reason. */
    public long missing(RequestGap gap) {
        return reader.missing(gap);
    }

    /** The counters of copied stacks. */
    public SourceCounts sourceCounts() {
        return sites.counts();
    }

    /** How the launched program ended; empty while it runs, if none was launched, or if it was detached alive. */
    public Optional<TraceEvent.ProcessExited> launchedExit() {
        return launchedExit.exit();
    }

    /** The listeners that threw and were removed. */
    public List<ListenerFailure> listenerFailures() {
        return listeners.failures();
    }

    /** The number of calls read that not every listener got, because one had thrown or threw at them. */
    public long undelivered() {
        return listeners.undelivered();
    }

    /** Why this trace is incomplete although its processes continue: what the reader threw, or the first listener. */
    public Optional<Throwable> failure() {
        return readerFailure.or(() -> listeners.failures().stream().findFirst().map(ListenerFailure::cause));
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
                Log.LOG.warn(
                        "a listener of {} still holds up the trace; the rest of it is not delivered",
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
                Log.LOG.warn("{} was closed before everything was read", consumer.getName(), e);
            } else {
                readerFailure = Optional.of(e);
                // Without a reader the targets would continue to be traced, for nobody: detach them.
                Log.LOG.error("{} failed; the trace ends here", consumer.getName(), e);
                session.stop();
            }
        } finally {
            sites.close();
            listeners.onEnd();
            ended.countDown();
        }
    }

    /** A separate thread: a listener may block the consumer for long (a full pipe), which is not a reason to detach. */
    private void beat() {
        try {
            do {
                session.heartbeat();
            } while (!ended.await(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            Log.LOG.debug("the session was closed between two heartbeats", e);
        }
    }

    /** Made when there is something to say: a logger takes longer to find than a short program takes. */
    private static final class Log {
        static final Logger LOG = LoggerFactory.getLogger(Tracing.class);
    }
}
