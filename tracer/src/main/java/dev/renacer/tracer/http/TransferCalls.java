// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.http;

import dev.renacer.capture.plan.ArgumentRead.HeadIn;
import dev.renacer.tracer.syscall.DataTable;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What calls do with the connection that their first argument is, by transfers.tsv. */
public final class TransferCalls {
    private static final int FLAGS = 3;
    private static final Map<String, Transfer> BY_NAME = read();

    /** What a call does. */
    public enum Role {
        /** It receives bytes. */
        RECEIVE,
        /** It sends bytes. */
        SEND,
        /** It accepts a connection: the thread works for nobody. */
        ACCEPT,
        /** It closes it. */
        CLOSE,
        /** It closes what its second argument was. */
        REPLACE,
        /** It closes those from its first argument to its second. */
        CLOSE_RANGE,
        /** It makes another descriptor of it. */
        DUPLICATE,
        /** It waits for several descriptors. */
        WAIT,
        /** It ends a direction. */
        SHUTDOWN
    }

    /**
     * A call.
     *
     * @param where  where the bytes are; empty: they cannot be seen
     * @param flags  the index of the argument with its flags of {@code recv(2)}; empty: it has none
     */
    public record Transfer(Role role, Optional<HeadIn> where, OptionalInt flags) {}

    private TransferCalls() {}

    /** What the call of this name does; empty: nothing of that. */
    public static Optional<Transfer> of(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The calls that do something of that. */
    public static Set<String> names() {
        return Collections.unmodifiableSet(BY_NAME.keySet());
    }

    private static Map<String, Transfer> read() {
        Map<String, Transfer> calls = new HashMap<>();
        for (String[] row : DataTable.rows(TransferCalls.class, "transfers.tsv")) {
            calls.put(
                    row[0],
                    new Transfer(
                            Role.valueOf(row[1].toUpperCase(Locale.ROOT)),
                            row.length > 2
                                    ? Optional.of(HeadIn.valueOf(row[2].toUpperCase(Locale.ROOT)))
                                    : Optional.empty(),
                            row.length > FLAGS ? OptionalInt.of(Integer.parseInt(row[FLAGS])) : OptionalInt.empty()));
        }
        return calls;
    }
}
