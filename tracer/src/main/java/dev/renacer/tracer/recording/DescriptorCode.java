// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.descriptor.address.SocketProtocol;
import dev.renacer.tracer.recording.block.BlockInput;
import dev.renacer.tracer.recording.block.BlockOutput;
import dev.renacer.tracer.recording.block.RecordingException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** How what descriptors are is written: a byte says what follows. */
final class DescriptorCode {
    /** The most descriptors of a process that are told at a time; the rest is not known. */
    private static final int MOST = 1 << 18;

    private DescriptorCode() {}

    static void write(BlockOutput out, Map<Integer, Descriptor> found) {
        int count = Math.min(MOST, found.size());
        out.number(count);
        found.entrySet().stream().limit(count).forEach(entry -> {
            out.signed(entry.getKey());
            write(out, entry.getValue());
        });
    }

    static Map<Integer, Descriptor> readAll(BlockInput in) throws RecordingException {
        int count = in.upTo(MOST, "the number of descriptors");
        Map<Integer, Descriptor> found = new HashMap<>();
        for (int index = 0; index < count; index++) {
            found.put(in.signedInt(), read(in));
        }
        return found;
    }

    static void write(BlockOutput out, Optional<Descriptor> what) {
        out.one(what.isPresent() ? 1 : 0);
        what.ifPresent(present -> write(out, present));
    }

    static Optional<Descriptor> readOptional(BlockInput in) throws RecordingException {
        return in.one() == 0 ? Optional.empty() : Optional.of(read(in));
    }

    private static void write(BlockOutput out, Descriptor what) {
        switch (what) {
            case Descriptor.File file -> {
                out.one(file.deleted() ? 1 : 0);
                out.text(file.path());
                out.text(file.device());
            }
            case Descriptor.Memory memory -> named(out, 2, memory.name());
            case Descriptor.Socket socket -> {
                out.one(3);
                protocol(out, socket.protocol());
                out.signed(socket.inode());
                address(out, socket.local());
                address(out, socket.peer());
                out.signed(socket.peerInode());
            }
            case Descriptor.Pipe pipe -> numbered(out, 4, pipe.inode());
            case Descriptor.Pidfd process -> numbered(out, 5, process.pid());
            case Descriptor.Anonymous anonymous -> named(out, 6, anonymous.name());
            case Descriptor.Other other -> named(out, 7, other.link());
        }
    }

    private static void named(BlockOutput out, int kind, String name) {
        out.one(kind);
        out.text(name);
    }

    private static void numbered(BlockOutput out, int kind, long number) {
        out.one(kind);
        out.signed(number);
    }

    private static Descriptor read(BlockInput in) throws RecordingException {
        int kind = in.one();
        return switch (kind) {
            case 0 -> new Descriptor.File(in.text(), false, in.text());
            case 1 -> new Descriptor.File(in.text(), true, in.text());
            case 2 -> new Descriptor.Memory(in.text());
            case 3 -> new Descriptor.Socket(protocol(in), in.signed(), address(in), address(in), in.signed());
            case 4 -> new Descriptor.Pipe(in.signed());
            case 5 -> new Descriptor.Pidfd(in.signedInt());
            case 6 -> new Descriptor.Anonymous(in.text());
            case 7 -> new Descriptor.Other(in.text());
            default -> throw new RecordingException("a descriptor has the unknown kind " + kind);
        };
    }

    private static void protocol(BlockOutput out, SocketProtocol protocol) {
        out.text(protocol.label());
        out.text(protocol.transport().orElse(""));
        out.text(protocol.network().orElse(""));
        out.one(protocol.netlink().isPresent() ? 1 : 0);
        if (protocol.netlink().isPresent()) {
            out.signed(protocol.netlink().getAsInt());
        }
    }

    private static SocketProtocol protocol(BlockInput in) throws RecordingException {
        return new SocketProtocol(
                in.text(),
                notEmpty(in.text()),
                notEmpty(in.text()),
                in.one() == 0 ? OptionalInt.empty() : OptionalInt.of(in.signedInt()));
    }

    private static Optional<String> notEmpty(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static void address(BlockOutput out, Optional<SocketAddress> address) {
        if (address.isEmpty()) {
            out.one(0);
            return;
        }
        switch (address.get()) {
            case SocketAddress.Inet inet -> {
                named(out, 1, inet.host());
                out.signed(inet.port());
            }
            case SocketAddress.Inet6 inet -> {
                named(out, 2, inet.host());
                out.signed(inet.port());
                out.signed(inet.flow());
                out.signed(inet.scope());
            }
            case SocketAddress.Unix unix -> named(out, unix.isPath() ? 3 : 4, unix.name());
            case SocketAddress.Netlink netlink -> {
                numbered(out, 5, netlink.port());
                out.signed(netlink.groups());
            }
            case SocketAddress.Other other -> numbered(out, 6, other.family());
        }
    }

    private static Optional<SocketAddress> address(BlockInput in) throws RecordingException {
        int kind = in.one();
        return switch (kind) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(new SocketAddress.Inet(in.text(), in.signedInt()));
            case 2 -> Optional.of(new SocketAddress.Inet6(in.text(), in.signedInt(), in.signedInt(), in.signedInt()));
            case 3 -> Optional.of(new SocketAddress.Unix(in.text(), true));
            case 4 -> Optional.of(new SocketAddress.Unix(in.text(), false));
            case 5 -> Optional.of(new SocketAddress.Netlink(in.signedInt(), in.signedInt()));
            case 6 -> Optional.of(new SocketAddress.Other(in.signedInt()));
            default -> throw new RecordingException("an address has the unknown kind " + kind);
        };
    }
}
