// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.CaptureException;
import dev.renacer.crds.Reason;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalTest {
    /** No process has this pid: the largest the kernel gives out is 2^22. */
    private static final int UNTRACED = Integer.MAX_VALUE;

    @ParameterizedTest
    @CsvSource({
        "ALREADY_TRACED, AlreadyTraced",
        "IS_TRACER, IsTracer",
        "YAMA_DENIED, YamaDenied",
        "PERMISSION_DENIED, PermissionDenied",
        "UNSUPPORTED, UnsupportedRuntimeClass",
        "KERNEL_THREAD, NeverTraced",
        "FORBIDDEN, NeverTraced",
        "SELF, NeverTraced",
        "RESOURCE, InternalError",
        "OTHER, InternalError",
    })
    void namesTheReasonAndKeepsTheMessage(CaptureException.Reason from, Reason to) {
        assertThat(Refusal.of(new CaptureException(from, 1, "held by gdb (pid 7):\nend it"), UNTRACED))
                .contains(new Refusal(to, "held by gdb (pid 7): end it"));
    }

    @ParameterizedTest
    @EnumSource(
            value = CaptureException.Reason.class,
            names = {"NO_SUCH_PROCESS", "ZOMBIE"})
    void aProcessThatEndedMeanwhileIsNoRefusal(CaptureException.Reason gone) {
        assertThat(Refusal.of(new CaptureException(gone, 3, "gone"), UNTRACED)).isEmpty();
    }

    @Test
    void everyReasonOfTheEngineHasAnAnswer() {
        for (CaptureException.Reason reason : CaptureException.Reason.values()) {
            Optional<Refusal> refusal = Refusal.of(new CaptureException(reason, 0, "why"), UNTRACED);
            refusal.ifPresent(r -> assertThat(r.message()).isEqualTo("why"));
        }
    }
}
