// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import dev.renacer.capture.ring.CapturedEvent;
import java.util.Optional;

/**
 * Finds out where calls come from. Serves one consumer thread; {@link #counts()} may be called from any.
 */
public interface CallSites extends AutoCloseable {
    /** Knows no call's source. */
    CallSites NONE = new CallSites() {
        @Override
        public void mapped(CapturedEvent event) {}

        @Override
        public void executed(int pid) {}

        @Override
        public void ended(int pid) {}

        @Override
        public Optional<SourceLocation> locate(CapturedEvent event) {
            return Optional.empty();
        }

        @Override
        public Optional<CallStack> stack(CapturedEvent event) {
            return Optional.empty();
        }

        @Override
        public SourceCounts counts() {
            return SourceCounts.NONE;
        }

        @Override
        public void close() {}
    };

    /** A MAPPINGS event: where the code of a process is from now on. */
    void mapped(CapturedEvent event);

    /**
     * The process runs another program: a call that comes before its mappings are known is the execve that started it.
     */
    void executed(int pid);

    /** The process is gone or no longer traced. */
    void ended(int pid);

    /**
     * Where this call comes from; empty if that is unknown. Returns within some seconds whatever the traced program
     * does.
     */
    Optional<SourceLocation> locate(CapturedEvent event);

    /**
     * The stack of this call or fault; empty if stacks are not wanted, or it has none of the program's. Returns within
     * some seconds whatever the traced program does.
     */
    Optional<CallStack> stack(CapturedEvent event);

    /** The current counters. */
    SourceCounts counts();

    /** Ends the processes that were started. */
    @Override
    void close();
}
