// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.descriptor.CallNames;
import dev.renacer.tracer.descriptor.CallSocket;
import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import dev.renacer.tracer.span.attribute.TimeAttributes;
import dev.renacer.tracer.span.wait.LockWatch;
import dev.renacer.tracer.span.wait.ThreadNames;
import dev.renacer.tracer.subject.PolledDescriptor;
import dev.renacer.tracer.syscall.DescriptorCalls;
import dev.renacer.tracer.syscall.DescriptorCalls.Change;
import dev.renacer.tracer.syscall.DescriptorCalls.Effect;
import dev.renacer.tracer.syscall.Parameter;
import dev.renacer.tracer.syscall.ParameterKind;
import dev.renacer.tracer.syscall.SignalNames;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.time.CallTime;
import dev.renacer.tracer.time.TimeAccounts;
import io.opentelemetry.api.common.AttributeKey;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what spans say of their calls' arguments. It is on the hot path: what depends only on the call's name is
 * found once, and nothing is made but the attributes themselves. For the consumer thread.
 */
final class CallDetails {
    /** Length at which {@code syscall.args} is cut, in characters, which are ASCII. */
    static final int MAX_ARGUMENTS_LENGTH = 2_048;

    private static final String CUT = "...";
    private static final Set<String> WAITS = Set.of("wait4", "waitpid");
    private static final Set<String> EXECS = Set.of("execve", "execveat");
    /**
     * Calls that make up most of a busy program's trace. Without buffers, their arguments say nothing beside the
     * descriptor but addresses and sizes, which would be half of what names cost in a compressed trace.
     */
    private static final Set<String> PLAIN = Set.of(
            "read",
            "write",
            "readv",
            "writev",
            "pread64",
            "pwrite64",
            "preadv",
            "pwritev",
            "recvfrom",
            "sendto",
            "epoll_wait",
            "epoll_pwait",
            "epoll_pwait2");

    private static final double NANOS = 1e9;
    private static final int MOST_ATTRIBUTES = 26;
    /** Numbers of descriptors as the objects that the exporter wants. */
    private static final int BOXED = 1_024;

    /**
     * What is known of all calls of one name.
     *
     * @param descriptor  the argument that is the descriptor it is about; -1: none
     * @param path        the argument that is the path it is about; -1: none
     * @param pid         the argument that is the process it sends a signal to; -1: none
     * @param signal      the argument that is a signal; -1: none
     */
    private record Shape(
            int descriptor,
            int path,
            int pid,
            int signal,
            boolean isClone,
            boolean isWait,
            boolean isExec,
            boolean polls,
            boolean plain,
            boolean returnsDescriptor,
            Optional<Change> change) {
        static Shape of(Syscall syscall) {
            List<Parameter> parameters = syscall.parameters();
            int signal = first(parameters, ParameterKind.SIGNAL);
            Optional<Change> change = DescriptorCalls.change(syscall.name());
            return new Shape(
                    first(parameters, ParameterKind.FD),
                    DescriptorCalls.pathArgument(syscall),
                    signal < 0 ? -1 : first(parameters, ParameterKind.PID),
                    signal,
                    change.map(does -> does.effect() == Effect.CLONE).orElse(false),
                    WAITS.contains(syscall.name()),
                    EXECS.contains(syscall.name()),
                    PolledDescriptor.waits(syscall),
                    PLAIN.contains(syscall.name()),
                    change.isPresent(),
                    change);
        }

        private static int first(List<Parameter> parameters, ParameterKind kind) {
            for (int index = 0; index < parameters.size(); index++) {
                if (parameters.get(index).kind() == kind) {
                    return index;
                }
            }
            return -1;
        }
    }

    private final ArgumentDetail level;
    private final Descriptors descriptors;
    /** Writes no names, but knows what sockets are. */
    private final NameWriter sockets;

    private final ThreadNames threads;
    private final LockWatch locks;
    private final TimeAccounts times;
    private final IdentityHashMap<Syscall, Shape> shapes = new IdentityHashMap<>();
    private final Long[] numbers = new Long[BOXED];
    private final StringBuilder text = new StringBuilder();
    private final Object[] pairs = new Object[2 * MOST_ATTRIBUTES];
    private final CallDetail filled = new CallDetail(pairs);
    private int end;

    /**
     * @param times  says where the time of the call went that is being delivered
     */
    CallDetails(
            ArgumentDetail level, Descriptors descriptors, ThreadNames threads, LockWatch locks, TimeAccounts times) {
        this.times = times;
        this.level = level;
        this.descriptors = descriptors;
        this.sockets = NameWriter.of(descriptors, NameWriter.Style.NONE);
        this.threads = threads;
        this.locks = locks;
    }

