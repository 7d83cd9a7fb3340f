// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import dev.renacer.capture.plan.PlanBytes;
import dev.renacer.capture.ring.EventRing;
import dev.renacer.capture.ring.MappedEventRing;
import dev.renacer.capture.ring.NativeHandle;
import dev.renacer.capture.ring.RingPolicy;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The session over the C engine. Native methods are private and their names end in 0; each public method checks its
 * arguments and keeps the session open during the native call.
 */
final class NativeCaptureSession implements CaptureSession {
    /** State recorded by the launcher (launch_state.h); tracer threads keep to the CPU affinity it names. */
    static final String INHERITED_PROPERTY = "renacer.inherited";

    private static final long CLOSE_NANOS = Duration.ofSeconds(5).toNanos();
    // How long a waiting thread stays in native code before it checks whether it was interrupted.
    private static final long AWAIT_SLICE_NANOS = Duration.ofMillis(100).toNanos();
    private static final Charset LOCALE = Charset.forName(System.getProperty("sun.jnu.encoding"));
    private static final int ESRCH = 3;
    private static final int OUTCOME_NUMBERS = 3;
    private static final int STATS_NUMBERS = 18;

    private final long session;
    private final NativeHandle handle;
    private final EventRing ring;
    private volatile boolean started;

    private NativeCaptureSession(long session) {
        this.session = session;
        this.handle = new NativeHandle("capture session", () -> close0(session));
        this.ring = new MappedEventRing(ring0(session), handle);
    }

    static NativeCaptureSession open(CaptureOptions options) throws CaptureException {
        NativeLibrary.load();
        String inherited = System.getProperty(INHERITED_PROPERTY);
        long[] outcome = new long[OUTCOME_NUMBERS];
        String journal = options.affinityJournal().map(Path::toString).orElse(null);
        long session = open0(
                PlanBytes.of(options.plan()), numbers(options), bytesOrNull(inherited), bytesOrNull(journal), outcome);
        if (session == 0) {
            throw Refusal.of(outcome).ofOpen(NativeCaptureSession::describe0);
        }
        try {
            return new NativeCaptureSession(session);
        } catch (RuntimeException e) {
            close0(session); // a ring of another format: library and classes do not belong together
            throw e;
        }
    }

    /** In the order of enum OPTION_* in session_jni.c. */
    private static long[] numbers(CaptureOptions options) {
        return new long[] {
            options.policy() == RingPolicy.BLOCK ? 0 : 1,
            options.ringEvents(),
            options.sideBytes(),
            options.stringLimit(),
            options.followChildren() ? 1 : 0,
            options.deadline().map(NativeCaptureSession::positiveNanos).orElse(0L),
            options.heartbeatTimeout().map(NativeCaptureSession::positiveNanos).orElse(0L),
            options.maxSlowdownPercent().orElse(0),
            options.onExceeded() == OnExceeded.DUTY_CYCLE ? 1 : 0,
            options.stackBytes(),
            options.askBeforeMoving() ? 1 : 0,
            options.bufferLimit(),
            options.threadTimes() ? 1 : 0,
        };
    }

    /** Zero means "never" in the core, so a duration that has already passed becomes the shortest possible one. */
    private static long positiveNanos(Duration duration) {
        return Math.max(1, duration.toNanos());
    }

    @Override
    public void attach(int pid) throws CaptureException {
        attach(pid, true);
    }

    @Override
    public void attachNew(int pid) throws CaptureException {
        attach(pid, false);
    }

    private void attach(int pid, boolean mayTrace) throws CaptureException {
        if (pid <= 0) {
            throw new IllegalArgumentException("pid is " + pid + ", it must be positive");
        }
        long[] outcome = new long[OUTCOME_NUMBERS];
        handle.acquire();
        try {
            attach0(session, pid, mayTrace, outcome);
        } finally {
            handle.release();
        }
        Refusal refusal = Refusal.of(outcome);
        if (!refusal.none()) {
            throw refusal.ofAttach(pid, NativeCaptureSession::describe0);
        }
        started = true;
    }

    @Override
    public int launch(LaunchSpec spec) throws CaptureException {
        byte[] file = spec.file().getBytes(spec.charset());
        byte[] arguments = (String.join("\0", spec.arguments()) + '\0').getBytes(spec.charset());
        if (spec.file().indexOf('\0') >= 0
                || spec.arguments().stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException(
                    "program or argument contains a NUL character, which cannot be passed to a program");
        }
        long[] outcome = new long[OUTCOME_NUMBERS];
        int pid;
        handle.acquire();
        try {
            pid = launch0(
                    session, file, arguments, bytesOrNull(spec.inherited().orElse(null)), spec.filtered(), outcome);
        } finally {
            handle.release();
        }
        Refusal refusal = Refusal.of(outcome);
        if (!refusal.none()) {
            throw refusal.ofLaunch(ByteText.shown(ByteText.decode(file)), NativeCaptureSession::describe0);
        }
        started = true;
        return pid;
    }

    @Override
    public void signalLaunched(int signal) {
        int errno;
        handle.acquire();
        try {
            errno = signalLaunched0(session, signal);
        } finally {
            handle.release();
        }
        if (errno == ESRCH) {
            return; // it is gone
        }
        if (errno != 0) {
            throw new IllegalArgumentException("cannot send signal " + signal + ": " + describe0(errno));
        }
    }

