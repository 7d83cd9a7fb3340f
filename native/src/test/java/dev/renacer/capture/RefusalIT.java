// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.renacer.capture.CaptureException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalIT {
    // PF_KTHREAD of linux/sched.h, in the flags field of /proc/PID/stat.
    private static final long PF_KTHREAD = 0x00200000;

    private CaptureSession session;

    @BeforeEach
    void open() throws CaptureException {
        session = CaptureSession.open(Captured.everything());
    }

    @AfterEach
    void close() {
        session.close();
    }

    @Test
    void aPidThatNobodyHas() throws IOException {
        int free = Integer.parseInt(
                Files.readAllLines(Path.of("/proc/sys/kernel/pid_max")).getFirst());
        CaptureException refusal = refusedAttach(free);
        assertThat(refusal)
                .hasMessage("cannot attach to process " + free + ": there is no such process; look it up with ps");
        assertThat(refusal.reason()).isEqualTo(Reason.NO_SUCH_PROCESS);
    }

    @Test
    void thisVeryProcess() {
        CaptureException refusal = refusedAttach((int) ProcessHandle.current().pid());
        assertThat(refusal.reason()).isEqualTo(Reason.SELF);
        assertThat(refusal).hasMessageEndingWith("it is this tracer itself; name another process");
    }

    @Test
    void aSessionThatWasAskedToEndFirst() throws IOException {
        Process target = new ProcessBuilder("sleep", "600").start();
        try {
            session.stop();
            CaptureException refusal = refusedAttach((int) target.pid());
            assertThat(refusal.reason()).isEqualTo(Reason.STOPPED);
            assertThat(refusal)
                    .hasMessage("cannot attach to process " + target.pid() + ": the trace was ended before it began");
        } finally {
            target.destroyForcibly();
        }
    }

    @Test
    void processOne() {
        assertThat(refusedAttach(1).reason()).isEqualTo(Reason.FORBIDDEN);
    }

    @Test
    void aKernelThread() throws IOException {
        Optional<Integer> thread = kernelThread();
        Assumptions.assumeTrue(thread.isPresent(), "no kernel thread is visible in this PID namespace: not tested");
        CaptureException refusal = refusedAttach(thread.get());
        assertThat(refusal.reason()).isEqualTo(Reason.KERNEL_THREAD);
        assertThat(refusal).hasMessageContaining("it is a kernel thread");
    }

    @Test
    void aZombie() throws Exception {
        try (TargetProcess parent = new TargetProcess(List.of("sh", "-c", "sh -c 'echo $$' & exec cat"))) {
            int zombie = Integer.parseInt(parent.line().orElseThrow());
            Awaitility.await().until(() -> TargetProcess.fields(zombie, "State").equals(List.of("Z (zombie)")));
            CaptureException refusal = refusedAttach(zombie);
            assertThat(refusal.reason()).isEqualTo(Reason.ZOMBIE);
            assertThat(refusal).hasMessageContaining("it has already exited");
        }
    }

    @Test
    void aProcessThatStraceHolds() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/strace")), "strace is not installed: not tested");
        try (TargetProcess target = new TargetProcess(TestPrograms.compiled("calls"), "0").says("ready");
                TargetProcess strace = new TargetProcess(
                        List.of("strace", "-qq", "-o", "/dev/null", "-p", Integer.toString(target.pid())))) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(TargetProcess.LIMIT_SECONDS))
                    .until(() -> !target.fields("TracerPid").equals(List.of("0")));
            CaptureException refusal = refusedAttach(target.pid());
            assertThat(refusal.reason()).isEqualTo(Reason.ALREADY_TRACED);
            assertThat(refusal)
                    .hasMessage(
                            "cannot attach to process %d: it is already traced by process %d (strace); stop that tracer first"
                                    .formatted(target.pid(), strace.pid()));
        }
    }

    @Test
    void straceAtWork() throws Exception {
        isRefusedAsATracer("strace", "-qq", "-o", "/dev/null", "-p");
    }

    @Test
    void gdbAtWork() throws Exception {
        isRefusedAsATracer("gdb", "-nx", "-q", "-p");
    }

    private void isRefusedAsATracer(String name, String... options) throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/" + name)), name + " is not installed: not tested");
        try (TargetProcess target = new TargetProcess(TestPrograms.compiled("calls"), "0").says("ready");
                TargetProcess tracer = new TargetProcess(
                        Stream.of(Stream.of(name), Stream.of(options), Stream.of(Integer.toString(target.pid())))
                                .flatMap(words -> words)
                                .toList())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(TargetProcess.LIMIT_SECONDS))
                    .until(() -> target.fields("TracerPid").equals(List.of(Integer.toString(tracer.pid()))));
            CaptureException refusal = refusedAttach(tracer.pid());
            assertThat(refusal.reason()).isEqualTo(Reason.IS_TRACER);
            assertThat(refusal)
                    .hasMessage(
                            "cannot attach to process %1$d: it is itself a tracer: process %1$d (%2$s) traces process %3$d"
                                    + " (calls); let it detach first, or trace process %3$d once it has",
                            tracer.pid(), name, target.pid());
            assertThat(tracer.fields("TracerPid")).containsOnly("0");
        }
    }

    @Test
    void aProgramThatDoesNotExist() {
        CaptureException refusal = refusedLaunch("/renacer/no-such-program");
        assertThat(refusal.reason()).isEqualTo(Reason.PROGRAM_NOT_FOUND);
        assertThat(refusal).hasMessage("/renacer/no-such-program: no such program; check its name and PATH");
    }

    @Test
    void aProgramThatMayNotBeExecuted(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("plain"), "text\n");
        CaptureException refusal = refusedLaunch(file.toString());
        assertThat(refusal.reason()).isEqualTo(Reason.PROGRAM_NOT_EXECUTABLE);
        assertThat(refusal.errno()).isEqualTo(13);
        assertThat(refusal)
                .hasMessage(file
                        + ": cannot be executed, EACCES (Permission denied); check its mode (chmod +x), its format and"
                        + " its interpreter");
    }

    @Test
    void aRefusalLeavesTheSessionUsable() throws Exception {
        refusedAttach(1);
        try (TargetProcess target = new TargetProcess(TestPrograms.compiled("calls"), "0").says("ready")) {
            session.attach(target.pid());
            assertThat(session.stats().tasks()).isOne();
        }
    }

    private CaptureException refusedAttach(int pid) {
        return catchThrowableOfType(CaptureException.class, () -> session.attach(pid));
    }

    private CaptureException refusedLaunch(String file) {
        return catchThrowableOfType(
                CaptureException.class, () -> session.launch(new LaunchSpec(file, List.of(file), Optional.empty())));
    }

    private static Optional<Integer> kernelThread() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Integer::parseInt)
                    .filter(RefusalIT::isKernelThread)
                    .findFirst();
        }
    }

    private static boolean isKernelThread(int pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // Behind the name, which may itself hold spaces and parentheses: state ppid pgrp session tty tpgid flags.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[6]) & PF_KTHREAD) != 0;
        } catch (IOException e) {
            return false; // it has ended
        }
    }
}
