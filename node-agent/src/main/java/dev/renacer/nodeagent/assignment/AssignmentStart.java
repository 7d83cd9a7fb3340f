// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceStatus;
import java.util.Optional;

/**
 * An assignment that is about to begin.
 *
 * @param spec        what the operator asks for
 * @param generation  of the spec
 * @param reported    what an earlier agent or attempt reported about it: its figures are continued
 * @param attempt     1, and one more after each failure
 */
record AssignmentStart(NodeTraceSpec spec, long generation, Optional<NodeTraceStatus> reported, int attempt) {
    /** How often an assignment is started in a window, so that it continues after a temporary failure. */
    static final int MAX_ATTEMPTS = 3;

    /** The same with a changed spec. */
    AssignmentStart with(NodeTraceSpec changed, long changedGeneration) {
        return new AssignmentStart(changed, changedGeneration, reported, attempt);
    }

    /** The next attempt; empty if that was the last. */
    Optional<AssignmentStart> next() {
        return attempt < MAX_ATTEMPTS
                ? Optional.of(new AssignmentStart(spec, generation, reported, attempt + 1))
                : Optional.empty();
    }
}
