// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.syscall.DescriptorCalls.Change;
import dev.renacer.tracer.syscall.DescriptorCalls.Effect;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ends of the connection that a call is about: those of its socket, and before these the addresses that the call
 * itself was given or has written. Immutable.
 *
 * @param transport  {@code network.transport}, if known
 * @param network    {@code network.type}, likewise
 * @param local      the socket's own address, likewise
 * @param peer       the other end, likewise
 */
public record CallSocket(
        Optional<String> transport,
        Optional<String> network,
        Optional<SocketAddress> local,
        Optional<SocketAddress> peer) {
    private static final int ADDRESS = 1;

    /**
     * That of a call.
     *
     * @param change  what it does to descriptors
     * @return empty if it is about no socket, or nothing is known of that
     */
    public static Optional<CallSocket> of(SyscallCall call, Optional<Change> change, CallNames names) {
        Descriptor what = about(change, names);
        Optional<SocketAddress> own = change.isPresent() ? own(call, change.get()) : Optional.empty();
        Optional<SocketAddress> other = change.isPresent() ? other(call, change.get()) : Optional.empty();
        if (!(what instanceof Descriptor.Socket) && own.isEmpty() && other.isEmpty()) {
            return Optional.empty(); // almost all calls: nothing was made for them
        }
        Optional<Descriptor.Socket> known =
                what instanceof Descriptor.Socket socket ? Optional.of(socket) : Optional.empty();
        Optional<SocketAddress> local = own.or(() -> known.flatMap(Descriptor.Socket::local));
        Optional<SocketAddress> peer = other.or(() -> known.flatMap(Descriptor.Socket::peer));
        return Optional.of(new CallSocket(
                known.flatMap(socket -> socket.protocol().transport()).or(() -> transport(own.or(() -> other))),
                known.flatMap(socket -> socket.protocol().network()).or(() -> network(own.or(() -> other))),
                local,
                peer));
    }

    /** That of a socket that is not an argument of a call. */
    public static CallSocket of(Descriptor.Socket socket) {
        return new CallSocket(
                socket.protocol().transport(), socket.protocol().network(), socket.local(), socket.peer());
    }

    private static @Nullable Descriptor about(Optional<Change> change, CallNames names) {
        boolean accepts = change.isPresent() && change.get().effect() == Effect.ACCEPT;
        boolean makes = change.isPresent() && change.get().effect() == Effect.SOCKET;
        Descriptor made = accepts || makes ? names.result().orElse(null) : null;
        return made != null ? made : names.descriptor(0);
    }

    private static Optional<SocketAddress> own(SyscallCall call, Change change) {
        return switch (change.effect()) {
            case BIND, LOCAL -> address(call, ADDRESS, Part.DATA);
            default -> Optional.empty();
        };
    }

    private static Optional<SocketAddress> other(SyscallCall call, Change change) {
        return switch (change.effect()) {
            case CONNECT, PEER, ACCEPT -> address(call, ADDRESS, Part.DATA);
            case ADDRESS -> address(call, change.arguments().get(1), Part.DATA);
            case MESSAGE, RECEIVE -> address(call, change.arguments().getFirst(), Part.NAME);
            default -> Optional.empty();
        };
    }

    private static Optional<SocketAddress> address(SyscallCall call, int argument, Part part) {
        return CallData.address(call, argument, part).filter(address -> !(address instanceof SocketAddress.Other));
    }

    private static Optional<String> transport(Optional<SocketAddress> address) {
        return address.filter(SocketAddress.Unix.class::isInstance).map(_ -> "unix");
    }

    private static Optional<String> network(Optional<SocketAddress> address) {
        return address.flatMap(given -> switch (given) {
            case SocketAddress.Inet _ -> Optional.of("ipv4");
            case SocketAddress.Inet6 _ -> Optional.of("ipv6");
            case SocketAddress.Unix _, SocketAddress.Netlink _, SocketAddress.Other _ -> Optional.empty();
        });
    }
}
