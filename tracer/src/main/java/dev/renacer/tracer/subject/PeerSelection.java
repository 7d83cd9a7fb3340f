// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.subject;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.CallNames;
import dev.renacer.tracer.descriptor.CallSocket;
import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.syscall.DescriptorCalls;
import dev.renacer.tracer.syscall.Parameter;
import java.util.List;
import java.util.Optional;

/**
 * The calls with certain peers: one is among their arguments or results, one of their descriptors is a socket that is connected
 * with it, or they poll such a socket. For the consumer thread.
 */
final class PeerSelection {
    private final List<PeerPattern> peers;
    private final Descriptors descriptors;

    /**
     * @param descriptors  knows what descriptors are; it must be a listener in front
     */
    PeerSelection(List<PeerPattern> peers, Descriptors descriptors) {
        this.peers = peers;
        this.descriptors = descriptors;
    }

    /** Whether the call that is being delivered has one of them. */
    boolean selects(SyscallCall call) {
        if (peers.isEmpty()) {
            return false;
        }
        CallNames names = descriptors.names(call);
        if (isOne(CallSocket.of(call, DescriptorCalls.change(call.syscall().name()), names)
                        .flatMap(CallSocket::peer))
                || isConnected(names.result())) {
            return true;
        }
        List<Parameter> parameters = call.syscall().parameters();
        for (int index = 0; index < parameters.size(); index++) {
            if (isConnected(names.argument(index))) {
                return true;
            }
        }
        return PolledDescriptor.all(call).anyMatch(number -> isConnected(descriptors.descriptor(call, number)));
    }

    private boolean isConnected(Optional<Descriptor> descriptor) {
        return descriptor.orElse(null) instanceof Descriptor.Socket socket && isOne(socket.peer());
    }

    private boolean isOne(Optional<SocketAddress> peer) {
        return peer.isPresent() && peers.stream().anyMatch(pattern -> pattern.matches(peer.get()));
    }
}
