// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Calls that show how a connection ended if its connect(2) did not wait for that, from connections.tsv and
 * connection-errors.tsv.
 */
public final class ConnectionCalls {
    /** The argument of getsockopt(2) that points to the option's value, and the one that points to its length. */
    public static final int OPTION_VALUE = 3;

    public static final int OPTION_LENGTH = 4;

    /** The option that returns a socket's error, the same on x86 and arm64 (asm-generic/socket.h). */
    public static final int SOL_SOCKET = 1;

    public static final int SO_ERROR = 4;

    /** How a call shows it. */
    public enum Role {
        /** connect(2): begins a connection, or returns how it ended. */
        CONNECT,
        /** getsockopt(2) of SO_ERROR: the error, 0 for none. */
        SO_ERROR,
        /** Fails with the connection's error, or succeeds if the connection was made. */
        TRANSFER,
        /** Its descriptor is closed. */
        CLOSE,
        /** If it succeeds, its descriptor is closed and given to something else. */
        REPLACE,
        /** The descriptors from its first argument to its second are closed. */
        CLOSE_RANGE
    }

    /**
     * A call that shows how a connection ended.
     *
     * @param role         how
     * @param descriptors  which arguments are the descriptor
     */
    public record Teller(Role role, List<Integer> descriptors) {}

    private static final Map<String, Teller> TELLERS = new HashMap<>();
    private static final Set<Integer> ERRORS = DataTable.rows("connection-errors.tsv").stream()
            .map(row -> ErrnoNames.number(row[0]))
            .collect(Collectors.toSet());
    private static final Set<Integer> UNDER_WAY = Stream.of("EINPROGRESS", "EALREADY", "EINTR")
            .map(ErrnoNames::number)
            .collect(Collectors.toSet());
    private static final int BEGUN = ErrnoNames.number("EINPROGRESS");
    private static final int IS_CONNECTED = ErrnoNames.number("EISCONN");

    static {
        for (String[] row : DataTable.rows("connections.tsv")) {
            List<Integer> descriptors =
                    Stream.of(row[1].split(" ")).map(Integer::valueOf).toList();
            TELLERS.put(row[0], new Teller(Role.valueOf(row[2]), descriptors));
        }
    }

    private ConnectionCalls() {}

    /** What a call of this name shows; empty if it shows nothing. */
    public static Optional<Teller> teller(String name) {
        return Optional.ofNullable(TELLERS.get(name));
    }

    /** The names of all calls that show something. */
    static Set<String> names() {
        return Set.copyOf(TELLERS.keySet());
    }

    /** Whether a connect(2) that returned this errno leaves a connection under way. */
    public static boolean isUnderWay(int errno) {
        return UNDER_WAY.contains(errno) || ErrnoNames.isRestart(errno);
    }

    /** Whether connect(2) says by this errno that it has begun a connection, and was in none before. */
    public static boolean isBegun(int errno) {
        return errno == BEGUN;
    }

    /** Whether connect(2) says by this errno that the connection was made before. */
    public static boolean isConnected(int errno) {
        return errno == IS_CONNECTED;
    }

    /** Whether a call that returned this errno is about the connection rather than the call. */
    public static boolean isError(int errno) {
        return ERRORS.contains(errno);
    }

    /** The errno that getsockopt(2) of SO_ERROR wrote, 0 for none; empty if it was not read. */
    public static OptionalInt socketError(Optional<byte[]> written) {
        return written.filter(bytes -> bytes.length == Integer.BYTES)
                .map(bytes -> OptionalInt.of(
                        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt()))
                .orElse(OptionalInt.empty());
    }
}
