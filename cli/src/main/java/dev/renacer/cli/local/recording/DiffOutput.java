// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.recording;

import dev.renacer.capture.ByteText;
import dev.renacer.capture.CaptureException;
import dev.renacer.capture.RawFiles;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.StandardOutput;
import dev.renacer.cli.local.output.FilePlace;
import dev.renacer.tracer.output.ReportStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The argument of --format of a comparison: {@code FORMAT} or {@code FORMAT=FILE}.
 *
 * @param file  where it goes; empty: standard output
 */
record DiffOutput(Format format, Optional<String> file) {
    private static final String STANDARD_OUTPUT = "standard output";

    /** The forms that a comparison has. */
    enum Format {
        /** For people. */
        TEXT,
        /** For programs. */
        JSON,
        /** A page for a browser. */
        HTML;

        /** In the spelling of the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads it. */
    static final class Converter implements ITypeConverter<DiffOutput> {
        @Override
        public DiffOutput convert(String text) {
            int sign = text.indexOf('=');
            String name = sign < 0 ? text : text.substring(0, sign);
            Format format = Arrays.stream(Format.values())
                    .filter(one -> one.toString().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + name + "' is no format; there are "
                            + Arrays.stream(Format.values())
                                    .map(Format::toString)
                                    .collect(Collectors.joining(", "))));
            Optional<String> file = sign < 0 ? Optional.empty() : Optional.of(text.substring(sign + 1));
            if (file.filter(String::isEmpty).isPresent()) {
                throw new TypeConversionException("'" + text + "' names no file; write " + format + "=FILE");
            }
            return new DiffOutput(format, file);
        }
    }

    /**
     * Refuses outputs that would be written over each other, or over a recording.
     *
     * @param recordings  that are read
     * @throws CommandFailure if one would
     */
    static void check(List<DiffOutput> outputs, List<String> recordings) {
        List<DiffOutput> before = new ArrayList<>();
        for (DiffOutput output : outputs) {
            if (before.stream().anyMatch(output::isSameAs)) {
                throw CommandFailure.usage("two of --format would be written to "
                        + output.file()
                                .map(file -> "'" + ByteText.shown(file) + "'")
                                .orElse(STANDARD_OUTPUT)
                        + "; give one of them a file of its own: --format " + output.format() + "=FILE");
            }
            before.add(output);
            if (output.file().isPresent()
                    && recordings.stream()
                            .anyMatch(name ->
                                    FilePlace.areSame(name, output.file().get()))) {
                throw CommandFailure.usage("--format would write over '"
                        + ByteText.shown(output.file().get()) + "', which is compared; give it another file");
            }
        }
    }

    private boolean isSameAs(DiffOutput other) {
        if (file.isEmpty() || other.file.isEmpty()) {
            return file.isEmpty() && other.file.isEmpty();
        }
        return FilePlace.areSame(file.get(), other.file.get());
    }

    /**
     * Opens it, and closes it when everything is written.
     *
     * @throws CommandFailure if it cannot be written
     */
    void write(Consumer<ReportStream> writer) {
        String name = file.map(one -> "'" + ByteText.shown(one) + "'").orElse(STANDARD_OUTPUT);
        List<IOException> failures = new ArrayList<>();
        try (ReportStream stream = new ReportStream(name, opened(), _ -> {})) {
            stream.whenBroken(failures::add);
            writer.accept(stream);
        } catch (IOException e) {
            failures.add(e);
        } catch (CaptureException e) {
            throw new CommandFailure(ExitCode.FAILURE, String.valueOf(e.getMessage()), e);
        }
        if (!failures.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "cannot write to " + name + ": " + Cause.of(failures.getFirst())
                            + "; give it a place that you may write to and that has room",
                    failures.getFirst());
        }
    }

    private OutputStream opened() throws IOException, CaptureException {
        if (file.isPresent()) {
            return RawFiles.open().create(file.get());
        }
        StandardOutput.require();
        return new FileOutputStream(FileDescriptor.out);
    }
}
