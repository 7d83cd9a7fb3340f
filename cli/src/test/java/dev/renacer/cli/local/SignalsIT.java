// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals to {@code renacer} end the trace, and never the target unless it was launched and the signal asks for that. */
class SignalsIT {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({"INT, 0", "TERM, 143", "HUP, 129"})
    void lettingGoOfAnAttachedProcess(String signal, int code) throws IOException, InterruptedException {
        Process target = new ProcessBuilder("sh", "-c", "while :; do read x </proc/self/stat; done").start();
        Path trace = folder.resolve("trace.txt");
        try (AttachedRun run = AttachedRun.attach(target, folder, "-o", trace.toString())) {
            Awaitility.await().until(() -> Files.size(trace) > 10_000);
            run.signal(signal);
            assertThat(run.await()).isEqualTo(code);
            assertThat(Traced.tracerOf(target)).isZero();
            assertThat(Traced.field(target.toHandle(), "State:"))
                    .doesNotStartWith("t")
                    .doesNotStartWith("T");
            assertThat(Files.readString(trace)).endsWith("\n").contains("/proc/self/stat");
            assertThat(run.err()).isEqualTo("[renacer: Attached to process " + target.pid() + "]\n");
        } finally {
            target.destroyForcibly();
        }
    }

    /** They end strace, with what it has not written yet; here nobody has asked for an end. */
    @ParameterizedTest
    @ValueSource(strings = {"USR1", "USR2"})
    void aSignalWithoutAMeaningLeavesTraceAndTargetAsTheyAre(String signal) throws IOException, InterruptedException {
        Process target = new ProcessBuilder("sh", "-c", "while :; do read x </proc/self/stat; done").start();
        Path trace = folder.resolve("trace.json");
        try (AttachedRun run = AttachedRun.attach(target, folder, "--format", "json=" + trace)) {
            Awaitility.await().until(() -> Files.size(trace) > 10_000);
            run.signal(signal);
            long before = Files.size(trace);
            Awaitility.await().until(() -> Files.size(trace) > before + 100_000);
            assertThat(Traced.tracerOf(target)).isNotZero();
            run.signal("INT");
            assertThat(run.await()).isZero();
            assertThat(Files.readString(trace)).endsWith("}}\n");
            assertUnharmed(target.toHandle());
        } finally {
            target.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({"USR1, 138", "USR2, 140"})
    void whatTheTracerIgnoresIsNotIgnoredByTheProgram(String signal, int code)
            throws IOException, InterruptedException {
        String script = "kill -" + signal + " $PPID; kill -" + signal + " $$; echo unreached";
        try (AttachedRun run = AttachedRun.start(folder, "-o", "/dev/null", "--", "sh", "-c", script)) {
            assertThat(run.await()).isEqualTo(code);
            assertThat(Files.readString(folder.resolve("renacer.out"))).isEmpty();
        }
    }

    /** As with strace, if it has no -o: whoever ends the tracer (timeout, a service manager) means the program. */
    @ParameterizedTest
    @CsvSource({"TERM, 143", "HUP, 129"})
    void aLaunchedProgramGetsTheSignalThatEndsItsTracer(String signal, int code)
            throws IOException, InterruptedException {
        Path trace = folder.resolve("trace.txt");
        try (AttachedRun run = AttachedRun.start(folder, "-o", trace.toString(), "--", "sleep", "600")) {
            ProcessHandle program = program(run);
            run.signal(signal);
            assertThat(run.await()).isEqualTo(code);
            Awaitility.await().until(() -> !program.isAlive());
            assertThat(run.err()).isEmpty();
        }
    }

    @Test
    void aLaunchedProgramThatIgnoresTheSignalGoesOnUntraced() throws IOException, InterruptedException {
        try (AttachedRun run =
                AttachedRun.start(folder, "-o", "/dev/null", "--", "env", "--ignore-signal=TERM", "sleep", "600")) {
            ProcessHandle program = program(run);
            Awaitility.await().until(() -> program.info().command().orElse("").endsWith("/sleep"));
            run.signal("TERM");
            assertThat(run.await()).isEqualTo(143);
            assertUnharmed(program);
            program.destroyForcibly();
        }
    }

    /** Only the program itself was started for its tracer. */
    @Test
    void whatALaunchedProgramHasStartedGoesOnUntraced() throws IOException, InterruptedException {
        try (AttachedRun run =
                AttachedRun.start(folder, "-f", "-o", "/dev/null", "--", "sh", "-c", "sleep 600; true")) {
            ProcessHandle program = program(run);
            ProcessHandle child = Awaitility.await()
                    .until(() -> program.children().findFirst(), Optional::isPresent)
                    .orElseThrow();
            run.signal("TERM");
            assertThat(run.await()).isEqualTo(143);
            assertUnharmed(child);
            child.destroyForcibly();
        }
    }

    @Test
    void aKilledTracerLeavesItsTargetRunningAndUntraced() throws IOException, InterruptedException {
        Process target = new ProcessBuilder("sh", "-c", "while :; do read x </proc/self/stat; done").start();
        Path trace = folder.resolve("trace.txt");
        try (AttachedRun run = AttachedRun.attach(target, folder, "-f", "-o", trace.toString())) {
            Awaitility.await().until(() -> Files.size(trace) > 10_000);
            run.signal("KILL");
            assertThat(run.await()).isEqualTo(137);
            assertUnharmed(target.toHandle());
        } finally {
            target.destroyForcibly();
        }
    }

    @Test
    void aKilledTracerLeavesTheProgramItLaunched() throws IOException, InterruptedException {
        Path trace = folder.resolve("trace.txt");
        try (AttachedRun run = AttachedRun.start(folder, "-o", trace.toString(), "--", "sleep", "600")) {
            ProcessHandle program = program(run);
            run.signal("KILL");
            assertThat(run.await()).isEqualTo(137);
            assertUnharmed(program);
            program.destroyForcibly();
        }
    }

    @Test
    void sigquitIsForTheProgramAndLeavesItsOutputAlone() throws IOException, InterruptedException {
        Path go = folder.resolve("go");
        String script = "trap 'echo quit' QUIT; while ! [ -e '" + go + "' ]; do sleep 0.1; done; echo end";
        try (AttachedRun run = AttachedRun.start(folder, "-o", "/dev/null", "--", "sh", "-c", script)) {
            program(run);
            run.signal("QUIT");
            Files.createFile(go);
            assertThat(run.await()).isZero();
            assertThat(Files.readString(folder.resolve("renacer.out"))).isEqualTo("end\n");
            assertThat(run.err()).isEmpty();
        }
    }

    @RepeatedTest(10)
    void aCtrlCWhileTheProgramIsBeingLaunchedEndsBothWithoutAWord() throws IOException, InterruptedException {
        Path err = folder.resolve("err");
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", "setsid"));
        command.addAll(Launchers.command("renacer", List.of("-o", "/dev/null", "--", "sleep", "600")));
        Process run = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(err.toFile())
                .start();
        try {
            // The trace is open, the launch is next, and under way or done by the time the signal comes.
            Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> hasThread(run, "renacer-consume"));
            new ProcessBuilder("kill", "-INT", "--", "-" + run.pid()).start().waitFor();
            assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(run.exitValue()).isEqualTo(130);
            assertThat(err).isEmptyFile();
            Awaitility.await().until(() -> ofSession(run.pid()).isEmpty());
        } finally {
            run.destroyForcibly();
            ofSession(run.pid()).forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static boolean hasThread(Process process, String name) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            return threads.anyMatch(
                    thread -> read(thread.resolve("comm")).strip().equals(name));
        }
    }

    /** By field 6 of proc_pid_stat(5). */
    private static List<ProcessHandle> ofSession(long session) {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    String stat = read(Path.of("/proc", Long.toString(process.pid()), "stat"));
                    String[] fields =
                            stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
                    return fields.length > 3 && fields[3].equals(Long.toString(session)) && !fields[0].equals("Z");
                })
                .toList();
    }

    /** Empty if it is gone. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException _) {
            return "";
        }
    }

    /** The launched program, once it has replaced the tracer's own image. */
    private static ProcessHandle program(AttachedRun run) {
        return Awaitility.await()
                .until(
                        () -> run.process()
                                .children()
                                .filter(child ->
                                        !child.info().command().orElse("java").endsWith("java"))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static void assertUnharmed(ProcessHandle process) {
        Awaitility.await().untilAsserted(() -> {
            assertThat(Traced.field(process, "TracerPid:")).isEqualTo("0");
            assertThat(Traced.field(process, "State:")).doesNotStartWith("t").doesNotStartWith("T");
        });
    }
}