    /** What the span of the call that is being delivered says; null: nothing. */
    @Nullable
    CallDetail of(SyscallCall call) {
        find(call);
        for (int index = 1; index < end; index += 2) {
            pairs[index] = pairs[index] instanceof StringBuilder arguments ? arguments.toString() : pairs[index];
        }
        return end == 0 ? null : new CallDetail(Arrays.copyOf(pairs, end));
    }

    /** The same, until this object is asked again. */
    @Nullable
    CallDetail briefly(SyscallCall call) {
        find(call);
        filled.end(end);
        return end == 0 ? null : filled;
    }

    private void find(SyscallCall call) {
        end = 0;
        if (level == ArgumentDetail.NONE) {
            time(call);
            return;
        }
        Shape shape = shape(call.syscall());
        CallNames names = descriptors.names(call);
        if (level == ArgumentDetail.FULL || !shape.plain()) {
            arguments(call);
            put(SpanAttributes.SYSCALL_ARGS, text);
        }
        Optional<String> thread = threads.of(call);
        if (thread.isPresent()) {
            put(SpanAttributes.THREAD_NAME, ByteText.escaped(thread.get()));
        }
        descriptor(call, shape, names);
        if (shape.path() >= 0) {
            path(call, shape, names);
        }
        Optional<CallSocket> socket = CallSocket.of(call, shape.change(), names);
        if (socket.isPresent()) {
            socket(socket.get());
        }
        processes(call, shape, names);
        if (shape.polls()) {
            polled(call);
        }
        if (LockWatch.waits(call)) {
            locks.holder(call).ifPresent(this::holder);
        }
        time(call);
    }

    private void time(SyscallCall call) {
        Optional<CallTime> time = times.of(call);
        if (time.isPresent()) {
            time(time.get());
        }
    }

    private void descriptor(SyscallCall call, Shape shape, CallNames names) {
        boolean made = shape.descriptor() < 0
                && shape.returnsDescriptor()
                && call.outcome() == Outcome.RETURNED
                && shape.change().isPresent()
                && shape.change().get().returnsDescriptor(call.args());
        if (shape.descriptor() < 0 && !made) {
            return;
        }
        int number = (int) (made ? call.result() : call.args()[shape.descriptor()]);
        put(SpanAttributes.SYSCALL_FD, boxed(number));
        what(made ? names.result().orElse(null) : names.descriptor(shape.descriptor()));
    }

    private void what(@Nullable Descriptor what) {
        if (what instanceof Descriptor.File file) {
            put(SpanAttributes.SYSCALL_FD_PATH, ByteText.escaped(file.path()));
        } else if (what != null) {
            put(SpanAttributes.SYSCALL_FD_TYPE, what.type());
        }
    }

    /** What a poll was about is not one of its arguments. */
    private void polled(SyscallCall call) {
        PolledDescriptor.of(call).ifPresent(number -> {
            Descriptor what = descriptors.descriptor(call, number).orElse(null);
            put(SpanAttributes.SYSCALL_FD, boxed(number));
            what(what);
            if (what instanceof Descriptor.Socket known) {
                socket(CallSocket.of(known));
            }
        });
    }

    private void time(CallTime time) {
        time(TimeAttributes.CPU, time.cpu());
        time(TimeAttributes.RUNNABLE, time.runnable());
        time(TimeAttributes.THROTTLED, time.throttled());
        time(TimeAttributes.blocked(time.on()), time.blocked());
        if (time.lockOwner() != 0 && level != ArgumentDetail.NONE) { // it is read of what an argument points to
            put(SpanAttributes.LOCK_OWNER_TID, Integer.toUnsignedLong(time.lockOwner()));
        }
    }

    private void time(AttributeKey<Double> key, long nanos) {
        if (nanos > 0) {
            put(key, nanos / NANOS);
        }
    }

    private void holder(int pid) {
        put(SpanAttributes.LOCK_HOLDER_PID, (long) pid);
        locks.name(pid).ifPresent(name -> put(SpanAttributes.LOCK_HOLDER_NAME, name));
    }

    /** The file that the call is about: that of its path, otherwise that of its descriptor. Null: none, or not known. */
    @Nullable
    String file(SyscallCall call) {
        if (level == ArgumentDetail.NONE) {
            return null;
        }
        Shape shape = shape(call.syscall());
        if (shape.path() < 0 && shape.descriptor() < 0) {
            return null;
        }
        CallNames names = descriptors.names(call);
        String path = shape.path() >= 0 ? names.firstPath() : null;
        if (path != null) {
            return ByteText.escaped(path);
        }
        return shape.descriptor() >= 0 && names.descriptor(shape.descriptor()) instanceof Descriptor.File file
                ? ByteText.escaped(file.path())
                : null;
    }

