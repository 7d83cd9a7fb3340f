// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.parent;

import dev.renacer.tracer.span.slice.ParentSource;

/**
 * How spans get their parents.
 *
 * @param given      where the span that the target's first trace continues comes from, if there is one
 * @param unsampled  whether calls for a trace that is not recorded (the flag "sampled" of the application's context, or of the
 *     given span, is 0) become spans, too; their parents are then never exported
 * @param named      whether somebody has said which service the target is: then its processes' own words about that do
 *     not count
 */
public record ParentOptions(ParentSource given, boolean unsampled, boolean named) {
    /** A given parent comes from the environment, and what the application does not record has no spans. */
    public static final ParentOptions DEFAULT = new ParentOptions(ParentSource.ENVIRONMENT, false, false);
}
