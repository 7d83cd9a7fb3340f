// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.stuck.call.CallsInFlight;
import dev.renacer.tracer.stuck.call.CallsInFlight.InFlight;
import dev.renacer.tracer.syscall.Syscall;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes whose calls do not return. */
class CallsInFlightIT {
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void threadsInACallOfTheSameNameAreOneEntryAndTheOldestIsTold() throws Exception {
        int first = start("sleep", "1000");
        asleep(List.of(first), 1);
        List<Integer> both = List.of(start("sleep", "2000"), first);
        List<InFlight> calls = asleep(both, 2);

        assertThat(calls).singleElement().satisfies(call -> {
            assertThat(call.pid()).isEqualTo(first);
            assertThat(call.tid()).isEqualTo(first);
            assertThat(call.name()).isEqualTo("sleep");
            assertThat(call.threads()).isEqualTo(2);
            assertThat(call.call()).startsWith("clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=1000, ");
            assertThat(call.nanos()).isPositive();
        });
        assertThat(longest(both, ArgumentDetail.NAMES, Duration.ofDays(1))).isEmpty();
    }

    @Test
    void whereArgumentsAreNotToldOnlyTheNameOfTheCallIs() throws Exception {
        int pid = start("sleep", "1000");
        asleep(List.of(pid), 1);

        assertThat(longest(List.of(pid), ArgumentDetail.NONE, Duration.ZERO))
                .singleElement()
                .satisfies(call -> {
                    assertThat(call.call()).isEqualTo("clock_nanosleep");
                    assertThat(call.name()).isEmpty();
                });
    }

    @Test
    void secretsAreTakenOutAndLongTextsAreCut(@TempDir Path folder) throws Exception {
        Path secret = folder.resolve("password=hunter2");
        Path extended = folder.resolve("x".repeat(250));
        for (Path fifo : List.of(secret, extended)) {
            assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                    .isZero();
        }
        List<Integer> one = List.of(start("cat", secret.toString()));
        List<Integer> other = List.of(start("cat", extended.toString()));

        assertThat(Awaitility.await().until(() -> opening(one), found -> !found.isEmpty()))
                .singleElement()
                .satisfies(
                        call -> assertThat(call.call()).contains("[redacted]").doesNotContain("hunter2"));
        assertThat(Awaitility.await().until(() -> opening(other), found -> !found.isEmpty()))
                .singleElement()
                .satisfies(call -> assertThat(call.call()).hasSize(256).endsWith("..."));
    }

    @Test
    void othersThanThoseAskedForAreNotTold() throws Exception {
        List<Integer> pids = List.of(start("sleep", "1000"));
        String name = asleep(pids, 1).getFirst().call().replaceFirst("[(].*", "");

        assertThat(longest(pids, call -> !call.name().equals(name), ArgumentDetail.NAMES, Duration.ZERO))
                .isEmpty();
    }

    private static List<InFlight> opening(List<Integer> pids) throws Exception {
        return longest(pids, ArgumentDetail.NAMES, Duration.ZERO).stream()
                .filter(call -> call.call().startsWith("openat("))
                .toList();
    }

    private static List<InFlight> asleep(List<Integer> pids, int threads) {
        return Awaitility.await()
                .until(
                        () -> longest(pids, ArgumentDetail.NAMES, Duration.ZERO),
                        calls -> calls.size() == 1 && calls.getFirst().threads() == threads);
    }

    private static List<InFlight> longest(List<Integer> pids, ArgumentDetail detail, Duration least) throws Exception {
        return longest(pids, _ -> true, detail, least);
    }

    private static List<InFlight> longest(
            List<Integer> pids, Predicate<Syscall> told, ArgumentDetail detail, Duration least) throws Exception {
        try (CallsInFlight calls = new CallsInFlight(told, Redactor.known(), detail)) {
            return calls.longest(pids, least, 5);
        }
    }

    private int start(String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return (int) process.pid();
    }
}
