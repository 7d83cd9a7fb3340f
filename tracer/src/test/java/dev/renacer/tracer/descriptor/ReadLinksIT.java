// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.LaunchSpec;
import dev.renacer.capture.ring.RingPolicy;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.Tracing;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.filter.SyscallFilter.Following;
import dev.renacer.tracer.redact.Redactor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Threads of a real program make pipes and sockets and close them at once: each has its number, and the right one. */
class ReadLinksIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PYTHON = "/usr/bin/python3";
    private static final int ROUNDS = 200;

    /** A seek in what cannot be sought has the number of the inode as its offset, and so says itself what it is about. */
    private static final String THREADS = """
            import os, socket, threading
            def tell(fd):
                try:
                    os.lseek(fd, os.fstat(fd).st_ino, 0)
                except OSError:
                    pass
            def work():
                for _ in range(%d):
                    reader, writer = os.pipe()
                    tell(writer)
                    os.close(reader)
                    os.close(writer)
                    one, other = socket.socketpair()
                    socket.send_fds(one, [b"x"], [1, other.fileno()])
                    tell(one.fileno())
                    for fd in socket.recv_fds(other, 1, 2)[1]:
                        tell(fd)
                        os.close(fd)
                    one.close()
                    other.close()
            threads = [threading.Thread(target=work) for _ in range(4)]
            [t.start() for t in threads]
            [t.join() for t in threads]
            """.formatted(ROUNDS);

    private final List<String> wrong = new ArrayList<>();
    private final Descriptors descriptors = new Descriptors(Inheritance.ofThisProcess(Optional.empty(), Redactor.NONE));
    private int right;
    private int unknown;

    @Test
    void threadsThatRaceForNumbersHaveTheRightInodes() throws Exception {
        assumeTrue(Files.isExecutable(Path.of(PYTHON)), "python3 is not installed: no program makes the calls");
        CaptureOptions options = new CaptureOptions(
                SyscallFilter.EVERYTHING.plan(ArgumentDetail.FULL, EnumSet.of(Following.DESCRIPTORS, Following.LINKS)),
                RingPolicy.BLOCK,
                1 << 13,
                1 << 20,
                256,
                true,
                Optional.empty(),
                Optional.empty());
        try (Tracing tracing = Tracing.open("launch", options, List.of(descriptors, new Judge()))) {
            tracing.launch(new LaunchSpec(PYTHON, List.of(PYTHON, "-IS", "-c", THREADS), Optional.empty()));
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
            assertThat(tracing.listenerFailures()).isEmpty();
        }

        assertThat(wrong).isEmpty();
        // What may have been closed and made again by calls that overlap is not said.
        assertThat(right).as("%d are not known", unknown).isGreaterThan(4 * ROUNDS * 2);
    }

    private final class Judge implements TraceListener {
        @Override
        public void onCall(SyscallCall call) {
            boolean tells = call.syscall().name().equals("lseek")
                    && call.outcome() == SyscallCall.Outcome.FAILED
                    && call.args()[1] != 0; // Python itself asks its standard streams
            if (!tells) {
                return;
            }
            long inode = descriptors
                    .names(call)
                    .argument(0)
                    .map(what -> switch (what) {
                        case Descriptor.Pipe pipe -> pipe.inode();
                        case Descriptor.Socket socket -> socket.inode();
                        default -> -1L;
                    })
                    .orElse(0L);
            if (inode == call.args()[1]) {
                right++;
            } else if (inode == 0) {
                unknown++;
            } else {
                wrong.add(
                        call.args()[1] + " is named " + descriptors.names(call).argument(0));
            }
        }

        @Override
        public void onEvent(TraceEvent event) {}
    }
}
