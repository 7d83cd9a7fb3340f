// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

import org.jspecify.annotations.Nullable;

/**
 * What a fold takes in of a call.
 *
 * @param startNanos  nanoseconds since the epoch
 * @param endNanos    likewise; not before that
 * @param bytes       how many it transferred
 * @param path        the file it was about; null: none, or not known
 */
public record FoldedCall(
        long startNanos,
        long endNanos,
        long bytes,
        @Nullable String path) {
    long nanos() {
        return endNanos - startNanos;
    }
}
