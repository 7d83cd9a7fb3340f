// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.CallNames;
import dev.renacer.tracer.descriptor.CallSocket;
import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.syscall.DescriptorCalls;
import dev.renacer.tracer.syscall.DescriptorCalls.Change;
import dev.renacer.tracer.syscall.Parameter;
import dev.renacer.tracer.syscall.ParameterKind;
import dev.renacer.tracer.syscall.Syscall;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * What a call is about: the other end of its connection, its path, or the file or pipe of its descriptor. Printable ASCII, its
 * kind in front with a tab behind. For the consumer thread.
 */
final class CallSubjects {
    /** Of a call that is about nothing that has a name. */
    static final String NONE = "";

    private static final String FILE = "file\t";
    private static final String PEER = "peer\t";
    private static final String SOCKET = "socket\t";
    private static final String PIPE = "pipe\t";
    private static final String OTHER = "other\t";

    private final Descriptors descriptors;
    private final IdentityHashMap<Syscall, Optional<Change>> changes = new IdentityHashMap<>();
    private final IdentityHashMap<Syscall, Integer> descriptorArguments = new IdentityHashMap<>();

    /**
     * @param descriptors  knows what descriptors are; it must be a listener in front
     */
    CallSubjects(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    /** That of the call that is being delivered. */
    String of(SyscallCall call) {
        CallNames names = descriptors.names(call);
        int argument = descriptorArguments.computeIfAbsent(call.syscall(), CallSubjects::descriptorArgument);
        Optional<Descriptor> descriptor = argument < 0 ? Optional.empty() : names.argument(argument);
        Optional<Change> change = changes.computeIfAbsent(
                call.syscall(), made -> made.known() ? DescriptorCalls.change(made.name()) : Optional.empty());
        if (change.isPresent() || descriptor.orElse(null) instanceof Descriptor.Socket) {
            Optional<CallSocket> socket = CallSocket.of(call, change, names);
            if (socket.flatMap(CallSocket::peer).isPresent()) {
                return PEER
                        + protocol(socket.get(), descriptor.or(names::result))
                        + address(socket.get().peer().get());
            }
        }
        if (names.path().isPresent()) {
            return FILE + shown(names.path().get());
        }
        return descriptor.or(names::result).map(CallSubjects::of).orElse(NONE);
    }

    private static int descriptorArgument(Syscall syscall) {
        List<Parameter> parameters = syscall.parameters();
        for (int index = 0; index < parameters.size(); index++) {
            if (parameters.get(index).kind() == ParameterKind.FD) {
                return index;
            }
        }
        return -1;
    }

    private static String protocol(CallSocket socket, Optional<Descriptor> descriptor) {
        String known = descriptor.orElse(null) instanceof Descriptor.Socket of
                ? of.protocol().label()
                : "";
        String label =
                known.isEmpty() || known.equals("socket") ? socket.transport().orElse("") : known;
        return label.isEmpty() ? "" : label + " ";
    }

    /** A name as {@link ByteText#shown} has it. Nearly all are that already, and a look at them takes a tenth of the time. */
    private static String shown(String name) {
        for (int index = 0; index < name.length(); index++) {
            char c = name.charAt(index);
            if (c < ' ' || c > '~' || c == '\\') {
                return ByteText.shown(name);
            }
        }
        return name;
    }

    private static String address(SocketAddress address) {
        return shown(address.toString());
    }

    private static String of(Descriptor descriptor) {
        return switch (descriptor) {
            case Descriptor.File file -> FILE + shown(file.path()) + (file.deleted() ? " (deleted)" : "");
            case Descriptor.Memory memory -> OTHER + "memfd:" + shown(memory.name());
            case Descriptor.Pipe pipe -> PIPE + (pipe.inode() == 0 ? "pipe" : "pipe:[" + pipe.inode() + "]");
            case Descriptor.Socket socket -> socket(socket);
            case Descriptor.Pidfd process -> OTHER + "pidfd of " + process.pid();
            case Descriptor.Anonymous anonymous -> OTHER + shown(anonymous.name());
            case Descriptor.Other other -> OTHER + shown(other.link());
        };
    }

    private static String socket(Descriptor.Socket socket) {
        String label = socket.protocol().label();
        if (socket.peer().isPresent()) {
            return PEER + label + " " + address(socket.peer().get());
        }
        if (socket.local().isPresent()) {
            return SOCKET + label + " at " + address(socket.local().get());
        }
        return SOCKET + label + (socket.inode() == 0 ? "" : ":[" + socket.inode() + "]");
    }
}