    @Override
    public boolean bindsLaunched() {
        handle.acquire();
        try {
            return bound0(session);
        } finally {
            handle.release();
        }
    }

    @Override
    public Optional<WaitStatus> awaitLaunched() {
        handle.acquire();
        try {
            int status = awaitLaunched0(session);
            return status < 0 ? Optional.empty() : Optional.of(new WaitStatus(status));
        } finally {
            handle.release();
        }
    }

    @Override
    public void sleepWithLaunched() {
        handle.acquire();
        try {
            // Fails if there can be no process for the watcher: the job then seems to run while its program is stopped.
            int _ = sleepWithLaunched0(session);
        } finally {
            handle.release();
        }
    }

    @Override
    public void giveUpInherited(String inherited, boolean keepOutput) {
        // Fails if there is no descriptor for /dev/null: what was inherited then stays open until this process ends.
        int _ = giveUpInherited0(bytes(inherited), keepOutput);
    }

    @Override
    public EventRing ring() {
        handle.acquire();
        handle.release();
        return ring;
    }

    @Override
    public long epochOffsetNanos() {
        handle.acquire();
        try {
            return epochOffset0(session);
        } finally {
            handle.release();
        }
    }

    @Override
    public CaptureStats stats() {
        long[] numbers = new long[STATS_NUMBERS];
        handle.acquire();
        try {
            stats0(session, numbers);
        } finally {
            handle.release();
        }
        return new CaptureStats(
                numbers[0],
                numbers[1],
                numbers[2],
                numbers[3],
                (int) numbers[4],
                numbers[5],
                (int) numbers[12],
                (int) numbers[13],
                (int) numbers[6],
                micros(numbers[7]),
                micros(numbers[8]),
                numbers[10],
                numbers[11] / 1_000_000,
                numbers[14] / 1_000_000,
                numbers[9],
                new CaptureStats.Contexts(numbers[15], numbers[16], numbers[17]));
    }

    /** Rounded up: a stop that happened took more than no time. */
    private static int micros(long nanos) {
        return (int) Math.min(Integer.MAX_VALUE, (nanos + 999) / 1000);
    }

    @Override
    public Placements placements() {
        return new NativePlacements(session, handle);
    }

    @Override
    public void heartbeat() {
        handle.acquire();
        try {
            heartbeat0(session);
        } finally {
            handle.release();
        }
    }

    @Override
    public void stop() {
        handle.acquire();
        try {
            stop0(session);
        } finally {
            handle.release();
        }
    }

    @Override
    public boolean awaitFinished(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        handle.acquire();
        try {
            while (true) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                long left = Math.max(0, end - System.nanoTime());
                if (awaitFinished0(session, Math.min(left, AWAIT_SLICE_NANOS))) {
                    return true;
                }
                if (left == 0) {
                    return false;
                }
            }
        } finally {
            handle.release();
        }
    }

    @Override
    public boolean finished() {
        handle.acquire();
        try {
            return finished0(session);
        } finally {
            handle.release();
        }
    }

    @Override
    public void close() {
        if (!handle.tryAcquire()) {
            return;
        }
        try {
            end0(session);
            if (started) {
                // Here and not only in close0, which runs later if another thread still drains the ring.
                awaitFinished0(session, CLOSE_NANOS);
            }
        } finally {
            handle.release();
        }
        handle.close();
    }

    /** Numbers of the ring format as the C compiler laid it out, in the order of {@link dev.renacer.capture.ring.RingLayout#inOrder()}. */
    static int[] layout() throws CaptureException {
        NativeLibrary.load();
        return layout0();
    }

    private static byte @Nullable [] bytesOrNull(@Nullable String text) {
        return text == null ? null : bytes(text);
    }

    /** The bytes from which this JVM decoded a name or an argument. */
    private static byte[] bytes(String text) {
        return text.getBytes(LOCALE);
    }

    private static native long open0(
            byte[] plan, long[] numbers, byte @Nullable [] inherited, byte @Nullable [] journal, long[] outcome);

    /** How many threads were given their affinity back, or a negative errno. */
    static int recoverAffinity(Path journal) throws CaptureException {
        NativeLibrary.load();
        return recoverAffinity0(journal.toString().getBytes(LOCALE));
    }

    private static native int recoverAffinity0(byte[] journal);

    private static native void attach0(long session, int pid, boolean mayTrace, long[] outcome);

    private static native int launch0(
            long session, byte[] file, byte[] arguments, byte @Nullable [] inherited, boolean filtered, long[] outcome);

    private static native int signalLaunched0(long session, int signal);

    private static native int awaitLaunched0(long session);

    private static native int sleepWithLaunched0(long session);

    private static native int giveUpInherited0(byte[] inherited, boolean keepOutput);

    private static native void stop0(long session);

    private static native void end0(long session);

    private static native boolean bound0(long session);

    private static native boolean finished0(long session);

    private static native boolean awaitFinished0(long session, long timeoutNanos);

    private static native void stats0(long session, long[] numbers);

    private static native void heartbeat0(long session);

    private static native long epochOffset0(long session);

    private static native ByteBuffer ring0(long session);

    private static native void close0(long session);

    static native String describe0(int errno);

    private static native int[] layout0();
}
