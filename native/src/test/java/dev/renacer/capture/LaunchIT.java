// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.ring.EventFlags;
import dev.renacer.capture.ring.EventKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaunchIT {
    private static final int EXECVE = System.getProperty("os.arch").equals("amd64") ? 59 : 221;

    @ParameterizedTest
    @CsvSource({"exit 0, 0", "exit 42, 42", "kill -TERM $$, 143", "kill -KILL $$, 137"})
    void theWaitStatusOfALaunchedProgramArrives(String script, int expected) throws Exception {
        AtomicInteger status = new AtomicInteger(-1);
        try (CaptureSession session = CaptureSession.open(Captured.everything())) {
            int pid = session.launch(new LaunchSpec("/bin/sh", List.of("sh", "-c", script), Optional.empty()));
            Captured.awaitFinished(session, event -> {
                if (event.kind() == EventKind.PROCESS_EXITED && event.tgid() == pid) {
                    status.set(event.aux());
                }
            });
        }
        int signal = status.get() & 0x7f;
        assertThat(signal == 0 ? status.get() >> 8 : 128 + signal).isEqualTo(expected);
    }

    @Test
    void theFirstCallIsItsOwnExecveAndChildrenAreFollowed() throws Exception {
        List<Integer> calls = new ArrayList<>();
        List<Integer> launched = new ArrayList<>();
        List<Integer> forked = new ArrayList<>();
        try (CaptureSession session = CaptureSession.open(Captured.everything())) {
            int pid = session.launch(
                    new LaunchSpec("/bin/sh", List.of("sh", "-c", "/bin/true; /bin/true; :"), Optional.empty()));
            Captured.awaitFinished(session, event -> {
                switch (event.kind()) {
                    case CALL -> calls.add(event.number());
                    case PROCESS_STARTED ->
                        ((event.flags() & EventFlags.LAUNCHED) != 0 ? launched : forked).add(event.tgid());
                    default -> {}
                }
            });
            assertThat(launched).containsExactly(pid);
        }
        assertThat(calls.getFirst()).isEqualTo(EXECVE);
        assertThat(forked).hasSize(2);
    }

    @Test
    void aSignalForTheLaunchedProgramReachesIt() throws Exception {
        AtomicInteger status = new AtomicInteger();
        try (CaptureSession session = CaptureSession.open(Captured.everything())) {
            session.launch(new LaunchSpec("/bin/sleep", List.of("sleep", "1000"), Optional.empty()));
            session.signalLaunched(15);
            Captured.awaitFinished(session, event -> {
                if (event.kind() == EventKind.PROCESS_EXITED) {
                    status.set(event.aux());
                }
            });
            session.signalLaunched(15); // it is gone: nothing happens
        }
        assertThat(status.get() & 0x7f).isEqualTo(15);
    }
}
