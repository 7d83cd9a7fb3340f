// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

import dev.renacer.tracer.SyscallCall;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** Which call of one thread has ended a call of another one. What is kept is bounded. Not thread-safe. */
interface Flows {
    /** Told a call that was held, and the flow that ends with it, if it is known. */
    @FunctionalInterface
    interface Receiver {
        void accept(SyscallCall call, OptionalLong flow);
    }

    /** Keeps a call that another one may have ended, to give it to the receiver later; {@code false}: it is none. */
    boolean hold(SyscallCall call);

    /** The flows that begin with a call: for each that it may end. To be asked while the call is being delivered. */
    List<Long> begun(SyscallCall call);

    /** Gives what is known now that everything until this time is reported. */
    void settle(long reportedNanos);

    /** Gives the calls of which this holds: their thread or process is gone. */
    void settle(Predicate<SyscallCall> gone);
}