    /** Whether the call has executed a program. */
    boolean isExec(SyscallCall call) {
        return call.outcome() == Outcome.RETURNED && shape(call.syscall()).isExec();
    }

    /** The arguments that a program was executed with, from its name on, as far as they were read. */
    List<String> commandArguments(SyscallCall call) {
        int vector = shape(call.syscall()).path() + 1;
        return call.data().stream()
                .filter(data -> data.argument() == vector && data.part() == Part.ELEMENT && data.readable())
                .map(data -> ByteText.escaped(ByteText.decode(data.bytes())))
                .toList();
    }

    /** What the thread of this call is called. */
    Optional<String> threadName(SyscallCall call) {
        return threads.of(call).map(ByteText::escaped);
    }

    private void path(SyscallCall call, Shape shape, CallNames names) {
        String path = names.firstPath();
        if (path == null) {
            return;
        }
        String shown = ByteText.escaped(path);
        put(SpanAttributes.FILE_PATH, shown);
        if (shape.isExec()) {
            put(SpanAttributes.PROCESS_EXECUTABLE_PATH, shown);
            put(
                    SpanAttributes.PROCESS_COMMAND,
                    level == ArgumentDetail.FULL ? command(call, shape.path(), shown) : shown);
        }
    }

    /** Argument 0 of the new program, if it was read. */
    private static String command(SyscallCall call, int path, String otherwise) {
        for (CapturedData data : call.data()) {
            if (data.argument() == path + 1 && data.part() == Part.ELEMENT && data.index() == 0 && data.readable()) {
                return ByteText.escaped(ByteText.decode(data.bytes()));
            }
        }
        return otherwise;
    }

    private void socket(CallSocket socket) {
        socket.transport().ifPresent(transport -> put(SpanAttributes.NETWORK_TRANSPORT, transport));
        socket.network().ifPresent(type -> put(SpanAttributes.NETWORK_TYPE, type));
        socket.peer()
                .ifPresent(
                        peer -> address(peer, SpanAttributes.NETWORK_PEER_ADDRESS, SpanAttributes.NETWORK_PEER_PORT));
        socket.local()
                .ifPresent(local ->
                        address(local, SpanAttributes.NETWORK_LOCAL_ADDRESS, SpanAttributes.NETWORK_LOCAL_PORT));
    }

    private void address(SocketAddress address, AttributeKey<String> name, AttributeKey<Long> port) {
        switch (address) {
            case SocketAddress.Inet inet -> {
                put(name, inet.host());
                put(port, (long) inet.port());
            }
            case SocketAddress.Inet6 inet -> {
                put(name, inet.host());
                put(port, (long) inet.port());
            }
            case SocketAddress.Unix unix ->
                put(name, ByteText.escaped(unix.isPath() ? unix.name() : "@" + unix.name()));
            case SocketAddress.Netlink _, SocketAddress.Other _ -> {
                // It has no name that others would know.
            }
        }
    }

    private void processes(SyscallCall call, Shape shape, CallNames names) {
        if (shape.signal() >= 0) {
            put(SpanAttributes.SIGNAL_NAME, SignalNames.of((int) call.args()[shape.signal()]));
            if (shape.pid() >= 0) {
                put(SpanAttributes.SYSCALL_PID, (long) (int) call.args()[shape.pid()]);
            } else if (names.descriptor(0) instanceof Descriptor.Pidfd process) {
                put(SpanAttributes.SYSCALL_PID, (long) process.pid());
            }
        } else if ((shape.isClone() || shape.isWait()) && call.outcome() == Outcome.RETURNED && call.result() > 0) {
            put(SpanAttributes.SYSCALL_PID, call.result());
        }
    }

    private void arguments(SyscallCall call) {
        text.setLength(0);
        ArgumentFormatter.arguments(text, call, sockets);
        if (text.length() > MAX_ARGUMENTS_LENGTH) {
            text.setLength(MAX_ARGUMENTS_LENGTH - CUT.length());
            text.append(CUT);
        }
    }

    private Shape shape(Syscall syscall) {
        if (!syscall.known()) {
            return Shape.of(syscall);
        }
        Shape known = shapes.get(syscall);
        if (known == null) {
            known = Shape.of(syscall);
            shapes.put(syscall, known);
        }
        return known;
    }

    private void put(AttributeKey<String> key, StringBuilder value) {
        pairs[end++] = key;
        pairs[end++] = value;
    }

    private <T> void put(AttributeKey<T> key, T value) {
        pairs[end++] = key;
        pairs[end++] = value;
    }

    private Long boxed(int number) {
        if (number < 0 || number >= BOXED) {
            return (long) number;
        }
        Long known = numbers[number];
        if (known == null) {
            known = (long) number;
            numbers[number] = known;
        }
        return known;
    }
}
