// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.time;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.CallNames;
import dev.renacer.tracer.descriptor.CallSocket;
import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.subject.PolledDescriptor;
import dev.renacer.tracer.syscall.DescriptorCalls;
import dev.renacer.tracer.syscall.Parameter;
import dev.renacer.tracer.syscall.ParameterKind;
import dev.renacer.tracer.syscall.Syscall;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what calls wait for: by their names, and by what their descriptors are. For the consumer thread. */
final class CallWaits {
    private static final Set<String> FUTEX =
            Set.of("futex", "futex_time64", "futex_wait", "futex_waitv", "futex_requeue", "futex_wake");
    private static final Set<String> SLEEP =
            Set.of("nanosleep", "clock_nanosleep", "clock_nanosleep_time64", "pause", "rt_sigtimedwait");
    private static final Set<String> CHILD = Set.of("wait4", "waitpid", "waitid", "vfork", "clone", "clone3", "fork");
    private static final Set<String> POLL = Set.of("epoll_wait", "epoll_pwait", "epoll_pwait2");
    private static final Set<String> SOCKET = Set.of(
            "accept",
            "accept4",
            "connect",
            "recvfrom",
            "recvmsg",
            "recvmmsg",
            "sendto",
            "sendmsg",
            "sendmmsg",
            "shutdown",
            "recv",
            "send");

    /**
     * What is known of all calls of one name.
     *
     * @param on          what they wait for, if the name says that
     * @param descriptor  the argument that is the descriptor they are about; -1: none
     * @param hasPath     whether they are about a path
     * @param polls       whether they wait for descriptors that they are told in an array or in sets
     */
    private record Shape(@Nullable BlockedOn on, int descriptor, boolean hasPath, boolean polls) {
        static Shape of(Syscall syscall) {
            return new Shape(
                    byName(syscall.name()),
                    descriptor(syscall.parameters()),
                    DescriptorCalls.pathArgument(syscall) >= 0,
                    PolledDescriptor.waits(syscall));
        }

        private static int descriptor(List<Parameter> parameters) {
            for (int index = 0; index < parameters.size(); index++) {
                if (parameters.get(index).kind() == ParameterKind.FD) {
                    return index;
                }
            }
            return -1;
        }
    }

    private final Descriptors descriptors;
    private final IdentityHashMap<Syscall, Shape> shapes = new IdentityHashMap<>();

    CallWaits(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    /** What a call of this name waits for, of which nothing else is known. */
    static BlockedOn unseen(Syscall syscall) {
        BlockedOn on = byName(syscall.name());
        return on == null ? BlockedOn.UNSEEN : on;
    }

    /**
     * What the call waits for that is being delivered.
     *
     * @param named  whether its target is wanted
     */
    CallWait of(SyscallCall call, boolean named) {
        Shape shape = shape(call.syscall());
        if (shape.polls()) {
            return polled(call, named);
        }
        if (named && shape.on() == BlockedOn.FUTEX) {
            return new CallWait(BlockedOn.FUTEX, Optional.of("0x" + Long.toHexString(call.args()[0])));
        }
        if (shape.on() != null && (!named || shape.on() != BlockedOn.SOCKET)) {
            return CallWait.of(shape.on());
        }
        if (shape.hasPath() && !named) {
            return CallWait.of(BlockedOn.FILE);
        }
        CallNames names = descriptors.names(call);
        if (shape.hasPath()) {
            return new CallWait(BlockedOn.FILE, names.path().map(ByteText::escaped));
        }
        Descriptor about = shape.descriptor() >= 0 ? names.descriptor(shape.descriptor()) : null;
        if (about == null) {
            return CallWait.of(shape.on() == null ? BlockedOn.OTHER : shape.on());
        }
        Optional<String> peer = named && about instanceof Descriptor.Socket
                ? CallSocket.of(call, DescriptorCalls.change(call.syscall().name()), names)
                        .flatMap(CallWaits::peer)
                : Optional.empty();
        return of(about, named, peer);
    }

    private CallWait polled(SyscallCall call, boolean named) {
        OptionalInt number = PolledDescriptor.awaited(call);
        if (number.isEmpty()) {
            // Nothing but the time is waited for, or several in vain, or none was read.
            return CallWait.of(call.args()[waitsForNone(call) ? 0 : 1] == 0 ? BlockedOn.SLEEP : BlockedOn.POLL);
        }
        Optional<Descriptor> what = descriptors.descriptor(call, number.getAsInt());
        if (what.isEmpty()) {
            return CallWait.of(BlockedOn.POLL);
        }
        return of(
                what.get(),
                named,
                what.get() instanceof Descriptor.Socket socket ? peer(CallSocket.of(socket)) : Optional.empty());
    }

    /** Of select the first argument says how many descriptors there are, of poll the second. */
    private static boolean waitsForNone(SyscallCall call) {
        return call.syscall().name().contains("select");
    }

    private static CallWait of(Descriptor about, boolean named, Optional<String> peer) {
        return switch (about) {
            case Descriptor.File file ->
                named
                        ? new CallWait(BlockedOn.FILE, Optional.of(ByteText.escaped(file.path())))
                        : CallWait.of(BlockedOn.FILE);
            case Descriptor.Memory _ -> CallWait.of(BlockedOn.FILE);
            case Descriptor.Socket _ ->
                peer.isPresent() ? new CallWait(BlockedOn.SOCKET, peer) : CallWait.of(BlockedOn.SOCKET);
            case Descriptor.Pipe _ -> CallWait.of(BlockedOn.PIPE);
            case Descriptor.Pidfd _ -> CallWait.of(BlockedOn.CHILD);
            case Descriptor.Anonymous anonymous ->
                CallWait.of(
                        switch (anonymous.type()) {
                            case "eventpoll" -> BlockedOn.POLL;
                            case "timerfd" -> BlockedOn.SLEEP;
                            case "eventfd" -> BlockedOn.PIPE;
                            default -> BlockedOn.OTHER;
                        });
            case Descriptor.Other _ -> CallWait.of(BlockedOn.OTHER);
        };
    }

    private static Optional<String> peer(CallSocket socket) {
        return socket.peer().map(address -> ByteText.escaped(address.toString()));
    }

    private static @Nullable BlockedOn byName(String name) {
        if (FUTEX.contains(name)) {
            return BlockedOn.FUTEX;
        }
        if (SLEEP.contains(name)) {
            return BlockedOn.SLEEP;
        }
        if (CHILD.contains(name)) {
            return BlockedOn.CHILD;
        }
        if (POLL.contains(name)) {
            return BlockedOn.POLL;
        }
        return SOCKET.contains(name) ? BlockedOn.SOCKET : null;
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
}
