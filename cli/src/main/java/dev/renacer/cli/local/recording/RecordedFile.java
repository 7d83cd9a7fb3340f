// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.recording;

import dev.renacer.capture.ByteText;
import dev.renacer.capture.CaptureException;
import dev.renacer.capture.RawFiles;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.tracer.recording.RecordedTrace;
import dev.renacer.tracer.recording.block.RecordingException;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A recording that is being read. */
public final class RecordedFile implements AutoCloseable {
    private static final String STANDARD_INPUT = "-";
    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final RecordedTrace trace;

    private RecordedFile(InputStream in, RecordedTrace trace) {
        this.in = in;
        this.trace = trace;
    }

    /**
     * Opens a file and reads its beginning.
     *
     * @param name  {@link ByteText}; {@code -}: standard input
     * @throws CaptureException if the capture core cannot be loaded
     * @throws CommandFailure if it cannot be read, or is no recording
     */
    public static RecordedFile open(String name) throws CaptureException {
        String shown = ByteText.shown(name);
        try {
            InputStream in = new BufferedInputStream(
                    name.equals(STANDARD_INPUT)
                            ? new FileInputStream(FileDescriptor.in)
                            : RawFiles.open().read(name),
                    BUFFER);
            return new RecordedFile(in, RecordedTrace.open(in));
        } catch (RecordingException e) {
            throw new CommandFailure(ExitCode.FAILURE, "cannot replay '" + shown + "': " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "cannot read '" + shown + "': " + Cause.of(e) + "; give a file of renacer record",
                    e);
        }
    }

    /** What is in it. */
    public RecordedTrace trace() {
        return trace;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException _) {
            // It was read as far as that is possible.
        }
    }
}
