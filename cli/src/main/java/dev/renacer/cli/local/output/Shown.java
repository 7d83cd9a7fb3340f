// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.TextForm;
import dev.renacer.tracer.output.notation.TextDetail;

/**
 * What other options say about how calls are shown, whatever the format.
 *
 * @param eachThread  whether each thread's lines go to a file of their own (-ff)
 * @param sources     whether calls are shown with their place in the source (-s)
 * @param stacks      whether they are shown with their stacks (-k)
 * @param lines       whether something is asked for that only lines of text have (-e read=, write=, raw=, abbrev=)
 * @param names       how descriptors are shown (-y)
 * @param detail      how much is shown of what arguments point to
 * @param form        the same of lines of text, by call
 */
public record Shown(
        boolean eachThread,
        boolean sources,
        boolean stacks,
        boolean lines,
        NameWriter.Style names,
        TextDetail detail,
        TextForm form) {
    /** As without any option. */
    static final Shown DEFAULT = new Shown(
            false, false, false, false, NameWriter.Style.NONE, TextDetail.DEFAULT, TextForm.of(TextDetail.DEFAULT));

    /** Whether it is shown what descriptors are. */
    public boolean namesDescriptors() {
        return names != NameWriter.Style.NONE;
    }
}
