// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

/** A write that is not carried out. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ApiStatus status;

    RefusedException(ApiStatus status) {
        super(status.message());
        this.status = status;
    }

    /** What the client is answered. */
    ApiStatus status() {
        return status;
    }
}
