// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.descriptor.address.SocketProtocol;
import java.util.Optional;

/**
 * What a descriptor is. Names and paths are {@link dev.renacer.capture.ByteText}, as the traced process sees them.
 * Immutable.
 */
public sealed interface Descriptor {
    /** In one word, for {@code syscall.fd.type}. */
    String type();

    /**
     * A file, folder or device that has a path.
     *
     * @param path     absolute: by which the process opened it, links followed if asked for, or as /proc shows it
     * @param deleted  whether /proc says that the path is gone
     * @param device   {@code char 1:3} or {@code block 8:0}; empty: none, or not known
     */
    record File(String path, boolean deleted, String device) implements Descriptor {
        /** A file of which is not known that it is a device. */
        public File(String path, boolean deleted) {
            this(path, deleted, "");
        }

        @Override
        public String type() {
            return "file";
        }
    }

    /** Memory without a path (memfd_create). */
    record Memory(String name) implements Descriptor {
        @Override
        public String type() {
            return "memfd";
        }
    }

    /**
     * A socket.
     *
     * @param protocol  of it; {@link SocketProtocol#UNKNOWN} if not known
     * @param inode     its number in /proc; 0: not known
     * @param local     its own address, if it has one and that is known
     * @param peer      the address it is connected with, likewise
     * @param peerInode the number of the socket of this machine that it is connected with; 0: not known
     */
    record Socket(
            SocketProtocol protocol,
            long inode,
            Optional<SocketAddress> local,
            Optional<SocketAddress> peer,
            long peerInode)
            implements Descriptor {
        /** One whose peer's number is not known. */
        public Socket(
                SocketProtocol protocol, long inode, Optional<SocketAddress> local, Optional<SocketAddress> peer) {
            this(protocol, inode, local, peer, 0);
        }

        /** A new socket without addresses. */
        static Socket of(SocketProtocol protocol) {
            return new Socket(protocol, 0, Optional.empty(), Optional.empty());
        }

        @Override
        public String type() {
            return "socket";
        }
    }

    /**
     * An end of a pipe.
     *
     * @param inode  its number in /proc, the same for both ends; 0: not known
     */
    record Pipe(long inode) implements Descriptor {
        @Override
        public String type() {
            return "pipe";
        }
    }

    /** A process (pidfd), numbered as the process that has the descriptor numbers it. */
    record Pidfd(int pid) implements Descriptor {
        @Override
        public String type() {
            return "pidfd";
        }
    }

    /**
     * Something that only has a descriptor.
     *
     * @param name  as /proc shows it behind {@code anon_inode:}, such as {@code [eventpoll]}
     */
    record Anonymous(String name) implements Descriptor {
        @Override
        public String type() {
            return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
        }
    }

    /** Anything else, such as a namespace: as /proc shows it. */
    record Other(String link) implements Descriptor {
        @Override
        public String type() {
            int colon = link.indexOf(':');
            return colon > 0 ? link.substring(0, colon) : "other";
        }
    }
}
