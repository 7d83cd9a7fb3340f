// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

/** The demonstration cannot go on; the message says why and what to do, in one line. */
final class QuickstartException extends Exception {
    private static final long serialVersionUID = 1;

    QuickstartException(String message) {
        super(message);
    }
}
