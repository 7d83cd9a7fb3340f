// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

/**
 * The results of unwinding the stacks.
 *
 * @param located   calls whose source is known
 * @param unknown   calls that do not come from a user's own code, or come from code without names
 * @param failed    calls whose source is unknown because the unwinder ended or did not answer, or was no longer asked
 *     because that had happened too often
 * @param restarts  how often an unwinder was started to replace one that failed
 */
public record SourceCounts(long located, long unknown, long failed, long restarts) {
    /** No stack was looked at. */
    public static final SourceCounts NONE = new SourceCounts(0, 0, 0, 0);
}
