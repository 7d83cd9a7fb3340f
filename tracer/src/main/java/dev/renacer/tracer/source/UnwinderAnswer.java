// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import java.util.List;
import java.util.Optional;

/**
 * What the unwinder says of a stack.
 *
 * @param frames    what it looked at, the calling instruction's first: the same again has the same answer
 * @param location  where the call comes from; empty if no user's code is on the stack, or it could not be followed there
 */
record UnwinderAnswer(List<Frame> frames, Optional<SourceLocation> location) {
    /**
     * A frame.
     *
     * @param address  where its code goes on
     * @param slot     offset from the stack pointer of the word that holds this address; negative: there is none
     */
    record Frame(long address, int slot) {}
}
