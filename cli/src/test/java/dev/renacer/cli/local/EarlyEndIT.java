// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.LaunchSpec;
import dev.renacer.capture.ring.RingPolicy;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.Tracing;
import dev.renacer.tracer.filter.SyscallFilter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A signal that comes before anything is traced ends the command as a shell expects it, without a word. */
class EarlyEndIT {
    /** What a launcher records, with the first ten limits, RLIMIT_AS the last of them, at 0: the kernel ends the program within execve. */
    private static final String NO_ADDRESS_SPACE =
            "v=1;mask=0;ign=0;core=0;cpus=;fds=0-2;lim=" + "0:0,".repeat(9) + "0:0";

    private static final int SIGINT = 2;
    private static final int SIGTERM = 15;

    private final List<String> told = new ArrayList<>();
    private Tracing tracing;

    @BeforeEach
    void open() throws CaptureException {
        tracing = Tracing.open(
                "test",
                new CaptureOptions(
                        SyscallFilter.EVERYTHING.plan(ArgumentDetail.FULL),
                        RingPolicy.BLOCK,
                        1 << 10,
                        1 << 16,
                        4096,
                        false,
                        Optional.empty(),
                        Optional.empty()),
                List.of());
    }

    @AfterEach
    void close() {
        tracing.close();
    }

    @Test
    void beforeAProcessIsAttachedTo() throws IOException {
        Process first = new ProcessBuilder("sleep", "600").start();
        Process last = new ProcessBuilder("sleep", "600").start();
        try {
            tracing.stop();
            CaptureException refusal = refused(new TraceTarget.Processes(List.of((int) first.pid(), (int) last.pid())));

            assertThat(told).isEmpty();
            assertThat(ExitCodes.ofEarlyEnd(refusal, SIGINT)).hasValue(130);
            assertThat(ExitCodes.ofEarlyEnd(refusal, SIGTERM)).hasValue(143);
        } finally {
            first.destroyForcibly();
            last.destroyForcibly();
        }
    }

    @Test
    void beforeAProgramIsLaunched() {
        tracing.stop();

        assertThat(ExitCodes.ofEarlyEnd(refused(program("")), SIGTERM)).hasValue(143);
    }

    @Test
    void whatElseEndsAProgramBeforeItBeginsIsToldWithTheCodeOfItsSignal() {
        CaptureException refusal = refused(program(NO_ADDRESS_SPACE));

        assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(CaptureException.Reason.KILLED);
        assertThat(ExitCodes.ofEarlyEnd(refusal, 0)).isEmpty();
        assertThat(ExitCodes.of(refusal).exitCode())
                .isEqualTo(128 + refusal.signal().orElseThrow());
    }

    private CaptureException refused(TraceTarget target) {
        return catchThrowableOfType(CaptureException.class, () -> target.begin(tracing, told::add));
    }

    private static TraceTarget program(String inherited) {
        return new TraceTarget.Program(new LaunchSpec(
                "/bin/true",
                List.of("true"),
                Optional.of(inherited).filter(state -> !state.isEmpty()),
                StandardCharsets.ISO_8859_1));
    }
}
