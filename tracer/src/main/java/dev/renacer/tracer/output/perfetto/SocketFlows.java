// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Which send has written the first of the bytes that a receive has read, where both ends of a connection are traced and
 * it is known that they are: UNIX sockets by the numbers of both, others by both addresses.
 */
final class SocketFlows implements Flows {
    /** Directions of connections of which something is kept, and sends of each; beyond that the oldest are given up. */
    private static final int MOST_DIRECTIONS = 256;

    private static final int MOST_SENDS = 64;

    private static final Set<String> SENDS = Set.of("write", "writev", "send", "sendto", "sendmsg");
    private static final Set<String> RECEIVES = Set.of("read", "readv", "recv", "recvfrom", "recvmsg");
    /** By call, the argument that has the flags. */
    private static final Map<String, Integer> FLAGS = Map.of("recv", 3, "recvfrom", 3, "recvmsg", 2);

    private static final int MSG_PEEK = 2;

    private static final class Send {
        private final SyscallCall call;
        private final long flow;
        private long bytes;

        Send(SyscallCall call, long flow) {
            this.call = call;
            this.flow = flow;
            this.bytes = call.result();
        }
    }

    private final Function<SyscallCall, Optional<Descriptor>> descriptors;
    private final LongSupplier numbers;
    private final HeldCalls<String> receives;
    private final Map<String, Queue<Send>> sends = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Queue<Send>> eldest) {
            return size() > MOST_DIRECTIONS;
        }
    };

    /**
     * @param descriptors  what the first argument of a call is that is being delivered
     * @param numbers      gives a fresh number for each flow
     */
    SocketFlows(Function<SyscallCall, Optional<Descriptor>> descriptors, LongSupplier numbers, Receiver receiver) {
        this.descriptors = descriptors;
        this.numbers = numbers;
        this.receives = new HeldCalls<>(held -> receiver.accept(held.call(), flow(held.call(), held.with())));
    }

    @Override
    public boolean hold(SyscallCall call) {
        if (!moves(RECEIVES, call) || peeks(call)) {
            return false;
        }
        Optional<String> direction = socket(call).flatMap(socket -> direction(socket, false));
        direction.ifPresent(key -> receives.add(call, key));
        return direction.isPresent();
    }

    @Override
    public List<Long> begun(SyscallCall call) {
        if (!moves(SENDS, call)) {
            return List.of();
        }
        return socket(call)
                .flatMap(socket -> direction(socket, true))
                .map(direction -> List.of(sent(call, direction)))
                .orElse(List.of());
    }

    private long sent(SyscallCall call, String direction) {
        Queue<Send> all = sends.computeIfAbsent(direction, _ -> new ArrayDeque<>());
        Send send = new Send(call, numbers.getAsLong());
        all.add(send);
        if (all.size() > MOST_SENDS) {
            all.remove();
        }
        return send.flow;
    }

    @Override
    public void settle(long reportedNanos) {
        receives.settle(reportedNanos);
    }

    @Override
    public void settle(Predicate<SyscallCall> gone) {
        receives.settle(gone);
    }

    /** Takes as many bytes as were received; a send of which some were received before has no flow left. */
    private OptionalLong flow(SyscallCall receive, String direction) {
        Queue<Send> all = sends.getOrDefault(direction, new ArrayDeque<>());
        OptionalLong flow = OptionalLong.empty();
        boolean first = true;
        for (long left = receive.result(); left > 0 && !all.isEmpty(); ) {
            Send send = all.element();
            if (send.call.startNanos() > receive.endNanos()) {
                break; // what was received was sent by a call that is not known
            }
            if (first && send.bytes == send.call.result()) {
                flow = OptionalLong.of(send.flow);
            }
            first = false;
            long taken = Math.min(left, send.bytes);
            left -= taken;
            send.bytes -= taken;
            if (send.bytes == 0) {
                all.remove();
            }
        }
        return flow;
    }

    private static boolean moves(Set<String> calls, SyscallCall call) {
        return call.outcome() == Outcome.RETURNED
                && call.result() > 0
                && calls.contains(call.syscall().name());
    }

    private static boolean peeks(SyscallCall call) {
        Integer flags = FLAGS.get(call.syscall().name());
        return flags != null && (call.args()[flags] & MSG_PEEK) != 0;
    }

    private Optional<Descriptor.Socket> socket(SyscallCall call) {
        return descriptors
                .apply(call)
                .filter(Descriptor.Socket.class::isInstance)
                .map(Descriptor.Socket.class::cast);
    }

    /** The same for the send of one end and the receive of the other. */
    private static Optional<String> direction(Descriptor.Socket socket, boolean sends) {
        if (socket.inode() != 0 && socket.peerInode() != 0) {
            return Optional.of("inode " + (sends ? socket.peerInode() : socket.inode()));
        }
        Optional<SocketAddress> from = sends ? socket.local() : socket.peer();
        Optional<SocketAddress> to = sends ? socket.peer() : socket.local();
        return from.isPresent() && to.isPresent() && isInternet(from.get())
                ? Optional.of(from.get() + " " + to.get())
                : Optional.empty();
    }

    private static boolean isInternet(SocketAddress address) {
        return address instanceof SocketAddress.Inet || address instanceof SocketAddress.Inet6;
    }
}
