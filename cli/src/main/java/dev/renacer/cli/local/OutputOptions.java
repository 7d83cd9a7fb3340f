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
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.CsvOutput;
import dev.renacer.tracer.output.JsonOutput;
import dev.renacer.tracer.output.LineStyle;
import dev.renacer.tracer.output.PidPrefix;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.output.SummaryOutput;
import dev.renacer.tracer.output.TextForm;
import dev.renacer.tracer.output.TextOutput;
import dev.renacer.tracer.output.ThreadFiles;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.redact.Redactor;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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
            names = "-t",
            description =
                    "Begin each line with the time of day; -tt with microseconds, -ttt as seconds since the epoch.")
    boolean[] clock = {};

    @Option(
            names = {"-r", "--relative-timestamps"},
            description = "Begin each line with the time since the line before.")
    boolean relative;

    @Option(
            names = {"-i", "--instruction-pointer"},
            description = "Show the instruction pointer at each call.")
    boolean pointers;

    @Option(
            names = {"-a", "--columns"},
            paramLabel = "COLUMN",
            description = "Align results in this column (40 in strace); without it they follow the arguments.")
    int column;

    @Option(
            names = "--no-redact",
            description = "Show passwords, tokens, keys and query strings in arguments as they are, not [redacted].")
    boolean unredacted;

    @Option(
            names = {"-c", "--summary"},
            description = "Count calls, errors and times, and write a table at the end instead of the trace.")
    boolean summary;

    /** Whether each thread's lines go to a file of their own (-ff). */
    boolean eachThread;

    /** Whether nothing is shown: the trace is only recorded. */
    boolean silent;

    /** Whether calls are shown with their place in the source. */
    boolean sources;

    /** Whether calls are shown with their stacks. */
    boolean stacks;

    /** How descriptors are shown. */
    NameWriter.Style names = NameWriter.Style.NONE;
    /** Whether it is followed what sockets are, so that messages are written by their fields. */
    boolean sockets;

    /** How much is shown of what arguments point to. */
    TextDetail detail = TextDetail.DEFAULT;

    /** The same of lines of text, by call. */
    TextForm form = TextForm.of(detail);

    /** Whether something is asked for that only lines of text have. */
    boolean lines;

    /** Told if the file of a thread accepts no more. */
    private Consumer<IOException> threadFileBroken = _ -> {};

    private static final String STANDARD_OUTPUT = "-";
    private static final int WIDEST = 4096;
    /** By the number of times that -t is given. */
    private static final List<LineStyle.Clock> CLOCKS =
            List.of(LineStyle.Clock.NONE, LineStyle.Clock.SECONDS, LineStyle.Clock.MICROSECONDS, LineStyle.Clock.EPOCH);

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
        if (clock.length > CLOCKS.size() - 1) {
            throw CommandFailure.usage("-t is given " + clock.length + " times; there are -t, -tt and -ttt");
        }
        if (column < 0 || column > WIDEST) {
            throw CommandFailure.usage("-a " + column + " is not a column; give 0 to " + WIDEST);
        }
        if ((clock.length > 0 || relative || pointers || column > 0) && (summary || format != Format.TEXT)) {
            throw CommandFailure.usage(
                    "-t, -r, -i and -a are for lines of text; leave them out with -c, --format json and csv");
        }
        if (lines && (summary || format != Format.TEXT)) {
            throw CommandFailure.usage(
                    "-e read=, write=, raw= and abbrev= are for lines of text; leave them out with -c,"
                            + " --format json and csv");
        }
        if (stacks && (summary || format == Format.CSV)) {
            throw CommandFailure.usage("-k shows a stack behind each call, for which "
                    + (summary ? "the table of -c" : "a row of CSV")
                    + " has no room; use --format text or json");
        }
        if (eachThread) {
            checkEachThread();
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
        if (eachThread || silent) {
            return new ReportStream("no file", OutputStream.nullOutputStream(), complaints);
        }
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

    /** Takes out what must not be shown. */
    Redactor redactor() {
        return unredacted ? Redactor.NONE : Redactor.known();
    }

    /**
     * What writes to the stream.
     *
     * @param several      whether more than one process may be traced
     * @param descriptors  knows what descriptors are
     * @param complaints   receives what a person should see of files of single threads
     */
    List<TraceListener> listeners(
            ReportStream out, boolean several, Descriptors descriptors, Consumer<String> complaints) {
        if (silent) {
            return List.of();
        }
        if (eachThread) {
            return List.of(new ThreadFiles(
                    tid -> thread(tid, complaints), style(PidPrefix.NEVER), NameWriter.of(descriptors, names), form));
        }
        if (summary) {
            return List.of(new SummaryOutput(
                    out, format == Format.CSV ? SummaryOutput.Format.CSV : SummaryOutput.Format.TABLE));
        }
        NameWriter writer = NameWriter.of(descriptors, names);
        return List.of(
                switch (format) {
                    case TEXT -> new TextOutput(out, style(prefix(several)), writer, form);
                    case JSON -> new JsonOutput(out, ProjectVersion.current(), writer, detail);
                    case CSV -> new CsvOutput(out, columns(several), writer, detail);
                });
    }

    /** Whether lines say what descriptors are (-y). */
    boolean namesDescriptors() {
        return names != NameWriter.Style.NONE;
    }

    private LineStyle style(PidPrefix prefix) {
        return new LineStyle(prefix, CLOCKS.get(clock.length), relative, timing, pointers, column);
    }

    private void checkEachThread() {
        if (file == null || isStandardOutput() || OutputCommand.in(file).isPresent()) {
            throw CommandFailure.usage("-ff writes a file for each thread: name them with -o FILE; each is FILE.TID");
        }
        if (summary || format != Format.TEXT) {
            throw CommandFailure.usage("-ff writes lines of text; leave it out with -c, --format json and csv");
        }
    }

    /** To be told if the file of a thread accepts no more (-ff); to be called before anything is written. */
    void whenThreadFileIsBroken(Consumer<IOException> told) {
        threadFileBroken = told;
    }

    /** The file of a thread; one that cannot be opened is reported, and its lines are lost. */
    private ReportStream thread(int tid, Consumer<String> complaints) {
        String name = file + "." + tid;
        try {
            ReportStream stream =
                    new ReportStream(ByteText.shown(name), RawFiles.open().create(name), complaints);
            stream.whenBroken(threadFileBroken);
            return stream;
        } catch (CaptureException | IOException e) {
            complaints.accept("renacer: cannot write to '" + ByteText.shown(name) + "': " + e.getMessage()
                    + "; the lines of this thread are lost");
            return new ReportStream(name, OutputStream.nullOutputStream(), complaints);
        }
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
