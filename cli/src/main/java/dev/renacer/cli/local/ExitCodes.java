// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.WaitStatus;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.Signals;
import dev.renacer.tracer.TraceEvent;
import java.util.OptionalInt;

/** Exit codes of {@code renacer}: that of the launched program, or what a shell would report for it. */
final class ExitCodes {
    private ExitCodes() {}

    /** The code a shell would report for the launched program. */
    static int of(TraceEvent.ProcessExited exit) {
        return exit.exitCode()
                .or(() -> exit.termSignal().map(ExitCode::ofSignal))
                .orElse(ExitCode.FAILURE);
    }

    /** The code a shell would report for a child that has ended. */
    static int of(WaitStatus status) {
        OptionalInt code = status.exitCode();
        return code.isPresent()
                ? code.getAsInt()
                : ExitCode.ofSignal(status.termSignal().orElseThrow());
    }

    /**
     * The code of a trace that was ended before it began, by Ctrl-C or another signal: the sender needs no message.
     *
     * @param asked  the signal that this command got; 0: none
     * @return empty if there is something to report
     */
    static OptionalInt ofEarlyEnd(CaptureException refusal, int asked) {
        return switch (refusal.reason()) {
            case STOPPED -> asked == 0 ? OptionalInt.empty() : OptionalInt.of(ExitCode.ofSignal(asked));
            case KILLED -> {
                OptionalInt signal = refusal.signal();
                yield signal.equals(OptionalInt.of(Signals.INT.number()))
                        ? OptionalInt.of(ExitCode.ofSignal(Signals.INT.number()))
                        : OptionalInt.empty();
            }
            default -> OptionalInt.empty();
        };
    }

    /** The failure for a target that cannot be captured. */
    static CommandFailure of(CaptureException refusal) {
        int code = switch (refusal.reason()) {
            case PROGRAM_NOT_FOUND -> ExitCode.NOT_FOUND;
            case PROGRAM_NOT_EXECUTABLE -> ExitCode.NOT_EXECUTABLE;
            case KILLED -> ExitCode.ofSignal(refusal.signal().orElseThrow());
            default -> ExitCode.FAILURE;
        };
        return new CommandFailure(code, String.valueOf(refusal.getMessage()), refusal);
    }
}
