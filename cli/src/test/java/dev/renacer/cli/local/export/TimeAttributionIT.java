// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renacer.cli.Run;
import dev.renacer.cli.local.OtlpReceiver;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Where time went, of programs that know it themselves: they measure with their own clocks what they wait for, and print
 * that. How long they had to wait for a CPU meanwhile does not matter.
 */
class TimeAttributionIT {
    private static final String PYTHON = "/usr/bin/python3";
    private static final double PERCENT = 3;
    private static final double SHARE = PERCENT / 100;

    private static final String SLEEP = "import time; time.sleep(1); print(1.0)";
    private static final String SPIN = """
            import time
            while time.clock_gettime(time.CLOCK_THREAD_CPUTIME_ID) < 1: sum(range(2000000))
            print(time.process_time())
            """;
    private static final String LOCK = """
            import threading, time
            lock = threading.Lock(); began = []
            def wait():
                began.append(time.monotonic())
                with lock: pass
            lock.acquire()
            thread = threading.Thread(target=wait); thread.start()
            time.sleep(1)
            before = time.monotonic(); lock.release(); after = time.monotonic(); thread.join()
            print(before - began[0], after - began[0])
            """;
    /** A mutex of glibc's; says who holds it. */
    private static final String MUTEX = """
            import ctypes, threading, time
            libc = ctypes.CDLL(None); mutex = ctypes.create_string_buffer(64)
            libc.pthread_mutex_lock(mutex)
            thread = threading.Thread(target=lambda: libc.pthread_mutex_lock(mutex)); thread.start()
            time.sleep(0.2)
            libc.pthread_mutex_unlock(mutex); thread.join()
            print(threading.get_native_id())
            """;

    private static final String PIPE = """
            import os, threading, time
            r, w = os.pipe(); began = []; before = []; after = []
            def slow():
                for _ in range(5):
                    time.sleep(0.2); before.append(time.monotonic()); os.write(w, b"x"); after.append(time.monotonic())
            thread = threading.Thread(target=slow); thread.start()
            for _ in range(5):
                began.append(time.monotonic()); os.read(r, 1)
            thread.join()
            print(sum(before) - sum(began), sum(after) - sum(began))
            """;

    private record Outcome(
            double truth, double most, Map<String, Double> times, Map<String, String> texts, List<Span> calls) {
        /** That it is what the program knows, which is so much at least and at most. */
        void assertTime(String name) {
            assertThat(time(name)).isBetween(truth * (1 - SHARE), most * (1 + SHARE));
        }

        double time(String name) {
            return times.getOrDefault(name, 0.0);
        }
    }

    @Test
    void sleepingIsSleeping() throws IOException {
        Outcome outcome = traced(PYTHON, "-c", SLEEP);

        outcome.assertTime("blocked.sleep");
        assertAddsUp(outcome);
    }

    @Test
    void spinningIsTheCpus() throws IOException {
        Outcome outcome = traced(PYTHON, "-c", SPIN);

        outcome.assertTime("cpu");
        assertAddsUp(outcome);
    }

    /** It makes a call after the other and ends while it rests from being traced. */
    @Test
    void theTimeOfAProgramThatRestsIsTold() {
        String calls = "import os, time\nwhile time.process_time() < 2: os.getppid()\n";

        Run run =
                Run.renacer("--time", "--max-slowdown", "10", "--on-exceeded", "dutycycle", "--", PYTHON, "-c", calls);

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(row(run.err(), "on a CPU")).as(run.err()).isGreaterThan(1);
        assertThat(row(run.err(), "blocked: other")).as(run.err()).isLessThan(row(run.err(), "on a CPU"));
    }

    /** The seconds of this row of a table. */
    private static double row(String table, String name) {
        return table.lines()
                .filter(line -> line.endsWith("  " + name))
                .mapToDouble(line -> Double.parseDouble(line.strip().split(" +", -1)[1]))
                .sum();
    }

    @Test
    void aLockThatAnotherThreadHoldsIsWaitedFor() throws IOException {
        Outcome outcome = traced(PYTHON, "-c", LOCK);

        outcome.assertTime("blocked.futex");
        assertThat(outcome.texts().get("top.locks")).startsWith("0x");
        assertAddsUp(outcome);
    }

    @Test
    void whoHoldsAMutexAndWhoHandsItOverIsTold() throws IOException {
        Outcome outcome = traced(PYTHON, "-c", MUTEX);

        String owner = Long.toString((long) outcome.truth());
        assertThat(outcome.texts()).containsEntry("top.lock_holders", owner);
        assertThat(outcome.texts().get("top.wakers")).endsWith(" " + owner);
        assertThat(outcome.calls())
                .anyMatch(call -> call.getName().equals("syscall: futex")
                        && call.getAttributesList().stream()
                                .anyMatch(attribute -> attribute.getKey().equals("syscall.lock.owner.tid")
                                        && Long.toString(attribute.getValue().getIntValue())
                                                .equals(owner)));
    }

    @Test
    void aSlowPipeIsWaitedFor() throws IOException {
        Outcome outcome = traced(PYTHON, "-c", PIPE);

        outcome.assertTime("blocked.pipe");
        assertAddsUp(outcome);
    }

