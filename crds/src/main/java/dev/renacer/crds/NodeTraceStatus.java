// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the node's agent did; written only by that agent. The values of {@code phase}, {@code state} and {@code reason}
 * are the constants of {@link NodeTracePhase}, {@link TargetState} and {@link Reason}.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodeTraceStatus(
        @JsonPropertyDescription("Generation of the spec this refers to.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription(
                "Assigned, Tracing or Finished. Finished is final: every process is detached, what could be sent is"
                        + " sent.")
        @Nullable
        String phase,

        @JsonPropertyDescription("When this was written (RFC 3339).") @Nullable
        String updateTime,

        @JsonPropertyDescription("The containers of the spec, one entry each.") @Nullable
        List<TargetStatus> targets,

        @JsonPropertyDescription("Figures of every container traced so far, including those that have left the spec.")
        @Nullable
        TraceTotals totals,

        @JsonPropertyDescription("Why the last export failed; absent while exporting works.") @Nullable
        String exportFailure,

        @JsonPropertyDescription("Trace ids of the first slices, at most ten.") @Nullable
        List<String> firstTraceIds,

        @JsonPropertyDescription("Agents of the node that were killed within the window; absent if none was.") @Nullable
        KilledAgents killedAgents,

        @JsonPropertyDescription(
                "Why no span of a call that waited for the lock of a file says who held it; absent while that is known.")
        @Nullable
        String lockHolderFailure,

        @JsonPropertyDescription(
                "What was found in the containers, if the spec asks for a look; at most 64 KiB, of what is most suspicious.")
        @Nullable
        List<ContainerLook> looks) {
    /** A status of a trace. */
    public NodeTraceStatus(
            @Nullable Long observedGeneration,
            @Nullable String phase,
            @Nullable String updateTime,
            @Nullable List<TargetStatus> targets,
            @Nullable TraceTotals totals,
            @Nullable String exportFailure,
            @Nullable List<String> firstTraceIds,
            @Nullable KilledAgents killedAgents,
            @Nullable String lockHolderFailure) {
        this(
                observedGeneration,
                phase,
                updateTime,
                targets,
                totals,
                exportFailure,
                firstTraceIds,
                killedAgents,
                lockHolderFailure,
                null);
    }

    /** A status without killed agents. */
    public NodeTraceStatus(
            @Nullable Long observedGeneration,
            @Nullable String phase,
            @Nullable String updateTime,
            @Nullable List<TargetStatus> targets,
            @Nullable TraceTotals totals,
            @Nullable String exportFailure,
            @Nullable List<String> firstTraceIds) {
        this(observedGeneration, phase, updateTime, targets, totals, exportFailure, firstTraceIds, null, null);
    }

    /** What is not known because an agent was killed, or its node failed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record KilledAgents(
            @JsonPropertyDescription("So many.") int count,

            @JsonPropertyDescription(
                    "From the last report of each to the start of the next, in milliseconds, all together: what was"
                            + " done in this time is not among the figures, and nothing was traced in its later part.")
            long unknownMillis) {}

    /** The state of one container. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record TargetStatus(
            @JsonPropertyDescription("UID of the pod.") String podUid,

            @JsonPropertyDescription("Name of the container.")
            String containerName,

            @JsonPropertyDescription("ID of the container.") String containerId,

            @JsonPropertyDescription("Waiting, Tracing, Finished or Failed.")
            String state,

            @JsonPropertyDescription("Why, from a closed set.") @Nullable
            String reason,

            @JsonPropertyDescription("Why, in words a user can act on.") @Nullable
            String message,

            @JsonPropertyDescription("Since when its processes are traced (RFC 3339).") @Nullable
            String since,

            @JsonPropertyDescription("Figures of this container.") @Nullable
            TraceTotals totals,

            @JsonPropertyDescription("Co-location, if the spec asks for it.") @Nullable
            Colocation colocation,

            @JsonPropertyDescription("Name of the pod, for reports of those that have left the spec.") @Nullable
            String podName,

            @JsonPropertyDescription(
                    "The calls that had been in flight for longest, at least a second, when this was written; one entry for"
                            + " all threads that are in a call of the same name. Absent if there are none, or it is not traced.")
            @Size(max = 5)
            @Nullable
            List<CallInFlight> callsInFlight) {
        /** A status without calls in flight. */
        public TargetStatus(
                String podUid,
                String containerName,
                String containerId,
                String state,
                @Nullable String reason,
                @Nullable String message,
                @Nullable String since,
                @Nullable TraceTotals totals,
                @Nullable Colocation colocation,
                @Nullable String podName) {
            this(podUid, containerName, containerId, state, reason, message, since, totals, colocation, podName, null);
        }

        /** A status that does not name its pod. */
        public TargetStatus(
                String podUid,
                String containerName,
                String containerId,
                String state,
                @Nullable String reason,
                @Nullable String message,
                @Nullable String since,
                @Nullable TraceTotals totals,
                @Nullable Colocation colocation) {
            this(podUid, containerName, containerId, state, reason, message, since, totals, colocation, null);
        }

        /** A status without co-location. */
        public TargetStatus(
                String podUid,
                String containerName,
                String containerId,
                String state,
                @Nullable String reason,
                @Nullable String message,
                @Nullable String since,
                @Nullable TraceTotals totals) {
            this(podUid, containerName, containerId, state, reason, message, since, totals, null);
        }
    }

    /** Calls of one name that have not returned. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record CallInFlight(
            @JsonPropertyDescription(
                    "The oldest of them with its arguments, as spans have them: redacted, and only the name where arguments are"
                            + " None.")
            @Size(max = 512)
            String call,

            @JsonPropertyDescription("Since when its thread has slept in it (RFC 3339, to a second).")
            String since,

            @JsonPropertyDescription("How many threads are in a call of this name, for at least a second each.")
            int threads,

            @JsonPropertyDescription("The thread of the oldest, as the container numbers it.")
            int tid,

            @JsonPropertyDescription("That thread's name; absent where arguments are None.") @Nullable
            String threadName) {}

    /** The state of co-location in one container. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Colocation(
            @JsonPropertyDescription("How often a thread was moved to its tracer's CPU.")
            long moves,

            @JsonPropertyDescription("Why no thread can be moved; absent if that is possible.") @Nullable
            String obstacle,

            @JsonPropertyDescription(
                    "Where the threads belong that may be moved: written before any is, so that the node's next agent"
                            + " gives them their CPUs back if this one is killed.")
            @Nullable
            List<Affinity> affinities,

            @JsonPropertyDescription(
                    "Which threads could not be given the CPUs back that a killed agent took from them, and why;"
                            + " absent if there are none. They stay among the affinities for the next agent to try again.")
            @Nullable
            String unrestored) {
        /** A state in which every thread is where it belongs. */
        public Colocation(long moves, @Nullable String obstacle, @Nullable List<Affinity> affinities) {
            this(moves, obstacle, affinities, null);
        }
    }

    /** Threads of one container that may run on the same CPUs, and are kept on the same one. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Affinity(
            @JsonPropertyDescription("Where they could run without Renacer, such as 0-3,8.")
            String cpus,

            @JsonPropertyDescription("Where they are kept while they make many calls.")
            int cpu,

            @JsonPropertyDescription(
                    "When the first of them was about to be moved, in clock ticks since the node's boot: threads that"
                            + " inherited its CPU were created later.")
            long since,

            @JsonPropertyDescription("The threads.") List<TracedThread> threads) {}

    /** A thread, distinguished from any later one with its number by its start time. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record TracedThread(
            @JsonPropertyDescription("Pid of its process, as the node numbers it.")
            int pid,

            @JsonPropertyDescription("Tid of the thread, as the node numbers it.")
            int tid,

            @JsonPropertyDescription("When it started, in clock ticks since the node's boot.")
            long start) {}
}
