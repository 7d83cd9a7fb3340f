// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import java.util.Set;

/** How many bytes a call has moved into the process or out of it: what it has returned, for calls that return that. */
final class MovedBytes {
    private static final Set<String> IN = Set.of(
            "read",
            "pread64",
            "readv",
            "preadv",
            "preadv2",
            "recv",
            "recvfrom",
            "recvmsg",
            "copy_file_range",
            "splice");
    private static final Set<String> OUT = Set.of(
            "write",
            "pwrite64",
            "writev",
            "pwritev",
            "pwritev2",
            "send",
            "sendto",
            "sendmsg",
            "sendfile",
            "sendfile64",
            "vmsplice");

    private MovedBytes() {}

    /** Whether calls of this name move bytes. */
    static boolean isMove(String name) {
        return IN.contains(name) || OUT.contains(name);
    }

    /** The bytes doubled, odd if they left the process (by way of the call's first argument); 0: none. */
    static long of(SyscallCall call) {
        if (call.outcome() != Outcome.RETURNED || call.result() <= 0) {
            return 0;
        }
        String name = call.syscall().name();
        if (IN.contains(name)) {
            return call.result() << 1;
        }
        return OUT.contains(name) ? call.result() << 1 | 1 : 0;
    }
}
