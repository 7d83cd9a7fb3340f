// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.CaptureException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of refusals that a test machine seldom gives; RefusalIT has the real ones. */
class RefusalTest {
    private static final Refusal.ErrnoNames NAMES = errno -> "E" + errno;

    @Test
    void yamaIsNamedWithItsScopeAndTheWayOut() {
        assertThat(new Refusal(3, 1, 1).ofAttach(42, NAMES))
                .hasMessage(
                        "cannot attach to process 42: kernel.yama.ptrace_scope is 1; run as root, with CAP_SYS_PTRACE,"
                                + " or set sysctl kernel.yama.ptrace_scope=0")
                .extracting(CaptureException::reason, CaptureException::errno)
                .containsExactly(Reason.YAMA_DENIED, 1);
        assertThat(new Refusal(3, 1, 3).ofAttach(42, NAMES)).hasMessageContaining("until the next boot");
    }

    @Test
    void aTracerThatIsGoneAlreadyIsNamedByItsPidOnly() {
        assertThat(new Refusal(2, 1, Integer.MAX_VALUE).ofAttach(42, NAMES))
                .hasMessage("cannot attach to process 42: it is already traced by process 2147483647; stop that tracer"
                        + " first");
    }

    @Test
    void aTracerAndWhatItTracesThatAreGoneAlreadyAreNamedByTheirPidsOnly() {
        assertThat(new Refusal(14, 16, Integer.MAX_VALUE).ofAttach(Integer.MAX_VALUE - 1, NAMES))
                .hasMessage(
                        "cannot attach to process 2147483646: it is itself a tracer: process 2147483646 traces process"
                                + " 2147483647; let it detach first, or trace process 2147483647 once it has")
                .extracting(CaptureException::reason)
                .isEqualTo(Reason.IS_TRACER);
    }

    @Test
    void aLaunchUnderAnotherTracerNamesThatTracer() {
        assertThat(new Refusal(2, 1, 77).ofLaunch("/bin/ls", NAMES))
                .hasMessage(
                        "cannot trace /bin/ls: this program is itself traced by process 77, which takes its children"
                                + " too; run it outside that tracer");
    }

    @Test
    void aLackOfRightsSaysWhichRightIsNeeded() {
        assertThat(new Refusal(4, 1, 0).ofAttach(42, NAMES)).hasMessageEndingWith("run as root or with CAP_SYS_PTRACE");
        assertThat(new Refusal(4, 1, 0).ofLaunch("/bin/ls", NAMES)).hasMessageContaining("seccomp profile");
    }

    @Test
    void aKernelWithoutPtraceSaysWhatIsNeeded() {
        Refusal refusal = new Refusal(9, 38, 0);
        assertThat(refusal.ofLaunch("/bin/ls", NAMES))
                .hasMessage("cannot trace /bin/ls: ptrace here does not offer what is needed (E38); Linux 5.3 or newer"
                        + " is required, and a sandbox such as gVisor does not offer it");
        assertThat(refusal.ofAttach(42, NAMES).getMessage()).contains("Linux 5.3 or newer");
    }

    @Test
    void aProgramThatASignalEndedBeforeItBeganNamesTheSignal() {
        CaptureException killed = new Refusal(16, 0, 2).ofLaunch("/bin/ls", NAMES);
        assertThat(killed).hasMessageStartingWith("cannot start /bin/ls: signal 2 ended it before it began");
        assertThat(killed.reason()).isEqualTo(Reason.KILLED);
        assertThat(killed.signal()).hasValue(2);
        assertThat(new Refusal(1, 3, 2).ofAttach(42, NAMES).signal()).isEmpty();
    }

    @Test
    void aProcOfAnotherPidNamespaceNamesBothPidsAndTheWayOut() {
        long pid = ProcessHandle.current().pid();
        assertThat(new Refusal(17, 0, 4242).ofLaunch("/bin/ls", NAMES))
                .hasMessage("cannot trace /bin/ls: /proc shows another PID namespace: this process has pid " + pid
                        + " and is 4242 there; mount a /proc of this namespace first (unshare --pid --fork"
                        + " --mount-proc)");
        assertThat(new Refusal(17, 0, -1).ofAttach(42, NAMES))
                .hasMessage(
                        "cannot attach to process 42: /proc is not mounted; mount it first (mount -t proc proc /proc)");
    }

    @Test
    void aLackOfResourcesCarriesTheErrno() {
        assertThat(new Refusal(12, 12, 0).ofOpen(NAMES))
                .hasMessageStartingWith("cannot open a capture session: E12; free memory");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 99})
    void everyRefusalIsOneLineWithACause(int code) {
        Refusal refusal = new Refusal(code, 5, 0);
        assertThat(refusal.none()).isFalse();
        assertThat(refusal.ofAttach(42, NAMES).getMessage()).contains("42: ").doesNotContain("\n", "null");
        assertThat(refusal.ofLaunch("/bin/ls", NAMES).getMessage())
                .contains("/bin/ls")
                .doesNotContain("\n", "null");
    }
}
