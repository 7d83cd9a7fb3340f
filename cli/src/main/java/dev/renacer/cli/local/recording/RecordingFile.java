// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.recording;

import dev.renacer.capture.ByteText;
import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.RawFiles;
import dev.renacer.capture.RawFiles.ReplacedFile;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.ProjectVersion;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.recording.RecordingFacts;
import dev.renacer.tracer.recording.TraceRecorder;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.report.ReportFacts;
import dev.renacer.tracer.span.SpanResource;
import dev.renacer.tracer.span.wait.ThreadNames;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The file that a trace is recorded into. Only its owner may read it, since a trace shows what programs do.
 *
 * @param name     {@link ByteText}
 * @param replace  whether a file that is there already is replaced
 * @param facts    what the file says of itself
 */
public record RecordingFile(String name, boolean replace, RecordingFacts facts) {
    /**
     * What a recording says of itself that begins now.
     *
     * @param calls    the list of -e trace=, empty: all calls
     * @param command  what is traced, without secrets if {@code redacted}
     */
    public static RecordingFacts facts(
            CaptureOptions options,
            String calls,
            boolean redacted,
            boolean sources,
            boolean stacks,
            boolean several,
            String command) {
        return new RecordingFacts(
                ProjectVersion.current(),
                SpanResource.hostName().orElse(""),
                System.currentTimeMillis() * 1_000_000,
                calls,
                options.bufferLimit(),
                redacted,
                sources,
                stacks,
                several,
                command,
                ReportFacts.here(command, ProjectVersion.current(), List.of()).kernel());
    }

    /**
     * Creates it, and what writes to it; one that is there stays as it is until {@link OpenRecording#begin}.
     *
     * @param descriptors  the listener in front of what is returned
     * @param complaints   receives what a person should know
     * @throws CaptureException if the capture core cannot be loaded
     * @throws CommandFailure if the file cannot be written
     */
    public OpenRecording open(Descriptors descriptors, Redactor redactor, Consumer<String> complaints)
            throws CaptureException {
        String shown = ByteText.shown(name);
        try {
            ReplacedFile file = RawFiles.open().replacePrivately(name, replace);
            return new OpenRecording(
                    new TraceRecorder(
                            shown, file, facts, descriptors, ThreadNames.ofThisMachine(redactor)::name, complaints),
                    file);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "'" + shown + "' exists already, and may be a recording that is still wanted; give another file"
                            + " (renacer record --force replaces one)",
                    e);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "cannot record to '" + shown + "': " + Cause.of(e) + "; give a file in a folder you may write to",
                    e);
        }
    }
}
