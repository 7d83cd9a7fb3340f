// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

/**
 * What became of the stacks.
 *
 * @param located   calls whose source is known
 * @param unknown   calls that do not come from a user's own code, or from code that says nothing of itself
 * @param failed    calls whose source is unknown because the unwinder ended or did not answer, or was not asked any more because that had
 *     happened too often
 * @param restarts  how often another unwinder was started in place of one that failed
 */
public record SourceCounts(long located, long unknown, long failed, long restarts) {
    /** No stack was looked at. */
    public static final SourceCounts NONE = new SourceCounts(0, 0, 0, 0);
}
