// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.redact.Redactor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What another source shows, without the secrets in its names: those in calls are taken out before they come here. */
final class RedactedSource implements DescriptorSource {
    private final DescriptorSource source;
    private final Redactor redactor;

    RedactedSource(DescriptorSource source, Redactor redactor) {
        this.source = source;
        this.redactor = redactor;
    }

    @Override
    public Optional<Descriptor> descriptor(int pid, int number) {
        return source.descriptor(pid, number).map(this::redacted);
    }

    @Override
    public Map<Integer, Descriptor> descriptors(int pid) {
        Map<Integer, Descriptor> found = new HashMap<>(source.descriptors(pid));
        found.replaceAll((_, what) -> redacted(what));
        return found;
    }

    @Override
    public Optional<Descriptor> folder(int pid) {
        return source.folder(pid).map(this::redacted);
    }

    @Override
    public Map<Long, Descriptor.Socket> sockets(int pid, Set<Long> inodes) {
        Map<Long, Descriptor.Socket> found = new HashMap<>(source.sockets(pid, inodes));
        found.replaceAll((_, socket) -> redacted(socket));
        return found;
    }

    /** The same without the secrets in its names. */
    Descriptor redacted(Descriptor what) {
        return switch (what) {
            case Descriptor.File file -> new Descriptor.File(text(file.path()), file.deleted(), file.device());
            case Descriptor.Memory memory -> new Descriptor.Memory(text(memory.name()));
            case Descriptor.Socket socket -> redacted(socket);
            case Descriptor.Pipe _, Descriptor.Pidfd _, Descriptor.Anonymous _, Descriptor.Other _ -> what;
        };
    }

    private Descriptor.Socket redacted(Descriptor.Socket socket) {
        return new Descriptor.Socket(
                socket.protocol(),
                socket.inode(),
                socket.local().map(this::redacted),
                socket.peer().map(this::redacted),
                socket.peerInode());
    }

    private SocketAddress redacted(SocketAddress address) {
        return address instanceof SocketAddress.Unix unix
                ? new SocketAddress.Unix(text(unix.name()), unix.isPath())
                : address;
    }

    private String text(String name) {
        return ByteText.decode(redactor.path(ByteText.encode(name), false));
    }
}
