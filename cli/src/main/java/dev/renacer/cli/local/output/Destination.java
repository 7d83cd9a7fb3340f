// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import dev.renacer.capture.ByteText;
import dev.renacer.capture.CaptureException;
import dev.renacer.capture.RawFiles;
import dev.renacer.capture.RawFiles.ReplacedFile;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.StandardOutput;
import dev.renacer.tracer.output.PidPrefix;
import dev.renacer.tracer.output.ReportStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where one format goes.
 *
 * @param option  that names the file: -o or --format
 * @param file    a file, {@code -} for standard output, or {@code |COMMAND}; empty: standard error
 */
record Destination(Format format, String option, Optional<String> file) {
    private static final String STANDARD_OUTPUT = "-";

    boolean isStandardError() {
        return file.isEmpty();
    }

    boolean isStandardOutput() {
        return file.filter(STANDARD_OUTPUT::equals).isPresent();
    }

    /** Whether it is a file that has a name. */
    boolean isNamed() {
        return file.isPresent() && !isStandardOutput() && command().isEmpty();
    }

    private Optional<String> command() {
        return file.flatMap(OutputCommand::in);
    }

    /** As strace does: each line of a file stands on its own if several processes may appear in it. */
    PidPrefix prefix(boolean several) {
        return file.isPresent() && several ? PidPrefix.ALWAYS : PidPrefix.WHEN_SEVERAL;
    }

    /**
     * Refuses a command that is none.
     *
     * @throws CommandFailure if it is
     */
    void check() {
        if (command().filter(String::isBlank).isPresent()) {
            throw CommandFailure.usage(
                    option + " '" + file.orElseThrow() + "' names no command; give one as in -o '|grep open'");
        }
    }

    /** Whether both would write over each other. */
    boolean isSameAs(Destination other) {
        if (isStandardOutput() && other.isStandardOutput()) {
            return true;
        }
        if (!isNamed() || !other.isNamed()) {
            return false;
        }
        return FilePlace.areSame(file.orElseThrow(), other.file.orElseThrow());
    }

    /** Whether it would be written over this file. */
    boolean isAt(String name) {
        return isNamed() && FilePlace.areSame(file.orElseThrow(), name);
    }

    /**
     * An open stream.
     *
     * @param replaced  the file, if it is one, whose old content stays until it is begun
     */
    record Open(ReportStream stream, Optional<ReplacedFile> replaced) {
        Open(ReportStream stream) {
            this(stream, Optional.empty());
        }
    }

    /**
     * Opens the stream.
     *
     * @throws CommandFailure if the file cannot be written
     * @throws CaptureException if the capture core cannot be loaded
     */
    Open open(Consumer<String> complaints) throws CaptureException {
        if (file.isEmpty()) {
            return new Open(ReportStream.standardError(complaints));
        }
        String shown = ByteText.shown(file.get());
        try {
            if (isStandardOutput()) {
                StandardOutput.require();
                return new Open(
                        new ReportStream("standard output", new FileOutputStream(FileDescriptor.out), complaints));
            }
            Optional<String> command = command();
            if (command.isPresent()) {
                return new Open(new ReportStream(
                        "the command of " + option,
                        OutputCommand.start(command.get(), option, complaints),
                        complaints));
            }
            ReplacedFile replaced = RawFiles.open().replace(file.get());
            return new Open(new ReportStream(shown, replaced, complaints), Optional.of(replaced));
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "cannot write to '" + shown + "': " + cause(e) + "; give " + option
                            + " a file in a folder you may write to",
                    e);
        }
    }

    private static String cause(Exception failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "no such folder";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException other ->
                Optional.ofNullable(other.getReason()).orElse("refused").toLowerCase(Locale.ROOT);
            default -> String.valueOf(failure.getMessage());
        };
    }
}
