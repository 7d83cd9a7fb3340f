// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.OnExceeded;
import dev.renacer.capture.ring.RingPolicy;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.Tracing;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.filter.SyscallFilter.Following;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Descriptors of a real program whose threads are traced only part of the time. */
class RestsIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String PYTHON = "/usr/bin/python3";
    private static final int MAX_SLOWDOWN = 40;

    /**
     * Threads open and close files all the time, so that a number is another file at each turn and after each rest; one
     * file of each thread stays open, but changes its number now and then. Each writes at the offset that is the number
     * of its file, so that a call itself says which file it is about.
     */
    private static final String BUSY = """
            import os, sys, threading
            folder = sys.argv[1]
            def opened(number):
                return os.open(folder + "/" + str(number), os.O_CREAT | os.O_WRONLY)
            def work(index):
                kept, number, turn = opened(100 + index), index, 0
                while True:
                    fd = opened(number)
                    os.pwrite(fd, b"x", number)
                    copy = os.dup(fd)
                    os.close(fd)
                    os.pwrite(copy, b"y", number)
                    os.close(copy)
                    os.pwrite(kept, b"z", 100 + index)
                    number, turn = (number + 4) % 64, turn + 1
                    if turn % 5000 == 0:
                        former, kept = kept, os.dup(kept)
                        os.close(former)
            for i in range(1, int(sys.argv[2])):
                threading.Thread(target=work, args=(i,)).start()
            work(0)
            """;

    @TempDir
    Path folder;

    private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong named = new AtomicLong();
    private final AtomicLong namedAfterRests = new AtomicLong();
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();

    @BeforeAll
    static void needsPython() {
        if (!Files.isExecutable(Path.of(PYTHON))) {
            throw new TestAbortedException("python3 is not installed: no program makes the calls to be named");
        }
    }

    @Test
    void afterEachRestNamesAreRightAgain() throws Exception {
        trace(1, 3, 500);

        assertThat(wrong).isEmpty();
        assertThat(named.get()).isGreaterThan(namedAfterRests.get());
        assertThat(begun.get()).isBetween(ended.get(), ended.get() + 1);
    }

    @Test
    void whatARestingThreadChangesUnseenGivesNoOtherThreadAWrongName() throws Exception {
        trace(3, 6, 0);

        assertThat(wrong).isEmpty();
        assertThat(named.get()).isPositive();
    }

    /** Traces the program until that much was seen. */
    private void trace(int threads, long rests, long names) throws Exception {
        Path script = Files.writeString(folder.resolve("busy.py"), BUSY);
        Process starter = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        PYTHON + " -IS " + script + " " + folder + " " + threads + " > /dev/null 2>&1 & echo $!")
                .start();
        long pid;
        try (BufferedReader output = starter.inputReader()) {
            pid = Long.parseLong(output.readLine());
        }
        Descriptors descriptors = new Descriptors(Inheritance.NONE);
        try (Tracing tracing = Tracing.open("rests", options(), List.of(descriptors, new Judge(descriptors)))) {
            tracing.attach((int) pid);
            await().atMost(LIMIT).until(() -> ended.get() >= rests && namedAfterRests.get() >= names);
            tracing.stop();
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
            assertThat(tracing.listenerFailures()).isEmpty();
        } finally {
            end(pid);
        }
    }

    private static CaptureOptions options() throws Exception {
        return new CaptureOptions(
                        SyscallFilter.parse("trace=all").plan(ArgumentDetail.FULL, EnumSet.of(Following.DESCRIPTORS)),
                        RingPolicy.BLOCK,
                        1 << 13,
                        1 << 20,
                        256,
                        true,
                        Optional.empty(),
                        Optional.empty())
                .withMaxSlowdown(OptionalInt.of(MAX_SLOWDOWN), OnExceeded.DUTY_CYCLE);
    }

    private static void end(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        await().atMost(LIMIT)
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    /** Compares the names of files in the calls of {@link #BUSY} with what these calls themselves say. */
    private final class Judge implements TraceListener {
        private final Descriptors descriptors;

        Judge(Descriptors descriptors) {
            this.descriptors = descriptors;
        }

        @Override
        public void onCall(SyscallCall call) {
            if (!call.syscall().name().equals("pwrite64") || call.outcome() != SyscallCall.Outcome.RETURNED) {
                return;
            }
            Optional<Descriptor> name = descriptors.names(call).argument(0);
            String expected = folder.resolve(Long.toString(call.args()[3])).toString();
            if (name.isEmpty()) {
                return;
            }
            if (!name.get().equals(new Descriptor.File(expected, false))) {
                wrong.add(expected + " is named " + name.get());
            }
            named.incrementAndGet();
            if (ended.get() > 0) {
                namedAfterRests.incrementAndGet();
            }
        }

        @Override
        public void onEvent(TraceEvent event) {
            if (event instanceof TraceEvent.RestBegan) {
                begun.incrementAndGet();
            } else if (event instanceof TraceEvent.RestEnded) {
                ended.incrementAndGet();
            }
        }
    }
}
