// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the threads of one container did and waited for when it was looked at. Texts are printable ASCII without secrets. Numbers of
 * processes and threads are those inside the container.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ContainerLook(
        @JsonPropertyDescription("Name of the node; absent in a NodeTrace, which has it.") @Nullable
        String nodeName,

        @JsonPropertyDescription("Name of the pod.") String podName,

        @JsonPropertyDescription("Name of the container.") String containerName,

        @JsonPropertyDescription("When it was looked at (RFC 3339).")
        String time,

        @JsonPropertyDescription(
                "Circles of threads, each of which waits for what the next one holds; absent if there are none.")
        @Nullable
        List<Deadlock> deadlocks,

        @JsonPropertyDescription("Its processes, the most suspicious first.")
        List<LookedProcess> processes,

        @JsonPropertyDescription("What was left out to keep the status small, in words; absent if nothing was.")
        @Nullable
        String leftOut) {
    public ContainerLook {
        deadlocks = deadlocks == null || deadlocks.isEmpty() ? null : List.copyOf(deadlocks);
        processes = processes == null ? List.of() : List.copyOf(processes);
    }

    /** The same, with the name of its node. */
    public ContainerLook on(String node) {
        return new ContainerLook(node, podName, containerName, time, deadlocks, processes, leftOut);
    }

    /** The same without what was found, and why. */
    public ContainerLook emptied(String why) {
        return new ContainerLook(nodeName, podName, containerName, time, deadlocks, List.of(), why);
    }

    /** Whether threads wait for each other. */
    public boolean hasDeadlock() {
        return !Objects.requireNonNullElse(deadlocks, List.of()).isEmpty();
    }

    /** Threads of which none can go on. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Deadlock(
            @JsonPropertyDescription("A sentence for each thread: what it waits for and who holds it.")
            List<String> threads) {
        public Deadlock {
            threads = threads == null ? List.of() : List.copyOf(threads);
        }
    }

    /** A process of the container. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record LookedProcess(
            @JsonPropertyDescription("Its number in the container.")
            int pid,

            @JsonPropertyDescription("Its number on the node.")
            int hostPid,

            @JsonPropertyDescription("Its name.") String name,

            @JsonPropertyDescription("Number and name of its parent, if that is in the pod.") @Nullable
            String parent,

            @JsonPropertyDescription("How many threads it has.")
            int threads,

            @JsonPropertyDescription("What is to be said about it as a whole, such as children that ended.") @Nullable
            List<String> facts,

            @JsonPropertyDescription("What may not be seen, and why.") @Nullable
            List<String> notShown,

            @JsonPropertyDescription("Its threads, those that do the same together; the most suspicious first.")
            List<AlikeThreads> groups) {
        public LookedProcess {
            facts = facts == null || facts.isEmpty() ? null : List.copyOf(facts);
            notShown = notShown == null || notShown.isEmpty() ? null : List.copyOf(notShown);
            groups = groups == null ? List.of() : List.copyOf(groups);
        }
    }

    /** Threads that do the same. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record AlikeThreads(
            @JsonPropertyDescription("How many threads.") int count,

            @JsonPropertyDescription("The first of them by how long they sleep, at most six.")
            List<LookedThread> threads,

            @JsonPropertyDescription("State, age and place in the program, in words.")
            String doing,

            @JsonPropertyDescription("How long the longest of them has slept, in milliseconds; absent if not known.")
            @Nullable
            Long asleepMillis,

            @JsonPropertyDescription("The call with its arguments, as a trace writes it; absent if it is in none.")
            @Nullable
            String call,

            @JsonPropertyDescription("What is waited for: peer, owner of a lock, children.") @Nullable
            List<String> waitsFor,

            @JsonPropertyDescription("The stack of the program, innermost frame first, at most ten.") @Nullable
            List<String> stack) {
        public AlikeThreads {
            threads = threads == null ? List.of() : List.copyOf(threads);
            waitsFor = waitsFor == null || waitsFor.isEmpty() ? null : List.copyOf(waitsFor);
            stack = stack == null || stack.isEmpty() ? null : List.copyOf(stack);
        }

        /** The same without its stack, which is the longest part of it. */
        public AlikeThreads withoutStack() {
            return new AlikeThreads(count, threads, doing, asleepMillis, call, waitsFor, null);
        }
    }

    /** A thread. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record LookedThread(
            @JsonPropertyDescription("Its number in the container.")
            int tid,

            @JsonPropertyDescription("Its name.") String name) {}
}
