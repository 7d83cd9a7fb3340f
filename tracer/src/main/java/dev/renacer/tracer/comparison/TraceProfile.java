// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.CallNames;
import dev.renacer.tracer.descriptor.CallSocket;
import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.syscall.DescriptorCalls;
import dev.renacer.tracer.syscall.Parameter;
import dev.renacer.tracer.syscall.ParameterKind;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One of the traces that are compared: its calls in groups. Bounded: calls of further groups than {@link #MOST_GROUPS} are
 * only counted. For the thread that delivers the trace.
 */
public final class TraceProfile implements TraceListener {
    /** Each has a sample of up to 4 KB. */
    static final int MOST_GROUPS = 10_000;

    private static final Set<String> EXECS = Set.of("execve", "execveat");

    private final NamePattern patterns = new NamePattern();
    private final Roles roles = new Roles(patterns);
    private final Descriptors descriptors;
    private final Map<CallKey, CallGroup> groups = new HashMap<>();
    private final CallTree stacks = new CallTree(patterns);
    private boolean sites;
    private boolean anyStack;
    private long calls;
    private long errors;
    private long nanos;
    private long ungrouped;
    private long lost;

    /**
     * @param descriptors  knows what descriptors are; it must be a listener in front
     */
    public TraceProfile(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    @Override
    public void onCall(SyscallCall call) {
        calls++;
        if (call.outcome() != Outcome.UNFINISHED) {
            nanos += call.durationNanos();
        }
        if (call.outcome() == Outcome.FAILED) {
            errors++;
        }
        CallKey key = key(call);
        CallStack stack = call.stack().orElse(CallTree.NO_STACK);
        anyStack |= !stack.frames().isEmpty();
        stacks.add(key.role(), stack, call);
        CallGroup group = groups.get(key);
        if (group == null) {
            if (groups.size() >= MOST_GROUPS) {
                ungrouped++;
                return;
            }
            group = new CallGroup();
            groups.put(key, group);
        }
        group.add(call);
    }

    private CallKey key(SyscallCall call) {
        String role = roles.of(call.process());
        CallNames names = descriptors.names(call);
        Optional<Descriptor> argument = isDescriptor(call) ? names.argument(0) : Optional.empty();
        String path = path(call, role, names, argument);
        // What an openat(2) returns is the path's, and only known if it succeeds: it would part errors from successes.
        Optional<Descriptor> subject = path.isEmpty() ? argument.or(names::result) : argument;
        return new CallKey(role, call.syscall().name(), kind(subject), path, peer(call, names, subject), site(call));
    }

    private static boolean isDescriptor(SyscallCall call) {
        List<Parameter> parameters = call.syscall().parameters();
        return !parameters.isEmpty() && parameters.getFirst().kind() == ParameterKind.FD;
    }

    private static String kind(Optional<Descriptor> subject) {
        return subject.map(what -> what instanceof Descriptor.Socket socket
                        ? socket.protocol().label()
                        : what.type())
                .orElse("");
    }

    private String path(SyscallCall call, String role, CallNames names, Optional<Descriptor> subject) {
        boolean startsProgram = call.outcome() == Outcome.RETURNED
                && EXECS.contains(call.syscall().name());
        if (startsProgram && role.equals(Roles.PROGRAM)) {
            return Roles.PROGRAM;
        }
        return names.path()
                .or(() ->
                        subject.filter(Descriptor.File.class::isInstance).map(file -> ((Descriptor.File) file).path()))
                .map(patterns::of)
                .orElse("");
    }

    private String peer(SyscallCall call, CallNames names, Optional<Descriptor> subject) {
        Optional<SocketAddress> peer = CallSocket.of(
                        call, DescriptorCalls.change(call.syscall().name()), names)
                .flatMap(CallSocket::peer)
                .or(() -> subject.filter(Descriptor.Socket.class::isInstance)
                        .flatMap(socket -> ((Descriptor.Socket) socket).peer()));
        return peer.map(patterns::of).orElse("");
    }

    /** Without the line, which a comment above it would change. */
    private String site(SyscallCall call) {
        if (call.source().isEmpty()) {
            return "";
        }
        sites = true;
        SourceLocation source = call.source().get();
        return source.function().orElse("?")
                + source.fileName().map(file -> " (" + file + ")").orElse("");
    }

    @Override
    public void onEvent(TraceEvent event) {
        roles.onEvent(event);
        if (event instanceof TraceEvent.EventsLost losses) {
            lost += losses.count();
        }
    }

    /** Whether call sites are known. */
    boolean hasSites() {
        return sites;
    }

    /** Its calls by their stacks; empty if it has none. */
    Optional<CallTree> stacks() {
        return anyStack ? Optional.of(stacks) : Optional.empty();
    }

    /** Its groups. */
    Map<CallKey, CallGroup> groups() {
        return Collections.unmodifiableMap(groups);
    }

    /** Its groups as they would be if no call sites were known. */
    Map<CallKey, CallGroup> groupsWithoutSites() {
        Map<CallKey, CallGroup> merged = new HashMap<>();
        groups.forEach((key, group) ->
                merged.computeIfAbsent(key.withoutSite(), _ -> new CallGroup()).merge(group));
        return merged;
    }

    /** How many calls it has. */
    public long calls() {
        return calls;
    }

    /** How many of them failed. */
    public long errors() {
        return errors;
    }

    /** How long they took. */
    public long totalNanos() {
        return nanos;
    }

    /** Calls that are not compared, as there are too many groups. */
    public long ungrouped() {
        return ungrouped;
    }

    /** Events that were lost while it was taken. */
    public long lost() {
        return lost;
    }
}
