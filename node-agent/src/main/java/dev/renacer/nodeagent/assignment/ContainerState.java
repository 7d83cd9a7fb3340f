// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TargetState;
import dev.renacer.nodeagent.refusal.Refusal;
import java.util.Optional;

/**
 * The state of one container of an assignment, in the words of its status.
 *
 * @param state  as in the API
 * @param why    the reason; for a traced container: why some of its processes are not traced
 */
record ContainerState(TargetState state, Optional<Refusal> why) {
    /** No process of it runs yet. */
    static ContainerState notRunning(String containerName) {
        return new ContainerState(
                TargetState.Waiting,
                Optional.of(new Refusal(
                        Reason.NotRunning,
                        "no process of container " + containerName + " runs on this node yet; it is traced when one"
                                + " appears")));
    }

    /** The window is over, and no process of it ever ran. */
    static ContainerState neverRan(String containerName) {
        return finished(
                Reason.NotRunning, "no process of container " + containerName + " ran on this node in the window");
    }

    /** It is not traced. */
    static ContainerState failed(Refusal why) {
        return new ContainerState(TargetState.Failed, Optional.of(why));
    }

    /** It was traced, and that is over. */
    static ContainerState finished(Reason reason, String message) {
        return new ContainerState(TargetState.Finished, Optional.of(new Refusal(reason, message)));
    }

    /** The window is over, and the earlier reason says why nothing was traced. */
    ContainerState finished() {
        return new ContainerState(TargetState.Finished, why);
    }

    /** Every process of it has ended. */
    static ContainerState exited(String containerName) {
        return finished(Reason.ContainerNotRunning, "every process of container " + containerName + " has ended");
    }

    /**
     * The engine has detached from some of its processes, which continue.
     *
     * @param slowdownPercent  how much slower it was in its worst second
     */
    static ContainerState detached(DetachReason reason, int slowdownPercent, Profile profile) {
        return switch (reason) {
            case DEADLINE -> finished(Reason.DeadlineReached, "the window is over");
            case REQUESTED -> finished(Reason.Stopped, "detached");
            case HEARTBEAT_LOST ->
                new ContainerState(
                        TargetState.Waiting,
                        Optional.of(new Refusal(
                                Reason.InternalError,
                                "the agent stalled for more than 5 s and the container's processes were detached;"
                                        + " they are traced again at once")));
            case ENGINE_FAILURE ->
                failed(new Refusal(
                        Reason.InternalError,
                        "the capture engine failed and detached from the container's processes; the agent's"
                                + " log says more"));
            case SLOWDOWN_EXCEEDED -> failed(Refusal.slowedDown(slowdownPercent, profile));
        };
    }

    /** The agent failed at its calls: no spans, or not all, were made from them. */
    static ContainerState agentFailed(Throwable cause, boolean again) {
        return new ContainerState(
                again ? TargetState.Waiting : TargetState.Failed,
                Optional.of(new Refusal(
                        Reason.InternalError,
                        "the agent failed (" + cause.getClass().getSimpleName()
                                + ") while it read the container's calls and detached from its processes"
                                + (again ? "; they are traced again at once" : "")
                                + "; the agent's log says more")));
    }

    /** Whether it is traced, or may yet be. */
    boolean isOpen() {
        return state == TargetState.Tracing || state == TargetState.Waiting;
    }

    /** Whether it was slowed down more than its request allows. */
    boolean isSlowedDown() {
        return why.filter(Refusal::isSlowdown).isPresent();
    }

    /** Whether none of its processes has a requested name. */
    boolean isNotMatched() {
        return why.filter(w -> w.reason() == Reason.ProcessNotMatched).isPresent();
    }

    /** The state and its reason, for logs. */
    String describe() {
        return state
                + why.map(w -> " (" + w.reason() + ": " + w.message() + ")").orElse("");
    }
}
