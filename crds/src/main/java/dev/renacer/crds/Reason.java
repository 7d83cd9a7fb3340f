// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import java.util.Optional;

/**
 * Reasons of a TraceRequest's conditions and Events and of a container's state in a NodeTrace: a closed set, spelt as
 * in the objects. The reference shows {@link #meaning()} and {@link #remedy()}.
 */
public enum Reason {
    /** Of Accepted. */
    Accepted("The request can be carried out.", "Nothing: follow the condition Tracing."),
    InvalidSpec(
            "The spec was stored under another definition of TraceRequest: it cannot be read, or a field has a value that the"
                    + " definition does not allow.",
            "Delete the request and create another; the message names the field, or the operator's log if the spec cannot be"
                    + " read."),
    NoDefaultSink(
            "The request names no sink and there is no TraceSink named default.",
            "Name one of the sinks that the message lists in spec.sinkRef.name, or ask a cluster admin for a TraceSink"
                    + " named default."),
    SinkNotFound(
            "The request names a TraceSink that does not exist.",
            "Name one of the sinks that the message lists, in a new request; leave spec.sinkRef out for the default."),
    WorkloadNotFound(
            "The workload that workloadRef names does not exist, or has no pods of its own to select.",
            "Check kind, apiVersion and name with `kubectl get`; a workload without pods of its own is "
                    + "traced by selector."),
    InvalidProcessPattern(
            "spec.process is not a regular expression in RE2's syntax, or is one that is too large once its repetitions are"
                    + " written out.",
            "Correct spec.process in a new request: RE2 has no look-around and no back-references; nested counted"
                    + " repetitions multiply."),
    DeniedByNamespace(
            "The namespace is not open for tracing: it lacks the label renacer.dev/tracing=enabled.",
            "Ask the namespace's administrator to run `kubectl label namespace NAME renacer.dev/tracing=enabled`."),
    DeniedByPolicy(
            "A TracePolicy of the namespace forbids what the request asks for.",
            "Ask for less, as the message says, or ask a cluster admin to change the TracePolicy it names."),
    JustificationRequired(
            "A TracePolicy of the namespace requires spec.justification.",
            "Give spec.justification, such as the number of the incident."),
    Queued(
            "As many requests are running as the namespace's TracePolicy allows; this one waits its turn.",
            "Wait, or stop a request of the namespace that is not needed any more; the message gives the "
                    + "place in the queue."),
    ColocationUnavailable(
            "The request asks for co-location (spec.safety.colocate), which the agents do not offer or a node does not"
                    + " allow.",
            "Leave spec.safety.colocate out, or ask a cluster admin to set agent.colocation.enabled of the chart;"
                    + " if only one node is named, see `kubectl renacer nodes -o wide`."),
    UnknownSyscall(
            "spec.syscalls contains a name that no system call and no class has, or an expression that cannot be used.",
            "Correct the name, for which the message makes a suggestion, or the expression."),

    /** Of Tracing. */
    WaitingForAgent(
            "The node's agent has its assignment but has not reported yet.",
            "Wait a second. If this persists, see `kubectl renacer nodes` and the log of the agent on the node."),
    NoPodMatches(
            "No running pod of the namespace has the given name or matches the selector.",
            "Check the selector with `kubectl get pods -l`; a pod that starts within the window is traced."),
    ContainerNotFound(
            "No matching pod has a container with one of the given names.",
            "Use one of the names that the message lists."),
    ContainerNotRunning(
            "The containers to trace have not started or have ended.", "See `kubectl describe pod` for the reason."),
    Tracing(
            "System calls are being traced.",
            "Nothing: look at the spans; status.firstTraceIds are the traces to open first."),
    DeadlineReached(
            "The window is over.",
            "Nothing; for a longer window create a new request with a higher spec.durationSeconds."),
    Looked(
            "The containers have been looked at; nothing was traced (spec.mode: Look).",
            "Nothing: status.looks has what was found, and `kubectl renacer stuck` prints it."),
    Stopped("Ended by stop: true.", "Nothing."),
    Deleted("Ended because the request is being deleted.", "Nothing."),

