// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import dev.renacer.capture.CaptureException;
import dev.renacer.crds.Reason;
import java.util.Optional;

/**
 * Why a container is not traced, in the words of the API.
 *
 * @param reason   of the closed set
 * @param message  cause and next step in one line
 */
record Refusal(Reason reason, String message) {
    /**
     * What a failed attach means for the container; empty if it means nothing: the process ended on its own meanwhile.
     */
    static Optional<Refusal> of(CaptureException failure) {
        Optional<Reason> reason = switch (failure.reason()) {
            case NO_SUCH_PROCESS, ZOMBIE -> Optional.empty();
            case ALREADY_TRACED -> Optional.of(Reason.AlreadyTraced);
            case YAMA_DENIED -> Optional.of(Reason.YamaDenied);
            case PERMISSION_DENIED -> Optional.of(Reason.PermissionDenied);
            case UNSUPPORTED -> Optional.of(Reason.UnsupportedRuntimeClass);
            case KERNEL_THREAD, SELF, FORBIDDEN -> Optional.of(Reason.NeverTraced);
            case PROGRAM_NOT_FOUND, PROGRAM_NOT_EXECUTABLE, RESOURCE, OTHER -> Optional.of(Reason.InternalError);
        };
        return reason.map(r -> new Refusal(r, oneLine(failure)));
    }

    private static String oneLine(CaptureException failure) {
        String message = failure.getMessage();
        return message == null ? failure.reason().name() : message.replaceAll("\\p{Cntrl}+", " ");
    }
}
