// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.capture.ring.CapturedEvent;
import dev.renacer.capture.ring.EventKind;
import dev.renacer.capture.ring.EventRing;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttachIT {
    private static final int GETPPID = System.getProperty("os.arch").equals("amd64") ? 110 : 173;
    private static final Predicate<CapturedEvent> IS_CALL = event -> event.kind() == EventKind.CALL;
    private static final Predicate<CapturedEvent> IS_GETPPID = IS_CALL.and(event -> event.number() == GETPPID);

    /** A program that says "ready", works when told to, says "done", and ends with exit code 7 when its input ends. */
    record Program(String name, List<String> command, Predicate<CapturedEvent> works, int times) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Program> programs() {
        String python = """
            import os, sys
            print("ready", flush=True)
            sys.stdin.readline()
            for _ in range(2000): os.getppid()
            print("done", flush=True)
            sys.stdin.read()
            sys.exit(7)
            """;
        String node = """
            const fs = require("fs"), byte = Buffer.alloc(1);
            fs.writeSync(1, "ready\\n");
            fs.readSync(0, byte);
            for (let i = 0; i < 2000; i++) process.ppid;
            fs.writeSync(1, "done\\n");
            while (fs.readSync(0, byte) > 0) {}
            process.exitCode = 7;
            """;
        return Stream.of(
                new Program("C", List.of(TestPrograms.compiled("calls").toString(), "2000"), IS_GETPPID, 2000),
                new Program("Python", List.of("python3", "-c", python), IS_GETPPID, 2000),
                new Program("Node.js", List.of("node", "-e", node), IS_GETPPID, 2000),
                new Program("Java", TestPrograms.java(BusyMain.class, "4", "20"), IS_CALL, 500));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aRunningProgramIsTracedAndGoesOnUntouched(Program program) throws Exception {
        assumeInstalled(program.command().getFirst());
        try (TargetProcess target = new TargetProcess(program.command()).says("ready");
                CaptureSession session = CaptureSession.open(Captured.everything())) {
            session.attach(target.pid());
            assertThat(target.fields("TracerPid")).doesNotContain("0");

            target.tell("go");
            Captured.await(session, program.times(), program.works());
            session.stop();
            Captured.awaitFinished(session, event -> {});

            assertThat(target.fields("TracerPid")).containsOnly("0");
            target.says("done");
            assertThat(target.end()).isEqualTo(7);
        }
    }

    @Test
    void everyCallOfAProgramIsPublishedOnceWithItsTimes() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        AtomicLong last = new AtomicLong();
        try (TargetProcess target = new TargetProcess(TestPrograms.compiled("calls"), "20000").says("ready");
                CaptureSession session = CaptureSession.open(Captured.everything())) {
            long parent = ProcessHandle.of(target.pid())
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow()
                    .pid();
            session.attach(target.pid());
            target.tell("go");
            EventRing.Consumer count = event -> {
                if (IS_GETPPID.test(event)) {
                    calls.incrementAndGet();
                    assertThat(event.startNanos()).isGreaterThanOrEqualTo(last.get());
                    assertThat(event.endNanos()).isGreaterThanOrEqualTo(event.startNanos());
                    assertThat(event.result()).isEqualTo(parent);
                    last.set(event.endNanos());
                }
            };
            // The program would wait for ever if its ring were not read meanwhile: 20,000 calls, 4,096 slots.
            while (calls.get() < 20_000) {
                Captured.drain(session, count);
            }
            target.says("done");
            assertThat(target.end()).isEqualTo(7);
            Captured.awaitFinished(session, count);

            assertThat(calls).hasValue(20_000);
            CaptureStats stats = session.stats();
            assertThat(stats.dropped()).isZero();
            assertThat(stats.calls()).isGreaterThanOrEqualTo(20_000);
            assertThat(stats.tasks()).isZero();
        }
    }

    @Test
    void attachingTwiceTracesOnce() throws Exception {
        try (TargetProcess target = new TargetProcess(TestPrograms.compiled("calls"), "0").says("ready");
                CaptureSession session = CaptureSession.open(Captured.everything())) {
            session.attach(target.pid());
            session.attach(target.pid());
            assertThat(session.stats().tasks()).isOne();
        }
    }

    @Test
    void closeLeavesTheTargetUntracedAndRefusesEveryCall() throws Exception {
        try (TargetProcess target = new TargetProcess(TestPrograms.compiled("calls"), "0").says("ready")) {
            CaptureSession session = CaptureSession.open(Captured.everything());
            session.attach(target.pid());
            EventRing ring = session.ring();
            session.close();
            session.close();

            assertThat(target.fields("TracerPid")).containsOnly("0");
            assertThatThrownBy(session::stats).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> session.attach(target.pid())).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(session::ring).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> ring.drain(event -> {}, 1)).isInstanceOf(IllegalStateException.class);
            assertThat(target.tell("go").says("done").end()).isEqualTo(7);
        }
    }

    private static void assumeInstalled(String program) throws IOException, InterruptedException {
        boolean installed = new ProcessBuilder("sh", "-c", "command -v \"$0\" >/dev/null", program)
                        .start()
                        .waitFor()
                == 0;
        Assumptions.assumeTrue(installed, program + " is not installed: attaching to it was not tested");
    }
}
