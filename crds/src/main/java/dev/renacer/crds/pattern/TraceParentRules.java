// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.pattern;

import com.google.re2j.Pattern;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.UserText;
import java.util.Optional;

/** Whether {@code spec.traceParent} names a span, as the API server judges it by the definition. */
public final class TraceParentRules {
    private static final Pattern FORM = Pattern.compile(TraceRequestSpec.TRACE_PARENT_PATTERN);
    private static final Pattern ZERO_IDS = Pattern.compile(TraceRequestSpec.ZERO_IDS_PATTERN);

    private TraceParentRules() {}

    /**
     * What is wrong with a trace parent, if something is.
     *
     * @return the rest of a sentence that begins with the name of the field, in one line of bounded length
     */
    public static Optional<String> fault(String traceParent) {
        return FORM.matcher(traceParent).find()
                        && !ZERO_IDS.matcher(traceParent).find()
                ? Optional.empty()
                : Optional.of("is \"" + UserText.quoted(traceParent) + "\", but " + TraceRequestSpec.TRACE_PARENT);
    }
}
