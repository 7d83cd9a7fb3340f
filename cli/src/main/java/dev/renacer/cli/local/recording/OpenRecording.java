// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.recording;

import dev.renacer.capture.RawFiles.ReplacedFile;
import dev.renacer.tracer.recording.TraceRecorder;

/**
 * A recording that is being written.
 *
 * @param recorder  writes it
 * @param file      what it is written to, which stays as it is until the trace has started
 */
public record OpenRecording(TraceRecorder recorder, ReplacedFile file) implements AutoCloseable {
    /** The trace has started: from now on what was in the file before is gone. For any thread. */
    public void begin() {
        file.begin();
    }

    @Override
    public void close() {
        recorder.close();
    }
}
