// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import java.util.Optional;

/**
 * Reasons of a TraceRequest's conditions, its Events and of a container's state in a NodeTrace: a closed set, spelt as in the
 * objects. {@link #meaning()} is the sentence the reference shows.
 */
public enum Reason {
    /** Of Accepted. */
    Accepted("The request can be carried out."),
    InvalidSpec("The spec breaks a rule of the schema; the API server in use does not hold the schema's rules."),
    NoDefaultSink("The request names no sink and there is no TraceSink named default."),
    SinkNotFound("The request names a TraceSink that does not exist."),
    WorkloadNotFound("The workload that workloadRef names does not exist, or has no pods of its own to select."),
    InvalidProcessPattern("spec.process is no regular expression of the RE2 syntax."),
    DeniedByNamespace("The namespace is not open for tracing: it lacks the label renacer.dev/tracing=enabled."),
    DeniedByPolicy("A TracePolicy of the namespace forbids what the request asks for."),
    JustificationRequired("A TracePolicy of the namespace requires spec.justification."),
    Queued("As many requests are running as the namespace's TracePolicy allows; this one waits its turn."),
    UnknownSyscall("spec.syscalls holds a name that no system call and no class has."),

    /** Of Tracing. */
    WaitingForAgent("The node's agent has its assignment and has not reported yet."),
    NoPodMatches("No running pod of the namespace is the one named or matches the selector."),
    ContainerNotFound("No matching pod has a container of the names given."),
    ContainerNotRunning("The containers to trace have not started or have ended."),
    Tracing("System calls are being traced."),
    DeadlineReached("The window is over."),
    Stopped("Ended by stop: true."),
    Deleted("Ended because the request is being deleted."),

    /** Why a container is not traced, as its node's agent found. */
    NotRunning("No process of the container was found on the node."),
    AlreadyTraced("Another tracer (a debugger, strace, another request) holds the process."),
    YamaDenied("The kernel's Yama module forbids tracing (kernel.yama.ptrace_scope is 3)."),
    PermissionDenied("The kernel refused: the agent lacks a capability, or a security module forbids it."),
    UnsupportedRuntimeClass(
            "The container runs in a sandbox (gVisor, a virtual machine) whose processes the node cannot trace."),
    NeverTraced(
            "The process is one that is never traced: pid 1, the kubelet, a container runtime, a system namespace."),
    ProcessNotMatched("No process of the container has a name that spec.process matches."),
    DeniedByPod("The pod is annotated renacer.dev/deny: \"true\"."),
    LimitReached("A TracePolicy's limit on containers of a request or on requests of a node is reached."),
    SlowdownExceeded("The container was slowed down more than maxSlowdownPercent allows and was let go."),
    NodeLost("The node is gone or not ready."),
    AgentStopped("The node's agent was stopped; it goes on where it starts again within the window."),
    InternalError("The agent failed; its log says more."),

    /** Of Exporting. */
    NotStarted("No span has been sent yet."),
    Exporting("Spans reach the sink."),
    ExportFailed("The sink cannot be reached or refuses spans."),

    /** Of Ready, on a TraceSink. */
    Reachable("The operator reaches the sink's address, and no agent's export to it has failed."),
    Unreachable("The operator does not reach the sink's address."),
    Exported("Agents' spans reach the sink."),

    /** Of Degraded. */
    AsExpected("Nothing is wrong."),
    AgentMissing("A node has no agent, or its agent does not report."),
    SpansLost("Spans were lost: the container's budget or a buffer was exceeded, or the sink refused them."),
    TargetsFailed("Some containers could not be traced."),
    DetachTimedOut("A node's agent did not report the end in time; it detaches by itself at the deadline."),

    /** Of Succeeded. */
    InProgress("The window is open."),
    Completed("The window passed and system calls were traced."),
    NothingTraced("The request ended and no process was ever traced.");

    private final String meaning;

    Reason(String meaning) {
        this.meaning = meaning;
    }

    /** What it means, in one sentence. */
    public String meaning() {
        return meaning;
    }

    /** The reason spelt so, if it is one of the set. */
    public static Optional<Reason> of(String spelling) {
        for (Reason reason : values()) {
            if (reason.name().equals(spelling)) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }
}
