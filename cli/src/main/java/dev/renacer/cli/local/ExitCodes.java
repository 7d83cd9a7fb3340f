// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.CaptureException;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.tracer.TraceEvent;

/** Exit codes of {@code renacer}: those of the launched program, or what a shell would say of it. */
final class ExitCodes {
    private ExitCodes() {}

    /** The code a shell would report for the launched program. */
    static int of(TraceEvent.ProcessExited exit) {
        return exit.exitCode()
                .or(() -> exit.termSignal().map(ExitCode::ofSignal))
                .orElse(ExitCode.FAILURE);
    }

    /** The failure for a target that cannot be captured. */
    static CommandFailure of(CaptureException refusal) {
        int code = switch (refusal.reason()) {
            case PROGRAM_NOT_FOUND -> ExitCode.NOT_FOUND;
            case PROGRAM_NOT_EXECUTABLE -> ExitCode.NOT_EXECUTABLE;
            default -> ExitCode.FAILURE;
        };
        return new CommandFailure(code, String.valueOf(refusal.getMessage()), refusal);
    }
}
