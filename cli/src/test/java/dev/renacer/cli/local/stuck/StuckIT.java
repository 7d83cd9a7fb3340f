// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.stuck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code renacer stuck} of real programs that wait, each in its way, and that it does not touch. */
class StuckIT {
    @TempDir
    Path folder = Path.of("");

    private static WaitingProcess waiting(int threads, String... how) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Launchers.compiled("cli/src/test/programs/stuck/waits.c").toString());
        command.addAll(List.of(how));
        return WaitingProcess.start(threads, command);
    }

    /** What is said of it, and that it was not touched. */
    private static String said(WaitingProcess process, String... options) {
        Map<Integer, List<String>> before = process.touches();
        List<String> arguments = new ArrayList<>(List.of("stuck"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("-p", Integer.toString(process.pid())));
        Run run = Run.renacer(arguments.toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(process.touches()).isEqualTo(before);
        assertThat(before.values())
                .allSatisfy(lines -> assertThat(lines).anyMatch(line -> line.matches("TracerPid:\\s+0")));
        return run.out();
    }

    @Test
    void aDeadlockIsSaidFirstWithBothOwnersAndWhereTheyWait() throws IOException {
        try (WaitingProcess process = waiting(3, "deadlock")) {
            String said = said(process);

            assertThat(said).startsWith("DEADLOCK of 2 threads:");
            assertThat(said)
                    .containsPattern("thread \\d+ \\(teller-a\\) waits for a mutex at 0x[0-9a-f]+ that"
                            + " thread \\d+ \\(teller-b\\), asleep in futex, holds")
                    .containsPattern("thread \\d+ \\(teller-b\\) waits for a mutex at 0x[0-9a-f]+ that"
                            + " thread \\d+ \\(teller-a\\), asleep in futex, holds")
                    .containsPattern("waits until thread \\d+ \\(teller-a\\), asleep in futex, ends \\(pthread_join\\)")
                    .contains("FUTEX_WAIT_PRIVATE, 2, NULL)")
                    .containsPattern("> \\S+waits\\(teller_a\\+0x");
        }
    }

    /** Its place is not among the registers that the kernel shows. */
    @Test
    void theFrameOfCodeThatKeepsAFramePointerIsFoundWithItsLine() throws IOException {
        Path program = folder.resolve("unoptimized");
        Path source = Launchers.repository().resolve("cli/src/test/programs/stuck/waits.c");
        Run gcc = Run.of(List.of(
                "gcc",
                "-g",
                "-O0",
                "-fno-omit-frame-pointer",
                "-pthread",
                "-o",
                program.toString(),
                source.toString()));
        assertThat(gcc.code()).as(gcc.err()).isZero();
        try (WaitingProcess process = WaitingProcess.start(3, List.of(program.toString(), "deadlock"))) {
            assertThat(said(process))
                    .containsPattern("holds, at waits\\.c:\\d+ transfer")
                    .containsPattern("> \\S+unoptimized\\(transfer\\+0x")
                    .containsPattern("> \\S+unoptimized\\(teller_a\\+0x")
                    .containsPattern("> \\S+unoptimized\\(deadlock\\+0x")
                    .containsPattern("> \\S+unoptimized\\(main\\+0x");
        }
    }

    @Test
    void aScriptCanFailOnADeadlockAndReadsADocumentThatIsValidByThePublishedSchema() throws IOException {
        try (WaitingProcess process = waiting(3, "deadlock")) {
            Run run = Run.renacer("stuck", "--json", "--fail-on", "deadlock", "-p", Integer.toString(process.pid()));

            assertThat(run.code()).as(run.err()).isEqualTo(3);
            Validator validator = new ValidatorFactory().createValidator();
            URI schema =
                    validator.registerSchema(Files.readString(Path.of("../docs/reference/renacer-stuck.schema.json")));
            assertThat(validator.validate(schema, run.out()).getErrors()).isEmpty();
            JsonNode json = new ObjectMapper().readTree(run.out());
            assertThat(json.at("/deadlocks/0")).hasSize(2);
            assertThat(json.at("/processes/0/suspicion").asInt()).isEqualTo(100);
            assertThat(json.at("/processes/0/threads/1/asleep_ns").asLong()).isPositive();
        }
    }

    @Test
    void aProcessThatRenacerTracesIsLookedAtAllTheSame() throws Exception {
        try (WaitingProcess process = waiting(3, "deadlock")) {
            Path trace = folder.resolve("trace");
            Process tracer = new ProcessBuilder(Launchers.command(
                            "renacer", List.of("-p", Integer.toString(process.pid()), "-o", trace.toString())))
                    .redirectErrorStream(true)
                    .start();
            try (BufferedReader told = tracer.inputReader()) {
                assertThat(told.readLine()).contains("Attached to process");

                Run run = Run.renacer("stuck", "-p", Integer.toString(process.pid()));

                assertThat(run.out())
                        .containsPattern("is traced by renacer \\(pid \\d+\\)")
                        .startsWith("DEADLOCK of 2 threads:");
            } finally {
                tracer.destroy();
                tracer.waitFor();
            }
            assertThat(trace).content().contains("futex(").contains("<detached ...>");
        }
    }

    @Test
    void withoutADeadlockAScriptGoesOn() throws IOException {
        try (WaitingProcess process = waiting(1, "sleep")) {
            assertThat(said(process, "--fail-on", "deadlock"))
                    .containsPattern("asleep for [0-9.]+ s")
                    .contains("clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=100000, tv_nsec=0}, ");
        }
    }

    @Test
    void theParentOfAVforkChildIsInUninterruptibleSleep() throws IOException {
        try (WaitingProcess process = waiting(1, "vfork")) {
            assertThat(said(process))
                    .contains("in uninterruptible sleep (D) for ")
                    .contains(" in the kernel's ")
                    .containsPattern("waits until its vfork child executes a program or ends;"
                            + " children: process \\d+ \\(waits\\), asleep");
        }
    }

    @Test
    void aReadFromAPeerThatIsGoneSaysWhatIsNotAcknowledgedAndHowOftenItWasSent() throws IOException {
        assumeTrue(Run.of(List.of("unshare", "-n", "true")).code() == 0, "NOT RUN: no network namespace can be made");
        try (WaitingProcess process = waiting(1, "gone-peer")) {
            assertThat(said(process))
                    .containsPattern("read\\(\\d+<TCP:\\[127\\.0\\.0\\.1:\\d+->127\\.0\\.0\\.1:\\d+\\]>, ")
                    .containsPattern("TCP ESTABLISHED with 127\\.0\\.0\\.1:\\d+: the peer does not answer,"
                            + " 8 bytes not acknowledged, sent again [1-9]\\d* time");
        }
    }

    @Test
    void aReadFromAPeerOfThisMachineThatIsStoppedSaysSo() throws IOException {
        try (WaitingProcess process = waiting(1, "stopped-peer")) {
            assertThat(said(process))
                    .containsPattern("the peer has 8 bytes to read; peer: process \\d+ \\(waits\\), stopped");
        }
    }

    @Test
    void aZombieAndTheParentThatHasNotReapedItPointAtEachOther() throws IOException {
        try (WaitingProcess process = waiting(1, "zombie")) {
            String said = said(process, "--children");
            assertThat(said)
                    .containsPattern("has not reaped 1 child that ended: process \\d+ \\(waits\\), a zombie")
                    .contains("its parent has not reaped it: process " + process.pid() + " (waits), asleep");
        }
    }

    @Test
    void aLockOnAFileIsHeldBySomebody() throws IOException {
        String file = folder.resolve("lock").toString();
        try (WaitingProcess process = waiting(1, "flock", file)) {
            assertThat(said(process))
                    .contains("flock(")
                    .contains("<" + file + ">, LOCK_EX)")
                    .containsPattern("waits for a lock on a file \\([0-9a-f:]+\\) that process \\d+"
                            + " \\(waits\\), asleep, holds");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pipe   | writer of the pipe \\d+: process \\d+ \\(waits\\), asleep
            poll   | poll\\(\\[\\{fd=\\d+<pipe:\\[\\d+\\]>, events=POLLIN\\}\\], 1, -1\\)
            epoll  | epoll \\d+ watches 1 descriptor
            unix   | socket \\d+ of this machine; peer: process \\d+ \\(waits\\), asleep
            family | waits for its child: process \\d+ \\(waits\\), asleep
            """)
    void whoHasTheOtherEndIsSaid(String how, String words) throws IOException {
        try (WaitingProcess process = waiting(1, how)) {
            assertThat(said(process)).containsPattern(words);
        }
    }

    @Test
    void theWriterOfAReadWriteLockIsKnown() throws IOException {
        try (WaitingProcess process = waiting(2, "rwlock")) {
            assertThat(said(process))
                    .containsPattern("waits for a read-write lock, held for writing, at 0x[0-9a-f]+ that thread "
                            + process.pid() + " \\(waits\\), asleep in pause, holds");
        }
    }

    /** In a PID namespace of its own, as in a container, there is none. */
    @Test
    void aThreadOfTheKernelIsInNoCall() throws IOException {
        Path name = Path.of("/proc/2/comm");
        assumeTrue(
                Files.exists(name) && Files.readString(name).equals("kthreadd\n"),
                "NOT RUN: no thread of the kernel can be seen from here");

        Run run = Run.renacer("stuck", "-p", "2");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("thread 2 (kthreadd): asleep").doesNotContain("read(", "0x0");
    }

    @Test
    void anOwnerThatHasEndedIsSaid() throws IOException {
        try (WaitingProcess process = waiting(1, "orphan")) {
            assertThat(said(process))
                    .containsPattern("waits for a mutex at 0x[0-9a-f]+ that thread \\d+ holds,"
                            + " which has ended without unlocking it");
        }
    }

    @Test
    void anOwnerThatAForkHasLeftBehindIsSaid() throws IOException {
        try (WaitingProcess process = waiting(1, "forked")) {
            assertThat(said(process, "--children"))
                    .containsPattern("waits for a mutex at 0x[0-9a-f]+ that thread " + process.pid() + " holds,"
                            + " which is none of this process: it has ended without unlocking it, or held it when");
        }
    }

    @Test
    void threadsThatWaitForDifferentLocksAreNotOneEntry() throws IOException {
        try (WaitingProcess process = waiting(3, "two-locks")) {
            String said = said(process);

            assertThat(said).doesNotContain("2 threads:");
            assertThat(said.lines().filter(line -> line.contains(" waits for a mutex at 0x")))
                    .hasSize(2)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void theFutexesOfThreadsThatAreOneEntryAreNamed() throws IOException {
        try (WaitingProcess process = waiting(3, "semaphores")) {
            assertThat(said(process))
                    .containsPattern("2 threads: asleep for .* at 2 futexes \\(0x[0-9a-f]+, 0x[0-9a-f]+\\)");
        }
    }

    @Test
    void threadsThatLookAlikeAreOneEntry() throws IOException {
        try (WaitingProcess process = waiting(38, "pool")) {
            assertThat(said(process)).contains("38 threads; parent").contains("  37 threads: asleep for ");
        }
    }

    @Test
    void threadsOfAJvmHaveTheirNamesAndItsMonitorsAreLeftToIts() throws IOException {
        Path source = Files.writeString(folder.resolve("Deadlock.java"), """
                import java.util.concurrent.CyclicBarrier;

                class Deadlock {
                    static void take(Object first, Object second, CyclicBarrier both) {
                        synchronized (first) {
                            try {
                                both.await();
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                            synchronized (second) {
                            }
                        }
                    }

                    public static void main(String[] arguments) {
                        Object one = new Object();
                        Object two = new Object();
                        CyclicBarrier both = new CyclicBarrier(3);
                        new Thread(() -> take(one, two, both), "java-one").start();
                        new Thread(() -> take(two, one, both), "java-two").start();
                        try {
                            both.await();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                        System.out.println("ready");
                    }
                }
                """);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        try (WaitingProcess process = WaitingProcess.start(2, List.of(java, source.toString()))) {
            Run run = Run.renacer("stuck", "-p", Integer.toString(process.pid()));

            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.out())
                    .contains("(java-one)", "(java-two)")
                    .contains(
                            "waits to enter a Java monitor (synchronized); 'jcmd " + process.pid() + " Thread.print'");
        }
    }

    @Test
    void withoutTheRightsOnlyStatesAreShownAndWhatIsMissingIsSaid() throws IOException {
        assumeTrue(Run.of(List.of("setpriv", "--reuid=65534", "true")).code() == 0, "NOT RUN: needs root");
        Path program = Files.copy(
                Launchers.compiled("cli/src/test/programs/stuck/waits.c"),
                Path.of("/tmp").resolve(folder.getFileName() + "-waits"));
        try (WaitingProcess process = WaitingProcess.start(
                1, List.of("setpriv", "--reuid=65534", "--clear-groups", program.toString(), "sleep"))) {
            List<String> command = new ArrayList<>(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
            command.addAll(Launchers.command("renacer", List.of("stuck", "-p", Integer.toString(process.pid()))));
            Run run = Run.of(command);

            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.out())
                    .contains("not shown: its calls and its memory may not be looked at")
                    .contains("CAP_SYS_PTRACE")
                    .containsPattern("thread \\d+ \\(\\S+\\): asleep")
                    .doesNotContain("nanosleep(");
        } finally {
            Files.delete(program);
        }
    }

    private static String self() {
        return Long.toString(ProcessHandle.current().pid());
    }

    @Test
    void whatDoesNotExistIsToldWithTheNextStep() {
        Run run = Run.renacer("stuck", "-p", "4194304");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("no process 4194304 exists").contains("ps -e");
        for (String both : List.of(self() + ",4194304", "4194304," + self())) {
            Run some = Run.renacer("stuck", "-p", both);
            assertThat(some.code()).as(both).isEqualTo(1);
            assertThat(some.err()).contains("no process 4194304 exists");
            assertThat(some.out()).contains("process " + self() + " (");
        }
        assertThat(Run.renacer("stuck", "--fail-on", "sleep", "-p", "1").code()).isEqualTo(2);
        assertThat(Run.renacer("stuck").code()).isEqualTo(2);
    }
}
