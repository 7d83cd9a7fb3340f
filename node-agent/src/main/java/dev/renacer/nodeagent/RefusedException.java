// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import dev.renacer.crds.Reason;

/** An assignment asks for what cannot be done; the message says what in one line. */
final class RefusedException extends Exception {
    private final transient Refusal refusal;

    RefusedException(Reason reason, String message) {
        super(message);
        this.refusal = new Refusal(reason, message);
    }

    Refusal refusal() {
        return refusal;
    }
}
