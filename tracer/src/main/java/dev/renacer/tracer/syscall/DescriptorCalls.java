// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Calls that make, copy, name or close descriptors, from descriptors.tsv. */
public final class DescriptorCalls {
    /** What a call does if it succeeds. Arguments are those of {@link Change#arguments}, in their order. */
    public enum Effect {
        /** Returns a descriptor of the file of a path; with a folder's descriptor as second argument. */
        OPEN,
        /** Returns a new descriptor of {@link Change#kind}. */
        MAKE,
        /** Returns a new descriptor of memory with a name. */
        MEMORY,
        /** Returns a new descriptor of a process. */
        PROCESS,
        /** Returns a new descriptor of an io_uring, through which descriptors are made and closed without calls. */
        RING,
        /** Returns a new descriptor, or changes the one it was given. */
        SIGNALFD,
        /** Returns a socket of family, type and protocol. */
        SOCKET,
        /** Writes two sockets of family, type and protocol that are connected with each other. */
        PAIR,
        /** Returns a connection of a listening socket, and writes the peer's address. */
        ACCEPT,
        /** A call on sockets whose arguments lie in memory (i386). */
        SOCKETCALL,
        /** Writes the two ends of a pipe. */
        PIPE,
        /** Returns a copy of a descriptor. */
        COPY,
        /** Makes the second descriptor a copy of the first. */
        COPY_TO,
        /** fcntl(2): copies a descriptor, or says whether exec closes it. */
        FCNTL,
        /** ioctl(2): says whether exec closes a descriptor. */
        IOCTL,
        /** Closes a descriptor. */
        CLOSE,
        /** close_range(2). */
        CLOSE_RANGE,
        /** Gives a socket a peer. */
        CONNECT,
        /** Gives a socket an address. */
        BIND,
        /** Writes a socket's own address. */
        LOCAL,
        /** Writes the address of a socket's peer. */
        PEER,
        /** May receive descriptors in control messages (SCM_RIGHTS). */
        RECEIVE,
        /** Changes the working directory to a path. */
        FOLDER,
        /** Changes the working directory to that of a descriptor. */
        FOLDER_OF,
        /** Changes what the paths of the process begin with. */
        ROOT,
        /** Makes a process or thread, which may share the table. */
        CLONE,
        /** The calling thread no longer shares its table. */
        UNSHARE,
        /** Nothing: it has the address of a socket's peer as second argument. */
        ADDRESS,
        /** Nothing: its message may have such an address. */
        MESSAGE,
        /** Nothing: it says which of its strings is the path that the call is about. */
        PATH;

        /** Whether the call changes what descriptors are. */
        public boolean isChange() {
            return switch (this) {
                case ADDRESS, MESSAGE, PATH -> false;
                default -> true;
            };
        }
    }

    /** Whether exec closes a descriptor. */
    public enum OnExec {
        CLOSED,
        KEPT,
        UNKNOWN
    }

    /** {@link Change#kind} of a descriptor of which nothing is known. */
    public static final String UNKNOWN_KIND = "?";

    /**
     * What a call does.
     *
     * @param effect        what
     * @param arguments     the arguments it is about
     * @param onExec        whether exec closes the new descriptor if no flag says it
     * @param flagArgument  the argument with the flag that says it; -1: none does
     * @param flag          that flag
     * @param kind          what the new descriptor is, as /proc names it; empty if the effect says it
     */
    public record Change(
            Effect effect, List<Integer> arguments, OnExec onExec, int flagArgument, long flag, String kind) {
        public Change {
            arguments = List.copyOf(arguments);
        }

        /** Whether a call with these arguments returns a descriptor. */
        public boolean returnsDescriptor(long[] values) {
            return switch (effect) {
                case OPEN, MAKE, MEMORY, PROCESS, RING, SIGNALFD, SOCKET, ACCEPT, COPY, COPY_TO -> true;
                case FCNTL -> values[1] == F_DUPFD || values[1] == F_DUPFD_CLOEXEC;
                default -> false;
            };
        }

        /** Whether exec closes the descriptor that a call with these arguments has made. */
        public OnExec onExec(long[] values) {
            if (flagArgument < 0) {
                return onExec;
            }
            return (values[flagArgument] & flag) != 0 ? OnExec.CLOSED : OnExec.KEPT;
        }
    }

    /** The commands of fcntl(2) that copy a descriptor. */
    public static final int F_DUPFD = 0;

    public static final int F_DUPFD_CLOEXEC = 1030;

    private static final int CALL = 0;
    private static final int EFFECT = 1;
    private static final int ARGUMENTS = 2;
    private static final int ON_EXEC = 3;
    private static final int KIND = 4;

    private static final Map<String, Change> CHANGES = new HashMap<>();

    static {
        for (String[] row : DataTable.rows("descriptors.tsv")) {
            CHANGES.put(row[CALL], change(row));
        }
    }

    private DescriptorCalls() {}

    /** What a call of this name does; empty if it does nothing to descriptors. */
    public static Optional<Change> change(String name) {
        return Optional.ofNullable(CHANGES.get(name));
    }

    /** The names of all calls that do something. */
    static Set<String> names() {
        return Set.copyOf(CHANGES.keySet());
    }

    /** The argument that is the path a call is about: its first path, unless the table says another; -1: none. */
    public static int pathArgument(Syscall syscall) {
        Change change = CHANGES.get(syscall.name());
        if (change != null && change.effect() == Effect.PATH) {
            return change.arguments().getFirst();
        }
        List<Parameter> parameters = syscall.parameters();
        for (int index = 0; index < parameters.size(); index++) {
            if (parameters.get(index).kind() == ParameterKind.PATH) {
                return index;
            }
        }
        return -1;
    }

    private static Change change(String[] row) {
        String flag = column(row, ON_EXEC);
        int slash = flag.indexOf('/');
        OnExec onExec = switch (flag) {
            case "+" -> OnExec.CLOSED;
            case "-" -> OnExec.KEPT;
            default -> OnExec.UNKNOWN;
        };
        List<Integer> arguments = column(row, ARGUMENTS).isEmpty()
                ? List.of()
                : Stream.of(row[ARGUMENTS].split(" ")).map(Integer::valueOf).toList();
        return new Change(
                Effect.valueOf(row[EFFECT]),
                arguments,
                onExec,
                slash < 0 ? -1 : Integer.parseInt(flag.substring(0, slash)),
                slash < 0 ? 0 : Long.decode(flag.substring(slash + 1)),
                column(row, KIND));
    }

    private static String column(String[] row, int index) {
        return index < row.length ? row[index] : "";
    }
}
