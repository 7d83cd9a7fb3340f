// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import dev.renacer.crds.Reason;
import dev.renacer.crds.UserText;
import dev.renacer.crds.pattern.TenantPattern;
import dev.renacer.nodeagent.refusal.RefusedException;

/** The names of the processes to trace: an expression that is searched for anywhere in a process's name. */
public final class ProcessPattern {
    private final TenantPattern pattern;

    private ProcessPattern(TenantPattern pattern) {
        this.pattern = pattern;
    }

    /**
     * Reads an expression.
     *
     * @throws RefusedException if it is not valid, or too large
     */
    public static ProcessPattern of(String expression) throws RefusedException {
        try {
            return new ProcessPattern(TenantPattern.of(expression));
        } catch (TenantPattern.InvalidException e) {
            throw new RefusedException(
                    Reason.InvalidProcessPattern,
                    "spec.process \"" + UserText.quoted(expression) + "\" " + e.getMessage());
        }
    }

    boolean matches(String processName) {
        return pattern.isFoundIn(processName);
    }

    @Override
    public String toString() {
        return pattern.toString();
    }
}
