// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.LaunchSpec;
import dev.renacer.capture.ring.RingPolicy;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.output.LineStyle;
import dev.renacer.tracer.output.PidPrefix;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.output.TextOutput;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** Real programs under a real trace, against what strace sees of them. Their output goes to /dev/null or a file. */
class TracingIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /**
     * A call's line in strace -f -o: pid, name, arguments. A resumed call's second line has no name before its
     * parenthesis.
     */
    private static final Pattern STRACE_CALL = Pattern.compile("^\\d+ +(\\w+)\\(");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec ls -l /etc",
                "for i in 1 2 3; do (cat /etc/hostname; exit $i); done; exec cat /nonexistent",
                "(echo a); sh -c 'sh -c \"exit 3\"'; kill -9 $$",
                "exec /usr/bin/python3 -IS -c 'import subprocess; subprocess.run([\"true\"]); open(\"/nonexistent\")'",
            })
    void seesTheCallsThatStraceSees(String script) throws Exception {
        String alike = "exec < /dev/null > /dev/null 2>&1; " + script; // the same descriptors under either tracer
        Map<String, Long> expected = underStrace(alike);
        RecordingListener seen = new RecordingListener();
        try (Tracing tracing = launch(options(SyscallFilter.EVERYTHING), List.of("sh", "-c", alike), seen)) {
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
        }

        assertThat(countByName(seen.calls())).isEqualTo(expected);
        assertThat(seen.events(TraceEvent.EventsLost.class)).isEmpty();
        assertThat(seen.calls()).allSatisfy(call -> {
            assertThat(call.durationNanos()).isNotNegative();
            assertThat(call.syscall().known()).isTrue();
        });
    }

    @Test
    void passesOnTheExitCodeAndTellsTheCallThatDidNotReturn() throws Exception {
        RecordingListener seen = new RecordingListener();
        try (Tracing tracing = launch(options(SyscallFilter.EVERYTHING), List.of("sh", "-c", "exit 42"), seen)) {
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
            assertThat(tracing.launchedExit())
                    .hasValueSatisfying(exit -> assertThat(exit.exitCode()).contains(42));
        }
        assertThat(seen.calls().getFirst().syscall().name()).isEqualTo("execve");
        assertThat(seen.calls().getLast().syscall().name()).isEqualTo("exit_group");
        assertThat(seen.calls().getLast().outcome()).isEqualTo(Outcome.UNFINISHED);
        assertThat(seen.calls().getLast().args()[0]).isEqualTo(42);
    }

    @Test
    void tellsTheSignalThatKilledTheProgram() throws Exception {
        RecordingListener seen = new RecordingListener();
        try (Tracing tracing = launch(options(SyscallFilter.EVERYTHING), List.of("sh", "-c", "kill -TERM $$"), seen)) {
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
            assertThat(tracing.launchedExit())
                    .hasValueSatisfying(exit -> assertThat(exit.termSignal()).contains(15));
        }
        assertThat(seen.events(TraceEvent.SignalDelivered.class))
                .anySatisfy(signal -> assertThat(signal.info().signal()).isEqualTo(15));
    }

    @Test
    void publishesOnlyWhatTheFilterSelects() throws Exception {
        RecordingListener seen = new RecordingListener();
        SyscallFilter filter = SyscallFilter.parse("trace=openat,/^exit/,!exit");
        try (Tracing tracing =
                launch(options(filter), List.of("sh", "-c", "cat /nonexistent 2> /dev/null; exit 1"), seen)) {
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
        }
        assertThat(countByName(seen.calls())).containsOnlyKeys("openat", "exit_group");
        assertThat(seen.calls()).anySatisfy(call -> {
            assertThat(call.data())
                    .singleElement()
                    .satisfies(path -> assertThat(path.bytes()).asString().isEqualTo("/nonexistent"));
            assertThat(call.errno()).isEqualTo(2);
        });
    }

    @Test
    void writesOneLineACallToAFile() throws Exception {
        Path file = folder.resolve("trace.txt");
        List<String> complaints = new ArrayList<>();
        RecordingListener seen = new RecordingListener();
        try (ReportStream stream = ReportStream.file(file, complaints::add);
                Tracing tracing = launch(
                        options(SyscallFilter.EVERYTHING),
                        List.of("sh", "-c", "exec cat /etc/hostname > /dev/null"),
                        new TextOutput(stream, LineStyle.of(PidPrefix.NEVER)),
                        seen)) {
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(seen.calls().size() + 1);
        assertThat(lines.getFirst())
                .matches("execve\\(\"[^\"]*/sh\", \\[\"sh\", \"-c\", \"exec cat /etc/hostname > /dev/nu\"\\.\\.\\.],"
                        + " 0x[0-9a-f]+ /\\* (at least )?\\d+ vars \\*/\\) = 0");
        assertThat(lines).anyMatch(line -> line.matches("openat\\(AT_FDCWD, \"/etc/hostname\", O_RDONLY\\) = \\d+"));
        assertThat(lines.getLast()).isEqualTo("+++ exited with 0 +++");
        assertThat(complaints).isEmpty();
    }

    @Test
    void attachesToARunningProgramAndLetsItGoOnStop() throws Exception {
        long busy = program("while :; do cat /etc/hostname; done");
        RecordingListener seen = new RecordingListener();
        try (Tracing tracing = Tracing.open("attach", options(SyscallFilter.EVERYTHING), List.of(seen))) {
            tracing.attach((int) busy);
            await().atMost(LIMIT).until(() -> seen.calls().size() > 500);
            tracing.stop();
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();

            assertThat(ProcessHandle.of(busy)).isPresent();
            assertThat(Files.readString(Path.of("/proc/" + busy + "/status"))).contains("TracerPid:\t0\n");
            assertThat(seen.events(TraceEvent.ProcessDetached.class)).isNotEmpty();
            assertThat(countByName(seen.calls())).containsKeys("openat", "execve", "wait4");
        } finally {
            end(busy);
        }
    }

    @Test
    void aProgramThatIsNotThereIsRefused() throws Exception {
        try (Tracing tracing = Tracing.open("launch", options(SyscallFilter.EVERYTHING), List.of())) {
            LaunchSpec nowhere = new LaunchSpec("/nonexistent/program", List.of("program"), Optional.empty());

            assertThatThrownBy(() -> tracing.launch(nowhere))
                    .isInstanceOfSatisfying(
                            CaptureException.class,
                            refused ->
                                    assertThat(refused.reason()).isEqualTo(CaptureException.Reason.PROGRAM_NOT_FOUND));
        }
    }

    private static Tracing launch(CaptureOptions options, List<String> command, TraceListener... listeners)
            throws CaptureException {
        Tracing tracing = Tracing.open("launch", options, List.of(listeners));
        try {
            tracing.launch(new LaunchSpec("/bin/" + command.getFirst(), command, Optional.empty()));
        } catch (CaptureException e) {
            tracing.close();
            throw e;
        }
        return tracing;
    }

    private static CaptureOptions options(SyscallFilter filter) {
        return new CaptureOptions(
                filter.plan(ArgumentDetail.FULL),
                RingPolicy.BLOCK,
                1 << 13,
                1 << 20,
                256,
                true,
                Optional.empty(),
                Optional.empty());
    }

    private Map<String, Long> underStrace(String script) throws IOException, InterruptedException {
        Path strace = Stream.of("/usr/bin/strace", "/bin/strace")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new TestAbortedException(
                        "strace is not installed: what a trace sees is not compared (apt-get install strace)"));
        Path file = folder.resolve("strace.txt");
        Process process = new ProcessBuilder(
                        strace.toString(), "-f", "-qq", "-o", file.toString(), "/bin/sh", "-c", script)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        Map<String, Long> counts = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            Matcher call = STRACE_CALL.matcher(line);
            if (call.find()) {
                counts.merge(call.group(1), 1L, Long::sum);
            }
        }
        return counts;
    }

    private static Map<String, Long> countByName(List<SyscallCall> calls) {
        Map<String, Long> counts = new TreeMap<>();
        calls.forEach(call -> counts.merge(call.syscall().name(), 1L, Long::sum));
        return counts;
    }

    /**
     * Starts a program that is not a child of this JVM: the JVM's own wait for a child would take the stops that are the
     * engine's.
     *
     * @return its pid
     */
    private static long program(String script) throws IOException {
        Process starter = new ProcessBuilder("/bin/sh", "-c", "(" + script + ") > /dev/null 2>&1 & echo $!").start();
        try (BufferedReader output = starter.inputReader()) {
            return Long.parseLong(output.readLine());
        }
    }

    private static void end(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        await().atMost(LIMIT)
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }
}
