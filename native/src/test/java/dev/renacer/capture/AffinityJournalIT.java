// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threads of a hot target are moved while it is traced, if that is asked for, and the journal is there meanwhile. */
class AffinityJournalIT {
    private static final Duration LIMIT = Duration.ofSeconds(TargetProcess.LIMIT_SECONDS);

    /** More than are made until a thread is found to be hot. */
    private static final int CALLS = 200_000;

    @TempDir
    Path runtime;

    @Test
    void aHotThreadIsMovedAndComesBack() throws Exception {
        Path directory = AffinityJournal.directory(Map.of("XDG_RUNTIME_DIR", runtime.toString()));
        Path journal = AffinityJournal.fresh(directory);
        assertThat(directory).isEqualTo(runtime.resolve("renacer"));
        assertThat(Files.getPosixFilePermissions(directory)).hasSize(3);
        try (TargetProcess target =
                        new TargetProcess(TestPrograms.compiled("calls"), Integer.toString(CALLS)).says("ready");
                CaptureSession session =
                        CaptureSession.open(Captured.everything().colocated(journal))) {
            Set<String> before = allowed(target);
            session.attach(target.pid());
            assertThat(journal).exists();
            target.tell("go");
            while (session.stats().calls() < CALLS) {
                Captured.drain(session, _ -> {});
            }
            assertThat(target.says("done").end()).isEqualTo(7);
            // On one CPU nobody can be moved.
            assertThat(session.stats().moved() > 0)
                    .isEqualTo(before.stream().anyMatch(list -> list.matches(".*[,-].*")));
            assertThat(AffinityJournal.recover(directory)).isZero();
            assertThat(journal).exists(); // its owner lives
        }
        assertThat(journal).doesNotExist();
    }

    @Test
    void whatAKilledTracerLeftIsPutRight() throws Exception {
        Path directory = AffinityJournal.directory(Map.of("XDG_RUNTIME_DIR", runtime.toString()));
        try (TargetProcess target = new TargetProcess(TestPrograms.compiled("calls"), "100000000").says("ready");
                TargetProcess tracer = new TargetProcess(TestPrograms.java(
                        TracingMain.class,
                        "colocate",
                        AffinityJournal.fresh(directory).toString(),
                        Integer.toString(target.pid())))) {
            Set<String> before = allowed(target);
            tracer.says("opened").says("attached");
            target.tell("go");
            if (before.stream().noneMatch(list -> list.matches(".*[,-].*"))) {
                return; // on one CPU nobody can be moved
            }
            Awaitility.await().atMost(LIMIT).until(() -> !allowed(target).equals(before));
            tracer.kill();
            tracer.end();
            assertThat(allowed(target)).isNotEqualTo(before);
            assertThat(AffinityJournal.recover(directory)).isPositive();
            assertThat(allowed(target)).isEqualTo(before);
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void withoutADirectoryThereIsNothingToPutRight() throws Exception {
        assertThat(AffinityJournal.recover(runtime.resolve("none"))).isZero();
    }

    /** The CPUs its threads may run on, each list once. */
    private static Set<String> allowed(TargetProcess target) throws Exception {
        return Set.copyOf(target.fields("Cpus_allowed_list"));
    }
}
