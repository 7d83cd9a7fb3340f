// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import dev.renacer.capture.ring.EventRing;
import java.time.Duration;
import java.util.Optional;

/**
 * One capture: the traced processes of one container or of one command line, and the ring their calls arrive in.
 *
 * <p>The hot path runs in native threads that never enter the JVM. All methods are safe to call from any thread; the ring has
 * one consumer. Every method except {@link #close()} throws {@link IllegalStateException} after close.
 */
public interface CaptureSession extends AutoCloseable {
    /**
     * Opens a session; nothing is traced yet.
     *
     * @throws CaptureException if the library cannot be loaded here or a resource is missing
     */
    static CaptureSession open(CaptureOptions options) throws CaptureException {
        return NativeCaptureSession.open(options);
    }

    /**
     * Attaches to all threads of process {@code pid}, without the process noticing. Returns when each thread is seized
     * (its first stop may still be pending: a thread in vfork or uninterruptible sleep stops later). Processes it
     * starts are followed if the options say so; to trace a tree, attach to each of its processes. Attaching to a
     * process this session already traces does nothing.
     *
     * <p>The process must not be one that this JVM started with {@link ProcessBuilder}: Java waits for such a child in
     * a separate thread, and that wait takes the child's stops away from the tracer.
     *
     * @throws CaptureException if the process cannot be traced; the reason says why
     */
    void attach(int pid) throws CaptureException;

    /**
     * As {@link #attach}, to a process that its runtime has just created and that traces nobody. A process that traces
     * others must not be attached to, and finding that out takes a look at every process of the machine.
     *
     * @throws CaptureException if the process cannot be traced; the reason says why
     */
    void attachNew(int pid) throws CaptureException;

    /**
     * Starts a program under trace; its first published call is its own execve.
     *
     * @return its pid
     * @throws CaptureException PROGRAM_NOT_FOUND or PROGRAM_NOT_EXECUTABLE if execve failed
     */
    int launch(LaunchSpec spec) throws CaptureException;

    /**
     * Whether launched programs carry a seccomp filter ({@link LaunchSpec#filtered()}) that needs its tracer. Such a program cannot be detached: it ends with this
     * process and with {@link #close()}. {@link #stop()} ends the reports about it, and the session is finished when the program and
     * all its descendants have ended. Nothing can be attached to meanwhile.
     */
    boolean bindsLaunched();

    /** Sends a signal to a process launched by this session; does nothing once it is gone. */
    void signalLaunched(int signal);

    /**
     * Waits until a launched program that was detached alive ends or stops. Call it only once the session is
     * {@link #finished()}.
     *
     * @return empty if there is none: nothing was launched, or its end is among the events
     */
    Optional<WaitStatus> awaitLaunched();

    /**
     * Job control: stops this whole process, because the launched program has been stopped, so that the shell sees its
     * job stop. Returns when both continue: when somebody continues the program, or this process, which then continues
     * the program. Does nothing if the program is not stopped (any more).
     */
    void sleepWithLaunched();

    /**
     * Closes the descriptors that this process has inherited for the program it launched: the program is then the last
     * to hold them, so the other end of a pipe sees the program close it. Standard input and output become
     * {@code /dev/null}; standard error stays.
     *
     * @param inherited   the state the launcher recorded, as in {@link LaunchSpec#inherited()}
     * @param keepOutput  whether standard output stays, too
     */
    void giveUpInherited(String inherited, boolean keepOutput);

    /** Where the events of all its processes arrive, in order; the same for the session's life. */
    EventRing ring();

    /** Add to an event's time to get nanoseconds since the epoch (CLOCK_REALTIME less CLOCK_MONOTONIC at open). */
    long epochOffsetNanos();

    /** The current counters. */
    CaptureStats stats();

    /** Threads to be co-located, if the options say {@link CaptureOptions#askBeforeMoving()}. */
    Placements placements();

    /** Tells the native watchdog that Java is alive. */
    void heartbeat();

    /**
     * Asks the tracer to detach from every task, leaving each as if it had never been traced, and returns at once;
     * {@link #finished()} says when it is done.
     */
    void stop();

    /**
     * Waits until no task is traced any more (each exited or was detached) and no further event will be published.
     *
     * @return false if the time ran out first
     */
    boolean awaitFinished(Duration timeout) throws InterruptedException;

    /** Whether at least one attach or launch was made, no task is traced any more and no further event will be published. */
    boolean finished();

    /**
     * Detaches what is still traced (kills what cannot be detached, see {@link #bindsLaunched()}), waits for it up to 5 s and frees the
     * ring. Idempotent.
     */
    @Override
    void close();
}
