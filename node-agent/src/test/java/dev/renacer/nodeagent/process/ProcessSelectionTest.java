// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.crds.Reason;
import dev.renacer.nodeagent.refusal.Refusal;
import dev.renacer.nodeagent.refusal.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessSelectionTest {
    /** A process that lives outside of the container. */
    private static final int OUTSIDE = 5;

    @TempDir
    private Path procfs;

    @Test
    void withoutAPatternEveryProcessThatIsNotTracedYetIsChosen() throws Exception {
        process(7, 1, "sh", "dash");
        process(8, 7, "nginx", "nginx");
        assertThat(selection("").choose(List.of(7, 8), pid -> pid == 8).attach())
                .containsExactly(7);
    }

    @Test
    void aNameIsMatchedAnywhereAndTakesItsDescendantsAlong() throws Exception {
        process(10, 1, "supervisor", "supervisor");
        process(11, 10, "nginx-master", "nginx");
        process(12, 11, "worker", "nginx");
        process(13, 12, "sh", "dash");
        process(14, 10, "cron", "cron");
        ProcessSelection.Choice choice = selection("inx").choose(List.of(10, 11, 12, 13, 14), pid -> false);
        assertThat(choice.attach()).containsExactly(11, 12, 13);
    }

    @Test
    void aDescendantOfATracedProcessIsChosenWhateverBothAreCalledNow() throws Exception {
        process(11, 1, "renamed", "x");
        process(12, 11, "child", "x");
        assertThat(selection("nginx").choose(List.of(11, 12), pid -> pid == 11).attach())
                .containsExactly(12);
    }

    @Test
    void aParentOutsideTheContainerTakesNobodyAlong() throws Exception {
        process(5, 1, "nginx", "nginx");
        process(11, 5, "sh", "dash");
        ProcessSelection.Choice choice = selection("nginx").choose(List.of(11), pid -> false);
        assertThat(choice.attach()).isEmpty();
        assertThat(choice.refusal()).hasValueSatisfying(refusal -> {
            assertThat(refusal.reason()).isEqualTo(Reason.ProcessNotMatched);
            assertThat(refusal.message()).contains("nginx").contains("called sh;");
        });
    }

    @Test
    void parentsInACircleEndTheSearch() throws Exception {
        process(11, 12, "a", "a");
        process(12, 11, "b", "b");
        assertThat(selection("c").choose(List.of(11, 12), pid -> false).attach())
                .isEmpty();
    }

    @Test
    void hostileNamesBreakNeitherTheSearchNorTheMessage() throws Exception {
        process(11, 1, "x) R 1 (\n\u001b]0;", "x");
        process(12, 11, "\u202eevil\u2028", "x");
        ProcessSelection.Choice choice = selection("nginx").choose(List.of(11, 12), pid -> false);
        assertThat(choice.refusal().orElseThrow().message())
                .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]")
                .contains("evil");
        assertThat(selection("R 1").choose(List.of(12), pid -> false).attach()).isEmpty();
        assertThat(selection("R 1").choose(List.of(11, 12), pid -> false).attach())
                .containsExactly(11, 12);
    }

    @Test
    void aProcessThatIsGoneIsLeftToTheAttachToTell() {
        assertThat(selection("").choose(List.of(99), pid -> false).attach()).containsExactly(99);
        assertThat(selection("").choose(List.of(99), pid -> false).refusal()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "containerd, NeverTraced",
        "containerd-shim-runc-v2, NeverTraced",
        "runc, NeverTraced",
        "crio, NeverTraced",
        "conmon, NeverTraced",
        "kubelet, NeverTraced",
        "dockerd, NeverTraced",
        "systemd, NeverTraced",
        "'systemd (deleted)', NeverTraced",
        "runsc, UnsupportedRuntimeClass",
        "qemu-system-x86_64, UnsupportedRuntimeClass",
        "cloud-hypervisor, UnsupportedRuntimeClass",
        "firecracker, UnsupportedRuntimeClass",
        "virtiofsd, UnsupportedRuntimeClass",
    })
    void aProgramOfTheNodeOrOfASandboxIsNeverChosen(String program, Reason reason) throws Exception {
        process(7, 1, "exe", program);
        process(8, 1, "app", "app");
        ProcessSelection.Choice choice = selection("").choose(List.of(7, 8), pid -> false);
        assertThat(choice.attach()).containsExactly(8);
        assertThat(choice.refusal().map(Refusal::reason)).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/sbin/runc",
                "/memfd:runc_cloned:/proc/self/exe (deleted)",
                "/",
                "/runc",
                "/usr/bin/crun",
                "/youki"
            })
    void aRuntimesProcessThatEntersTheContainerIsAttachedToBeforeItExecutesAnything(String executable)
            throws Exception {
        process(7, OUTSIDE, "runc:[2:INIT]", "x");
        Files.delete(procfs.resolve("7/exe"));
        Files.createSymbolicLink(procfs.resolve("7/exe"), Path.of(executable));
        ProcessSelection.Choice choice = selection("").choose(List.of(7), pid -> false);
        assertThat(choice.attach()).isEmpty();
        assertThat(choice.beforeExec()).containsExactly(7);
        assertThat(choice.refusal()).isEmpty();
    }

    @Test
    void aRuntimesProcessWhoseParentEndsMeanwhileIsTheRuntimesStill() throws Exception {
        process(7, 6, "runc:[2:INIT]", "runc");
        ProcessSelection selection = new ProcessSelection(new ProcessFiles(procfs), Optional.empty(), pid -> {
            if (pid == 6) { // ends while it is looked at, and its child gets another parent
                parent(7, "runc:[2:INIT]", OUTSIDE);
            }
            return pid == OUTSIDE;
        });
        assertThat(selection.choose(List.of(7), pid -> false).beforeExec()).containsExactly(7);
    }

    @Test
    void aRuntimesProcessIsNoMatchBeforeItHasTheNameOfTheProgram() throws Exception {
        process(7, OUTSIDE, "runc:[2:INIT]", "runc");
        ProcessSelection.Choice choice = selection("runc").choose(List.of(7), pid -> false);
        assertThat(choice.attach()).isEmpty();
        assertThat(choice.beforeExec()).isEmpty();
        assertThat(choice.refusal()).isEmpty();
    }

    @Test
    void gvisorIsKnownByTheNamesOfItsProcessesToo() throws Exception {
        process(7, 1, "runsc-sandbox", "memfd:x");
        assertThat(selection("").choose(List.of(7), pid -> false).refusal().map(Refusal::reason))
                .contains(Reason.UnsupportedRuntimeClass);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "(?=x)", "(a)\\1", "a{1001}"})
    void whatIsNotRe2IsRefused(String expression) {
        assertThatThrownBy(() -> ProcessPattern.of(expression))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().reason()).isEqualTo(Reason.InvalidProcessPattern));
    }

    @Test
    void parentsAreReadBehindTheNamesLastParenthesis() {
        assertThat(ProcessFiles.parentOf("7 (a b) S 3 7 7 0")).contains(3);
        assertThat(ProcessFiles.parentOf("7 (a) S 9) S 3 7 7 0")).contains(3);
        assertThat(ProcessFiles.parentOf("")).isEmpty();
    }

    private ProcessSelection selection(String pattern) {
        try {
            return new ProcessSelection(
                    new ProcessFiles(procfs),
                    pattern.isEmpty() ? Optional.empty() : Optional.of(ProcessPattern.of(pattern)),
                    pid -> pid == OUTSIDE);
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private void process(int pid, int parent, String name, String program) throws IOException {
        Path process = Files.createDirectory(procfs.resolve(Integer.toString(pid)));
        Files.writeString(process.resolve("comm"), name + "\n");
        parent(pid, name, parent);
        Files.createSymbolicLink(process.resolve("exe"), Path.of("/nowhere/" + program));
    }

    private void parent(int pid, String name, int parent) {
        try {
            Files.writeString(procfs.resolve(pid + "/stat"), pid + " (" + name + ") S " + parent + " 1 1 0 -1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
