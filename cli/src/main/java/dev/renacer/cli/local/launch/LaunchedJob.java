// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.launch;

import dev.renacer.capture.PrintableText;
import dev.renacer.cli.Signals;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.TracedProcess;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The launched program as a job of the shell: whether it is stopped, whether it has ended, and which traced processes
 * it has left behind. All of this comes from its events alone, in their order: however late an event is looked at, no
 * process that had ended by then counts as left behind. It must be the last listener of a trace: then everything that
 * came before a stop is written before this process stops, too.
 */
public final class LaunchedJob implements TraceListener {
    private static final int NAMED = 3;

    private final Runnable sleep;
    private final Runnable ended;
    private final Map<Integer, TracedProcess> alive = new LinkedHashMap<>();
    private int program;
    private boolean hasEnded;
    private boolean stopped;
    private boolean interrupted;

    /**
     * @param sleep  stops this process until the program continues; called on the consumer thread
     * @param ended  called on the same thread once the program has ended
     */
    public LaunchedJob(Runnable sleep, Runnable ended) {
        this.sleep = sleep;
        this.ended = ended;
    }

    @Override
    public void onCall(SyscallCall call) {}

    @Override
    public void onEvent(TraceEvent event) {
        if (isItsEnd(event)) {
            ended.run();
        }
    }

    private synchronized boolean isItsEnd(TraceEvent event) {
        TracedProcess process = event.process();
        switch (event) {
            case TraceEvent.ProcessStarted started -> {
                alive.put(process.pid(), process);
                if (started.origin() == TraceEvent.Origin.LAUNCHED) {
                    program = process.pid();
                }
            }
            case TraceEvent.ProgramExecuted _ -> alive.put(process.pid(), process);
            case TraceEvent.SignalDelivered delivered -> {
                interrupted = interrupted
                        || (process.pid() == program && delivered.info().signal() == Signals.INT.number());
                notifyAll();
            }
            case TraceEvent.Stopped stop -> stopped = stopped || stop.tid() == program;
            case TraceEvent.ProcessDetached _ -> alive.remove(process.pid());
            case TraceEvent.ProcessExited _ -> {
                alive.remove(process.pid());
                boolean isProgram = process.pid() == program && !hasEnded;
                hasEnded = hasEnded || isProgram;
                notifyAll();
                return isProgram;
            }
            default -> {
                // Says nothing about which processes there are.
            }
        }
        return false;
    }

    @Override
    public void onIdle() {
        if (takeStop()) {
            sleep.run();
        }
    }

    private synchronized boolean takeStop() {
        boolean taken = stopped;
        stopped = false;
        return taken;
    }

    /**
     * Waits until SIGINT has reached the program, or the program has ended. @return false if neither is so after this
     * time
     */
    public synchronized boolean awaitInterrupt(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!interrupted && !hasEnded) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    /** Whether the program has ended. */
    public synchronized boolean hasEnded() {
        return hasEnded;
    }

    /**
     * The processes that are still traced although the program has ended, as text for a person; empty if there are
     * none.
     */
    public synchronized Optional<String> leftBehind() {
        if (!hasEnded || alive.isEmpty()) {
            return Optional.empty();
        }
        List<TracedProcess> all = List.copyOf(alive.values());
        String named = all.stream()
                .limit(NAMED)
                .map(process -> process.pid() + " (" + PrintableText.of(process.name()) + ")")
                .collect(Collectors.joining(", "));
        return Optional.of(all.size() > NAMED ? named + " and " + (all.size() - NAMED) + " more" : named);
    }
}