    /** Why a container is not traced, as its node's agent found. */
    NotRunning(
            "No process of the container was found on the node.",
            "See whether the container has started; it is traced as soon as a process of it appears on the node."),
    AlreadyTraced(
            "Another tracer (a debugger, strace, another request) holds the process.",
            "End the other tracer (the message names its pid) or the other request; the kernel allows one "
                    + "tracer for each thread."),
    IsTracer(
            "The process itself traces another one (a debugger, strace): stopping it would delay that one without"
                    + " end.",
            "Let it detach first (the message names both), or trace the other process with spec.process once it has"
                    + " detached."),
    YamaDenied(
            "The kernel's Yama module forbids tracing (kernel.yama.ptrace_scope is 3).",
            "Set kernel.yama.ptrace_scope to 2 or less; from 3 only a restart of the node can lower it."),
    PermissionDenied(
            "The kernel refused: the agent lacks a capability, or a security module forbids it.",
            "Check that the agent has SYS_PTRACE and DAC_READ_SEARCH (`kubectl renacer doctor`), and the "
                    + "profiles of SELinux or AppArmor in docs/security/hardening.md."),
    UnsupportedRuntimeClass(
            "The container runs in a sandbox (gVisor, a virtual machine) whose processes the node cannot trace.",
            "Trace a pod without this RuntimeClass: the processes of a sandbox are not processes of the node."),
    NeverTraced(
            "The process is one that is never traced: pid 1, the kubelet, a container runtime, a system namespace.",
            "Nothing can be done: tracing these would endanger the node or Renacer itself."),
    ProcessNotMatched(
            "No process of the container has a name that spec.process matches.",
            "Compare spec.process with the names that `ps -eo comm` shows in the container. A match that appears"
                    + " within the window is traced from a few milliseconds after it has its name; for shorter-lived ones give"
                    + " the name of the process that starts them."),
    DeniedByPod(
            "The pod is annotated renacer.dev/deny: \"true\".",
            "Ask the owner of the pod to remove the annotation, or trace another pod."),
    LimitReached(
            "A TracePolicy's limit on the containers of a request or the requests of a node is reached.",
            "Narrow the selection, wait until another request has ended, or ask a cluster admin to raise the "
                    + "limit the message names."),
    SlowdownExceeded(
            "The container was slowed down more than maxSlowdownPercent allows and was detached.",
            "Raise spec.safety.maxSlowdownPercent, or trace a less busy process with spec.process."),
    NodeLost(
            "The node is gone or not ready.",
            "See `kubectl get node`; a pod that comes up on another node within the window is traced there."),
    AgentOutdated(
            "The node's agent does not know a field of the request (the message names it), and would make other spans than those that"
                    + " are asked for.",
            "Leave that field out, or ask a cluster admin to update the node's agent; it is traced as soon as the new one has reported"
                    + " within the window."),
    SourceLocationsUnavailable(
            "The request asks for source locations (spec.sourceLocations), but the node's agent comes without the"
                    + " program that finds them.",
            "Leave spec.sourceLocations out, or ask a cluster admin for an agent image that was built with"
                    + " libdw for the node's architecture."),
    AgentStopped(
            "The node's agent was stopped; tracing continues if it starts again within the window.",
            "Nothing, if the agent is being upgraded; otherwise see its pod with `kubectl renacer nodes`."),
    InternalError("The agent failed; its log says more.", "See the log of the agent on the node and report the error."),

    /** Of Exporting. */
    NotStarted("No span has been sent yet.", "Wait for the first call of a traced process."),
    Exporting("Spans reach the sink.", "Nothing."),
    ExportFailed(
            "The sink cannot be reached or refuses spans.",
            "See the message. A cluster admin should check the TraceSink (`kubectl get tracesinks -o wide`), the credentials"
                    + " mounted into the agents and the NetworkPolicies between agents and collector."),

