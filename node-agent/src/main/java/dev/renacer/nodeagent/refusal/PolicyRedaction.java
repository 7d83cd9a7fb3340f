// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.refusal;

import com.google.re2j.PatternSyntaxException;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.Reason;
import dev.renacer.tracer.redact.Redactor;
import java.util.List;
import java.util.Objects;

/** What is taken out of arguments and names: secrets known by their shape, and what the namespace's policies name. */
public final class PolicyRedaction {
    private PolicyRedaction() {}

    /**
     * The redactor of a profile.
     *
     * @throws RefusedException if an expression cannot be read: without all of them it would let through what it is to hide
     */
    public static Redactor of(Profile profile) throws RefusedException {
        List<String> own = Objects.requireNonNullElse(profile.redact(), List.of());
        try {
            return own.isEmpty() ? Redactor.known() : Redactor.known().with(own);
        } catch (PatternSyntaxException e) {
            throw new RefusedException(
                    Reason.DeniedByPolicy,
                    "redact of a TracePolicy has an expression that cannot be read: " + e.getMessage());
        }
    }
}
