// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import dev.renacer.capture.ring.CapturedEvent;
import dev.renacer.capture.ring.EventKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A small tracer for tests that need one in a process of its own: {@code attach PID...}, {@code colocate JOURNAL PID}, {@code launch
 * FILE ARGUMENT...}, or {@code open} to trace nobody. */
final class TracingMain {
    private static final long POLL_NANOS = 1_000_000;

    private TracingMain() {}

    public static void main(String[] args) throws CaptureException {
        boolean colocates = args[0].equals("colocate");
        List<String> operands = List.of(args).subList(colocates ? 2 : 1, args.length);
        CaptureOptions options = colocates ? Captured.everything().colocated(Path.of(args[1])) : Captured.everything();
        AtomicInteger status = new AtomicInteger();
        try (CaptureSession session = CaptureSession.open(options)) {
            int launched = 0;
            if (args[0].equals("launch")) {
                launched = session.launch(new LaunchSpec(
                        operands.getFirst(),
                        operands,
                        Optional.ofNullable(System.getProperty(NativeCaptureSession.INHERITED_PROPERTY))));
            } else {
                System.out.println("opened");
                for (String pid : operands) {
                    session.attach(Integer.parseInt(pid));
                }
                System.out.println("attached");
            }
            int child = launched;
            while (!operands.isEmpty() && !session.finished()) {
                Captured.drain(session, event -> note(event, child, status));
                LockSupport.parkNanos(POLL_NANOS);
            }
            Captured.drain(session, event -> note(event, child, status));
        }
        System.exit(exitCode(status.get()));
    }

    private static void note(CapturedEvent event, int child, AtomicInteger status) {
        if (event.kind() == EventKind.PROCESS_EXITED && event.tgid() == child) {
            status.set(event.aux());
        }
    }

    /** As a shell tells it: the exit code, or 128 and the signal. */
    private static int exitCode(int waitStatus) {
        int signal = waitStatus & 0x7f;
        return signal == 0 ? waitStatus >> 8 & 0xff : 128 + signal;
    }
}
