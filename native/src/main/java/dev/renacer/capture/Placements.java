// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import dev.renacer.capture.affinity.ColocationObstacle;
import dev.renacer.capture.affinity.Placement;
import java.util.List;
import java.util.Optional;

/**
 * Co-location where the caller keeps the record of where threads belong ({@link CaptureOptions#askBeforeMoving()}): the engine asks,
 * the caller records, and only then permits. Safe for use by many threads; after the session's close every method throws {@link
 * IllegalStateException}.
 */
public interface Placements {
    /** Without co-location. */
    Placements NONE = new Placements() {
        @Override
        public List<Placement> list() {
            return List.of();
        }

        @Override
        public void permit(List<Placement> recorded) {}

        @Override
        public Optional<ColocationObstacle> obstacle() {
            return Optional.empty();
        }
    };

    /** The moves the engine asks for and those it was permitted, of threads that still live; at most 64. */
    List<Placement> list();

    /** These are recorded: they may be carried out if nothing about them has changed since they were listed. */
    void permit(List<Placement> recorded);

    /** Why no thread can be moved, as far as the engine has seen. */
    Optional<ColocationObstacle> obstacle();

    /**
     * Gives a thread that a dead tracer has left on a CPU its own affinity back. Needs CAP_SYS_NICE if the thread is
     * another user's.
     *
     * @return false if there is nothing to do: it is another thread now, is elsewhere or no longer exists
     * @throws CaptureException if it stays on that CPU; the message says why: CAP_SYS_NICE is missing, none of its own CPUs is in its
     *     cpuset any more, or the library cannot be loaded here
     */
    static boolean restore(Placement placement) throws CaptureException {
        return NativePlacements.restore(placement);
    }
}
