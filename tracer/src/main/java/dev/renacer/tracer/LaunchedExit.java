// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import java.util.Optional;

/** Remembers how the launched program ended. Written by the consumer thread, read by any. */
final class LaunchedExit implements TraceListener {
    private volatile int pid;
    private volatile Optional<TraceEvent.ProcessExited> exit = Optional.empty();

    @Override
    public void onCall(SyscallCall call) {}

    @Override
    public void onEvent(TraceEvent event) {
        if (event instanceof TraceEvent.ProcessStarted started && started.origin() == TraceEvent.Origin.LAUNCHED) {
            pid = started.process().pid();
        } else if (event instanceof TraceEvent.ProcessExited exited
                && exited.process().pid() == pid) {
            exit = Optional.of(exited);
        }
    }

    Optional<TraceEvent.ProcessExited> exit() {
        return exit;
    }
}
