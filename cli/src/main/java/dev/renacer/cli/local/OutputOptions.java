// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.ByteText;
import dev.renacer.capture.CaptureException;
import dev.renacer.capture.RawFiles;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.ProjectVersion;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.output.CsvOutput;
import dev.renacer.tracer.output.JsonOutput;
import dev.renacer.tracer.output.PidPrefix;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.output.SummaryOutput;
import dev.renacer.tracer.output.TextOutput;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is written where. */
final class OutputOptions {
    /** The formats of the trace. */
    enum Format {
        TEXT,
        JSON,
        CSV;

        /** In the spelling of the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Write the trace to FILE instead of standard error; '-' is standard output, and '|COMMAND' (or"
                            + " '!COMMAND') the standard input of a shell command. './-' is a file of that name.")
    @Nullable
    String file;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description =
                    "text, json or csv (default: ${DEFAULT-VALUE}). csv ends each line with pid and tid if several"
                            + " processes may be traced (-f, -p PID,PID).")
    Format format = Format.TEXT;

    @Option(
            names = {"-T", "--timing"},
            description = "Show the time each call took.")
    boolean timing;

    @Option(
            names = {"-c", "--summary"},
            description = "Count calls, errors and times, and write a table at the end instead of the trace.")
    boolean summary;

    /** Whether calls are shown with their place in the source. */
    boolean sources;

    private static final String STANDARD_OUTPUT = "-";

    /** Whether the trace goes to standard output. */
    boolean isStandardOutput() {
        return STANDARD_OUTPUT.equals(file);
    }

    /** Whether other lines on standard error leave the output intact. */
    boolean allowsRemarks() {
        return file != null || format == Format.TEXT;
    }

    /**
     * Refuses combinations that make no sense.
     *
     * @throws CommandFailure if this is such a combination
     */
    void check() {
        if (summary && format == Format.JSON) {
            throw CommandFailure.usage("-c writes a table, which has no JSON form; use --format text or csv");
        }
        if (file != null && OutputCommand.in(file).filter(String::isBlank).isPresent()) {
            throw CommandFailure.usage("-o '" + file + "' names no command; give one as in -o '|grep open'");
        }
    }

    /**
     * Opens the stream to which the trace goes.
     *
     * @throws CommandFailure if the file cannot be written
     */
    ReportStream open(Consumer<String> complaints) {
        if (file == null) {
            return ReportStream.standardError(complaints);
        }
        String shown = ByteText.shown(file);
        try {
            if (isStandardOutput()) {
                return new ReportStream("standard output", new FileOutputStream(FileDescriptor.out), complaints);
            }
            Optional<String> command = OutputCommand.in(file);
            if (command.isPresent()) {
                return new ReportStream(
                        "the command of -o", OutputCommand.start(command.get(), complaints), complaints);
            }
            return new ReportStream(shown, RawFiles.open().create(file), complaints);
        } catch (CaptureException e) {
            throw ExitCodes.of(e);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "cannot write to '" + shown + "': " + cause(e) + "; give -o a file in a folder you may write to",
                    e);
        }
    }

    /**
     * What writes to the stream.
     *
     * @param several  whether more than one process may be traced
     */
    List<TraceListener> listeners(ReportStream out, boolean several) {
        if (summary) {
            return List.of(new SummaryOutput(
                    out, format == Format.CSV ? SummaryOutput.Format.CSV : SummaryOutput.Format.TABLE));
        }
        return List.of(
                switch (format) {
                    case TEXT -> new TextOutput(out, timing, prefix(several));
                    case JSON -> new JsonOutput(out, ProjectVersion.current());
                    case CSV -> new CsvOutput(out, columns(several));
                });
    }

    private Set<CsvOutput.Column> columns(boolean several) {
        Set<CsvOutput.Column> columns = EnumSet.noneOf(CsvOutput.Column.class);
        if (timing) {
            columns.add(CsvOutput.Column.DURATION);
        }
        if (sources) {
            columns.add(CsvOutput.Column.SOURCE_LOCATION);
        }
        if (several) {
            columns.add(CsvOutput.Column.PROCESS);
        }
        return columns;
    }

    /** As with strace: each line of a file stands on its own if several processes may appear in it. */
    private PidPrefix prefix(boolean several) {
        return file != null && several ? PidPrefix.ALWAYS : PidPrefix.WHEN_SEVERAL;
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
