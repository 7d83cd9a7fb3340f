// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import java.util.List;
import java.util.Optional;

/**
 * The unwinder's answer about a whole stack.
 *
 * @param frames  that of the calling instruction first; at least one
 * @param end     why there are no more
 */
record TracedStack(List<Frame> frames, CallStack.End end) {
    /**
     * A frame.
     *
     * @param address         where its code continues
     * @param slot            offset from the stack pointer of the word that holds this address; negative: there is none
     * @param function        its name; empty: not known
     * @param functionOffset  of the address from the function's beginning
     */
    record Frame(long address, int slot, Optional<String> function, long functionOffset) {}
}