    @Test
    void aQuotaIsToldApartFromWaitingForACpu() throws IOException {
        Path group = group();
        try {
            boolean unified = Files.exists(group.resolve("cpu.max"));
            if (unified) {
                Files.writeString(group.resolve("cpu.max"), "50000 100000");
            } else {
                Files.writeString(group.resolve("cpu.cfs_period_us"), "100000");
                Files.writeString(group.resolve("cpu.cfs_quota_us"), "50000");
            }

            Outcome outcome = traced(
                    "sh",
                    "-c",
                    "echo $$ > '" + group.resolve(unified ? "cgroup.procs" : "tasks") + "'; exec " + PYTHON + " -c '"
                            + SPIN + "'");

            double throttled = throttled(group, unified);
            assumeTrue(throttled > 0.1, "the machine is too busy: the program did not get what its quota leaves it");
            assertThat(outcome.time("throttled")).isCloseTo(throttled, withPercentage(PERCENT));
            outcome.assertTime("cpu");
            assertAddsUp(outcome);
        } finally {
            Files.delete(group);
        }
    }

    @Test
    void aReplayTellsTheSame() throws IOException {
        Path recording = Files.createTempFile("times", ".rnc");
        try (OtlpReceiver live = new OtlpReceiver();
                OtlpReceiver replayed = new OtlpReceiver()) {
            Run trace = Run.renacer(
                    "-f",
                    "-o",
                    "/dev/null",
                    "--record",
                    recording.toString(),
                    "--otlp-endpoint",
                    live.grpcUrl(),
                    "--",
                    PYTHON,
                    "-c",
                    LOCK);
            Run replay = Run.renacer(
                    "replay", recording.toString(), "-o", "/dev/null", "--otlp-endpoint", replayed.grpcUrl());

            assertThat(List.of(trace.code(), replay.code()))
                    .as(trace.err() + replay.err())
                    .containsOnly(0);
            assertThat(times(replayed.spans())).isEqualTo(times(live.spans())).containsKey("blocked.futex");
        } finally {
            Files.delete(recording);
        }
    }

    @Test
    void theTableHasTheWholeTime() {
        Run run = Run.renacer("-f", "--time", "--", PYTHON, "-c", SLEEP);

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err())
                .containsPattern("% time +seconds +[0-9]+ python3")
                .containsPattern("[0-9.]+ +1\\.0[0-2][0-9]+ +blocked: sleep|[0-9.]+ +0\\.99[0-9]+ +blocked: sleep")
                .containsPattern("100\\.00 +[0-9.]+ +all threads");
    }

    /** The parts are the whole. */
    private static void assertAddsUp(Outcome outcome) {
        double sum = outcome.times().entrySet().stream()
                .filter(part -> !part.getKey().equals("wall"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
        assertThat(sum).isCloseTo(outcome.time("wall"), within(1e-3));
    }

    /** Runs a program that prints the truth in seconds, or between which two it lies; the sums of all its slices. */
    private static Outcome traced(String... command) throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = Run.renacer(Stream.concat(
                            Stream.of("-f", "-o", "/dev/null", "--otlp-endpoint", receiver.grpcUrl(), "--"),
                            Stream.of(command))
                    .toArray(String[]::new));
            assertThat(run.code()).as(run.err()).isZero();
            Map<String, String> texts = receiver.spans().stream()
                    .flatMap(span -> attributes(span).stream())
                    .filter(attribute -> attribute.getValue().hasArrayValue())
                    .collect(Collectors.toMap(
                            attribute -> attribute.getKey().replace("renacer.time.", ""),
                            attribute -> attribute
                                    .getValue()
                                    .getArrayValue()
                                    .getValues(0)
                                    .getStringValue(),
                            (first, _) -> first));
            List<Double> truth = Stream.of(run.out().strip().split(" "))
                    .map(Double::parseDouble)
                    .toList();
            return new Outcome(truth.getFirst(), truth.getLast(), times(receiver.spans()), texts, receiver.spans());
        }
    }

    private static Map<String, Double> times(List<Span> spans) {
        Map<String, Double> sums = new TreeMap<>();
        spans.stream()
                .filter(span -> span.getName().startsWith("process:"))
                .flatMap(span -> attributes(span).stream())
                .filter(attribute -> attribute.getValue().hasDoubleValue())
                .forEach(attribute -> sums.merge(
                        attribute.getKey().replace("renacer.time.", ""),
                        attribute.getValue().getDoubleValue(),
                        Double::sum));
        return sums;
    }

    private static List<KeyValue> attributes(Span span) {
        return span.getAttributesList().stream()
                .filter(attribute -> attribute.getKey().startsWith("renacer.time."))
                .toList();
    }

    /** A new cgroup that may have a quota. */
    private static Path group() throws IOException {
        Optional<Path> root = Stream.of("/sys/fs/cgroup", "/sys/fs/cgroup/cpu")
                .map(Path::of)
                .filter(path -> Files.exists(path.resolve("cpu.cfs_quota_us"))
                        || hasController(path.resolve("cgroup.subtree_control")))
                .filter(Files::isWritable)
                .findFirst();
        assumeTrue(root.isPresent(), "no cgroup may be made here whose CPU time has a quota");
        return Files.createDirectory(
                root.get().resolve("renacer-quota-" + ProcessHandle.current().pid()));
    }

    private static boolean hasController(Path file) {
        try {
            return List.of(Files.readString(file).strip().split(" ")).contains("cpu");
        } catch (IOException _) {
            return false;
        }
    }

    private static double throttled(Path group, boolean unified) throws IOException {
        String name = unified ? "throttled_usec " : "throttled_time ";
        return Files.readAllLines(group.resolve("cpu.stat")).stream()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Long.parseLong(line.substring(name.length())) / (unified ? 1e6 : 1e9))
                .findFirst()
                .orElseThrow();
    }
}
