// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import dev.renacer.capture.plan.ArgumentRead;
import dev.renacer.capture.plan.ArgumentRead.HeadIn;
import dev.renacer.tracer.http.TransferCalls;
import dev.renacer.tracer.http.TransferCalls.Transfer;
import dev.renacer.tracer.syscall.Syscall;
import java.util.List;

/** Which calls the core looks at for heads of HTTP: those that transfer bytes through sockets, of programs with 64 bits. */
final class HeadReads {
    private static final int BUFFER = 1;
    private static final int LENGTH = 2;
    /** Where none of the arguments points to the bytes. */
    private static final int DESCRIPTOR = 0;

    private HeadReads() {}

    /** The read of a call, if it is one of them. */
    static List<ArgumentRead> of(Syscall call) {
        return call.isNarrow()
                ? List.of()
                : TransferCalls.of(call.name())
                        .flatMap(transfer -> transfer.where().map(where -> read(transfer, where)))
                        .map(List::of)
                        .orElse(List.of());
    }

    private static ArgumentRead read(Transfer transfer, HeadIn where) {
        return ArgumentRead.head(
                where == HeadIn.UNSEEN ? DESCRIPTOR : BUFFER,
                where,
                LENGTH,
                transfer.role() == TransferCalls.Role.RECEIVE,
                transfer.flags());
    }
}
