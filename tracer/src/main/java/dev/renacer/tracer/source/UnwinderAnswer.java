// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import java.util.List;
import java.util.Optional;

/**
 * The unwinder's answer about a stack.
 *
 * @param frames    the frames it looked at, that of the calling instruction first: the same frames always give the same
 *     answer
 * @param location  where the call comes from; empty if no user code is on the stack, or the stack could not be followed
 *     that far
 */
record UnwinderAnswer(List<Frame> frames, Optional<SourceLocation> location) {
    /**
     * A frame.
     *
     * @param address  where its code continues
     * @param slot     offset from the stack pointer of the word that holds this address; negative: there is none
     */
    record Frame(long address, int slot) {}
}
