// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import java.util.Set;

/** Calls whose result is a number of bytes that went in or out (read(2), send(2), sendfile(2), splice(2)). */
public final class TransferCalls {
    private static final Set<String> NAMES = Set.of(
            "read",
            "write",
            "pread64",
            "pwrite64",
            "readv",
            "writev",
            "preadv",
            "pwritev",
            "preadv2",
            "pwritev2",
            "recvfrom",
            "recv",
            "recvmsg",
            "sendto",
            "send",
            "sendmsg",
            "sendfile",
            "sendfile64",
            "splice",
            "tee",
            "vmsplice",
            "copy_file_range");

    private TransferCalls() {}

    /** Whether a call of this name transfers bytes. */
    public static boolean contains(String name) {
        return NAMES.contains(name);
    }

    /** How many bytes a call that {@link #contains transfers} some has transferred. */
    public static long bytes(SyscallCall call) {
        return call.outcome() == Outcome.RETURNED ? Math.max(0, call.result()) : 0;
    }
}
