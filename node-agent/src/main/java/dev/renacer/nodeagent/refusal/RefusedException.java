// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.refusal;

import dev.renacer.crds.Reason;

/** An assignment asks for what cannot be done; the message says what in one line. */
public final class RefusedException extends Exception {
    private final transient Refusal refusal;

    /**
     * @param reason   of the closed set
     * @param message  cause and next step in one line
     */
    public RefusedException(Reason reason, String message) {
        super(message);
        this.refusal = new Refusal(reason, message);
    }

    /** What it says to the user. */
    public Refusal refusal() {
        return refusal;
    }
}
