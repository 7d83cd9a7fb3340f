// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

/** How much of what was traced becomes spans of their own. */
public enum Volume {
    /** Each call, as far as maxSpansPerSecond allows. */
    ALL,
    /**
     * What somebody will read: failures, slow calls and the first of each kind are spans; the rest is folded. At most
     * {@link ProcessBudget#SPANS_PER_SECOND} spans a process and second.
     */
    READABLE
}
