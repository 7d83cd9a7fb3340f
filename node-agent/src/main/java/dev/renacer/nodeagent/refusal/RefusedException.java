// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.refusal;

import dev.renacer.crds.Reason;

/** An assignment asks for something impossible; the message says in one line what it is. */
public final class RefusedException extends Exception {
    private final transient Refusal refusal;

    /**
     * @param reason   from the closed set
     * @param message  cause and next step in one line
     */
    public RefusedException(Reason reason, String message) {
        super(message);
        this.refusal = new Refusal(reason, message);
    }

    /** What the user is told. */
    public Refusal refusal() {
        return refusal;
    }
}
