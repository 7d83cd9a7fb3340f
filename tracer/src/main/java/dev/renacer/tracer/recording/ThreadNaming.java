// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import java.util.Optional;

/** Knows what threads are called. */
@FunctionalInterface
public interface ThreadNaming {
    /** The name that this thread has now, as {@link dev.renacer.capture.ByteText}; empty if it is gone. */
    Optional<String> name(int pid, int tid);
}