    /** Of Ready, on a TraceSink. */
    Reachable("The operator can reach the sink's address, and no agent's export to it has failed.", "Nothing."),
    Unreachable(
            "The operator cannot reach the sink's address.",
            "Check spec.endpoint of the TraceSink, the collector's Service and the NetworkPolicies."),
    Exported("Agents' spans reach the sink.", "Nothing."),

    /** Of Degraded. */
    AsExpected("Nothing is wrong.", "Nothing."),
    AgentMissing(
            "A node has no agent, or its agent does not report.",
            "See why the agents' DaemonSet has no ready pod on the node: `kubectl renacer nodes`, `kubectl "
                    + "describe pod`."),
    AffinityNotRestored(
            "Threads that a killed agent had moved stay on one CPU: the node's next agent could not give them their CPUs"
                    + " back.",
            "Run on the node the command in the message, or restart the pod; check that the agents still have SYS_NICE"
                    + " (agent.colocation.enabled of the chart)."),
    AgentRestarted(
            "A node's agent was killed and another one continued: what the first did after its last report is not in the"
                    + " figures, which are at least this high, and for a while nothing was traced.",
            "See `kubectl describe pod` of the agent for why it was killed; for a trace without a gap, repeat the"
                    + " request."),
    SpansLost(
            "Spans were lost: the container's budget or a buffer was exceeded, or the sink refused them.",
            "Ask for fewer calls (spec.syscalls, spec.paths, spec.peers, spec.onlyErrors, spec.minDurationMicros), raise"
                    + " spec.maxSpansPerSecond, or give the collector more room."),
    PartlyWatched(
            "Busy threads were traced only part of the time, so that on average tracing slowed them down no more than the"
                    + " bound allows; the calls they made in the rest of the time are not in the trace.",
            "Nothing, if that is enough. To see more of them, choose a less busy process (spec.process), ask for"
                    + " co-location (spec.safety.colocate), or raise spec.safety.maxSlowdownPercent."),
    LockHoldersUnknown(
            "Programs waited for locks of files, but a node's /proc/locks cannot be read: no span says who held the lock.",
            "Nothing, if that is not what you look for. Otherwise trace on another node, or ask a cluster admin why the agent"
                    + " on this one cannot read /proc/locks, as the message says."),
    CallsOverlooked(
            "What some descriptors of the programs are could not be found out: calls about them may be missing although they"
                    + " are about the paths or with the peers that were asked for.",
            "Nothing, if the calls you look for are there. Programs that end at once, and descriptors that are closed at once"
                    + " after tracing began, cannot be looked at any more; without spec.paths and spec.peers all their calls"
                    + " become spans."),
    TargetsFailed("Some containers could not be traced.", "See status.skipped for each container and its reason."),
    DetachTimedOut(
            "A node's agent did not report the end in time; it detaches by itself at the deadline, and the figures are at least this"
                    + " high.",
            "Nothing: the agent detaches by itself at the deadline. If it recurs, see the log of the agent."),

    /** Of Succeeded. */
    InProgress("The window is open.", "Wait: `kubectl wait --for=condition=Succeeded`."),
    Completed("The window passed and system calls were traced.", "Nothing."),
    NothingTraced(
            "The request ended and no process was ever traced.", "See the message and the condition Tracing for why.");

    private final String meaning;
    private final String remedy;

    Reason(String meaning, String remedy) {
        this.meaning = meaning;
        this.remedy = remedy;
    }

    /** The meaning, in one sentence. */
    public String meaning() {
        return meaning;
    }

    /** What a user or an admin can do about it, in one sentence. */
    public String remedy() {
        return remedy;
    }

    /** The reason with this spelling, if the set contains it. */
    public static Optional<Reason> of(String spelling) {
        for (Reason reason : values()) {
            if (reason.name().equals(spelling)) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }
}
