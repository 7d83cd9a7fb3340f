// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording.block;

import java.io.IOException;

/** A file is no recording, or is not whole; the message says in one line what is wrong, and names no file. */
public final class RecordingException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong. */
    public RecordingException(String message) {
        super(message);
    }
}
