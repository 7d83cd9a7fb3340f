// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import java.util.Optional;

/**
 * Writes what descriptors are behind their numbers, as strace does with -y and -yy: {@code 3</etc/passwd>},
 * {@code 4<TCP:[10.0.0.7:41812->10.0.0.9:5432]>}. Printable ASCII. For the consumer thread.
 */
public final class NameWriter {
    /** How much is written. */
    public enum Style {
        /** Nothing. */
        NONE,
        /** Paths, and the kind of what has none (-y). */
        PATHS,
        /** Also protocols and addresses (-yy). */
        ALL
    }

    /** Writes nothing. */
    public static final NameWriter NONE = new NameWriter(Optional.empty(), Style.NONE);

    private final Optional<Descriptors> descriptors;
    /** The same, if they are written. */
    private final Optional<Descriptors> written;

    private final Style style;

    private NameWriter(Optional<Descriptors> descriptors, Style style) {
        this.descriptors = descriptors;
        this.written = style == Style.NONE ? Optional.empty() : descriptors;
        this.style = style;
    }

    /** Writes what these descriptors are; in the style {@link Style#NONE} nothing, but what they are is known. */
    public static NameWriter of(Descriptors descriptors, Style style) {
        return new NameWriter(Optional.of(descriptors), style);
    }

    /** What the descriptor is that a call is about, by its first argument; empty if that is not known. */
    public Optional<Descriptor> descriptor(SyscallCall call) {
        return descriptors.flatMap(known -> known.names(call).argument(0));
    }

    /** Writes what the descriptor in an argument is, if that is known. */
    public void argument(StringBuilder out, SyscallCall call, int index) {
        if (written.isPresent()) {
            write(out, written.get().names(call).argument(index));
        }
    }

    /** Likewise of the descriptor that the call has returned. */
    public void result(StringBuilder out, SyscallCall call) {
        if (written.isPresent()) {
            write(out, written.get().names(call).result());
        }
    }

    /** Likewise of one whose number stands in the data of the call that is being delivered. */
    public void inData(StringBuilder out, int number) {
        if (written.isPresent()) {
            write(out, written.get().inData(number));
        }
    }

    private void write(StringBuilder out, Optional<Descriptor> descriptor) {
        descriptor.ifPresent(what -> write(out, what, style));
    }

    /** Writes what a descriptor is, in a style other than {@link Style#NONE}. */
    public static void write(StringBuilder out, Descriptor what, Style style) {
        out.append('<');
        switch (what) {
            case Descriptor.File file -> {
                shown(out, file.path());
                if (style == Style.ALL && !file.device().isEmpty()) {
                    out.append('<').append(file.device()).append('>');
                }
            }
            case Descriptor.Memory memory -> shown(out.append("/memfd:"), memory.name());
            case Descriptor.Pipe pipe -> numbered(out, "pipe", pipe.inode());
            case Descriptor.Socket socket -> {
                if (style == Style.ALL) {
                    socket(out, socket);
                } else {
                    numbered(out, "socket", socket.inode());
                }
            }
            case Descriptor.Pidfd process -> {
                if (style == Style.ALL) {
                    out.append("pid:").append(process.pid());
                } else {
                    out.append("anon_inode:[pidfd]");
                }
            }
            case Descriptor.Anonymous anonymous -> shown(out.append("anon_inode:"), anonymous.name());
            case Descriptor.Other other -> shown(out, other.link());
        }
        out.append('>');
        if (isDeleted(what)) {
            out.append("(deleted)");
        }
    }

    /** Memory has a name that was never anywhere: so /proc calls it deleted, and strace does. */
    private static boolean isDeleted(Descriptor what) {
        return what instanceof Descriptor.Memory || (what instanceof Descriptor.File file && file.deleted());
    }

    private static void socket(StringBuilder out, Descriptor.Socket socket) {
        out.append(socket.protocol().label());
        Optional<String> subsystem = socket.protocol().subsystem();
        if (socket.local().isPresent() && subsystem.isPresent()) {
            netlink(out, subsystem.get(), socket.local().get());
            return;
        }
        boolean unix = socket.local().orElse(socket.peer().orElse(null)) instanceof SocketAddress.Unix;
        boolean numbered = socket.inode() != 0
                && (unix || (socket.local().isEmpty() && socket.peer().isEmpty()));
        if (!numbered && socket.local().isEmpty() && socket.peer().isEmpty()) {
            return;
        }
        out.append(":[");
        if (numbered) {
            out.append(socket.inode());
            if (socket.peerInode() != 0) {
                out.append("->").append(socket.peerInode());
            }
        }
        if (socket.local().isPresent()) {
            out.append(numbered ? "," : "").append(socket.local().get());
        } else if (socket.peer().isPresent() && !unix) {
            out.append('?'); // its own address is not known, or not yet
        }
        socket.peer().ifPresent(peer -> out.append("->").append(peer));
        out.append(']');
    }

    /** One of no known name has nothing else. */
    private static void netlink(StringBuilder out, String subsystem, SocketAddress local) {
        out.append(":[").append(subsystem);
        if (!Character.isDigit(subsystem.charAt(0))) {
            out.append(':').append(local);
        }
        out.append(']');
    }

    private static void numbered(StringBuilder out, String kind, long inode) {
        out.append(kind);
        if (inode != 0) {
            out.append(":[").append(inode).append(']');
        }
    }

    /** A name cannot end before its end: what would look like that is escaped. */
    private static void shown(StringBuilder out, String name) {
        for (int index = 0; index < name.length(); index++) {
            char c = name.charAt(index);
            if (c < ' ' || c >= 0x7f || c == '\\' || c == '<' || c == '>') {
                out.append(ByteText.shown(name).replace("<", "\\074").replace(">", "\\076"));
                return;
            }
        }
        out.append(name);
    }
}
