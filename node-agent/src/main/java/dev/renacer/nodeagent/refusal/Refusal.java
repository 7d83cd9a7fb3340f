// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.refusal;

import dev.renacer.capture.CaptureException;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.Reason;
import dev.renacer.crds.UserText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why a container is not traced, in the words of the API.
 *
 * @param reason   from the closed set
 * @param message  cause and next step in one line
 */
public record Refusal(Reason reason, String message) {
    /**
     * What a failed attach to {@code pid} means for the container; empty if it means nothing, because the process or
     * its trace ended by itself meanwhile.
     */
    public static Optional<Refusal> of(CaptureException failure, int pid) {
        if (failure.reason() == CaptureException.Reason.ALREADY_TRACED && isTracedByThisAgent(pid)) {
            return Optional.of(new Refusal(
                    Reason.AlreadyTraced,
                    "another TraceRequest already traces process " + pid + " of this container;"
                            + " wait for its end, stop it, or use its spans"));
        }
        Optional<Reason> reason = switch (failure.reason()) {
            case NO_SUCH_PROCESS, ZOMBIE, STOPPED -> Optional.empty();
            case ALREADY_TRACED -> Optional.of(Reason.AlreadyTraced);
            case IS_TRACER -> Optional.of(Reason.IsTracer);
            case YAMA_DENIED -> Optional.of(Reason.YamaDenied);
            case PERMISSION_DENIED -> Optional.of(Reason.PermissionDenied);
            case UNSUPPORTED -> Optional.of(Reason.UnsupportedRuntimeClass);
            case KERNEL_THREAD, SELF, FORBIDDEN -> Optional.of(Reason.NeverTraced);
            case PROGRAM_NOT_FOUND, PROGRAM_NOT_EXECUTABLE, KILLED, RESOURCE, FOREIGN_PROC, OTHER ->
                Optional.of(Reason.InternalError);
        };
        return reason.map(r -> new Refusal(r, oneLine(failure)));
    }

    /** TracerPid of /proc/PID/status (proc_pid_status(5)) names the tracing thread, which may be one of ours. */
    private static boolean isTracedByThisAgent(int pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("TracerPid:"))
                    .map(line -> line.substring("TracerPid:".length()).strip())
                    .anyMatch(tid -> !tid.equals("0") && Files.exists(Path.of("/proc/self/task/" + tid)));
        } catch (IOException | UncheckedIOException e) {
            return false; // the process is gone: whoever traced it does not matter
        }
    }

    /** A container was slowed down more than its request allows. */
    public static Refusal slowedDown(int percent, Profile profile) {
        Integer allowed = profile.maxSlowdownPercent();
        return new Refusal(
                Reason.SlowdownExceeded,
                "it was slowed down by " + percent + " % over a second"
                        + (allowed == null ? "" : ", more than the " + allowed + " % of maxSlowdownPercent")
                        + "; its processes were detached and run at full speed. Raise spec.safety.maxSlowdownPercent,"
                        + " or trace a less busy process with spec.process");
    }

    /** Whether the container was traced, and slowed down more than its request allows. */
    public boolean isSlowdown() {
        return reason == Reason.SlowdownExceeded;
    }

    private static String oneLine(CaptureException failure) {
        String message = failure.getMessage();
        return message == null ? failure.reason().name() : UserText.line(message);
    }
}
