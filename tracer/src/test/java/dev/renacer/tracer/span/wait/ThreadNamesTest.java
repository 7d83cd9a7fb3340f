// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.wait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.redact.Redactor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What threads are called, and when that is read again. */
class ThreadNamesTest {
    private static final long PR_SET_NAME = 15;
    private static final long SECOND = 1_000_000_000;

    private final Map<Integer, String> named = new HashMap<>();
    private long nanos;
    private final ThreadNames threads = new ThreadNames((_, tid) -> Optional.ofNullable(named.get(tid)), () -> nanos);

    @Test
    void aNameIsReadOnceASecond() {
        named.put(8, "java");
        assertThat(name("read")).contains("java");
        named.put(8, "worker-1");
        nanos = SECOND - 1;
        assertThat(name("read")).contains("java");
        nanos = SECOND;
        assertThat(name("read")).contains("worker-1");
    }

    @Test
    void aThreadThatNamesItselfHasThatName() {
        named.put(8, "java");
        assertThat(name("read")).contains("java");
        named.put(8, "worker-1");
        assertThat(threads.of(
                        CallFixture.call("prctl").args(PR_SET_NAME).thread(8).build()))
                .contains("worker-1");
    }

    @Test
    void aSecretInANameIsRedacted() throws Exception {
        AtomicReference<Optional<String>> name = new AtomicReference<>(Optional.empty());
        ThreadNames real = new ThreadNames(Redactor.known());
        Thread thread = Thread.ofPlatform().name("token=s3cr3t99").start(() -> {
            int tid;
            try {
                tid = Integer.parseInt(String.valueOf(
                        Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            name.set(real.of(CallFixture.call("read")
                    .process(new TracedProcess((int) ProcessHandle.current().pid(), tid, 1, "java", Optional.empty()))
                    .thread(tid)
                    .build()));
        });
        thread.join();

        assertThat(name.get()).contains("token=" + Redactor.MARK);
    }

    @Test
    void aThreadThatIsGoneKeepsTheNameItHad() {
        named.put(8, "worker-1");
        assertThat(name("read")).contains("worker-1");
        named.remove(8);
        nanos = SECOND;
        assertThat(name("exit")).contains("worker-1");
    }

    @Test
    void anotherThreadOfTheSameNumberHasItsOwnName() {
        named.put(8, "worker-1");
        assertThat(name("read")).contains("worker-1");
        threads.onEvent(new TraceEvent.ThreadExited(CallFixture.PROCESS, 0, 8));
        named.put(8, "worker-2");
        assertThat(name("read")).contains("worker-2");
    }

    @Test
    void anotherProgramHasItsOwnNames() {
        named.put(8, "sh");
        assertThat(name("execve")).contains("sh");
        threads.onEvent(new TraceEvent.ProgramExecuted(CallFixture.PROCESS, 0));
        named.put(8, "cat");
        assertThat(name("read")).contains("cat");
    }

    private Optional<String> name(String call) {
        return threads.of(CallFixture.call(call).thread(8).build());
    }
}
