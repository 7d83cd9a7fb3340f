// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import dev.renacer.capture.ByteText;
import dev.renacer.capture.CaptureException;
import dev.renacer.capture.RawFiles;
import dev.renacer.capture.RawFiles.ReplacedFile;
import dev.renacer.cli.local.statistics.StatisticsOptions;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.LineStyle;
import dev.renacer.tracer.output.PidPrefix;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.output.ThreadFiles;
import dev.renacer.tracer.report.ReportFacts;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The open streams of a trace. Not thread-safe. */
public final class Outputs implements AutoCloseable {
    /**
     * One of them.
     *
     * @param replaced    the file that it is written to, if it is one
     * @param statistics  which ones it has, beside the trace or instead of it
     * @param eachThread  whether it is a file for each thread (-ff), and the stream nothing
     */
    record Output(
            Destination destination,
            ReportStream stream,
            Optional<ReplacedFile> replaced,
            Optional<StatisticsOptions> statistics,
            boolean eachThread) {}

    private final List<Output> all;
    private final Function<PidPrefix, LineStyle> style;
    private final Shown shown;
    private final Consumer<String> complaints;
    /** Told if the file of a thread accepts no more. */
    private Consumer<IOException> threadFileBroken = _ -> {};

    private boolean unwritten;

    Outputs(List<Output> all, Function<PidPrefix, LineStyle> style, Shown shown, Consumer<String> complaints) {
        this.all = List.copyOf(all);
        this.style = style;
        this.shown = shown;
        this.complaints = complaints;
    }

    /** The trace has started: from now on what was in the files before is gone. For any thread. */
    public void begin() {
        all.forEach(output -> output.replaced().ifPresent(ReplacedFile::begin));
    }

    /**
     * What writes to the streams.
     *
     * @param several      whether more than one process may be traced
     * @param descriptors  knows what descriptors are
     * @param facts        what a report says of the trace beside the calls, asked for if there is one
     */
    public List<TraceListener> listeners(boolean several, Descriptors descriptors, Supplier<ReportFacts> facts) {
        return all.stream()
                .flatMap(output -> listeners(output, several, descriptors, facts))
                .toList();
    }

    private Stream<TraceListener> listeners(
            Output output, boolean several, Descriptors descriptors, Supplier<ReportFacts> facts) {
        boolean isTrace =
                output.statistics().filter(StatisticsOptions::replaceTrace).isEmpty();
        Stream<TraceListener> statistics = output.statistics().stream()
                .flatMap(asked -> asked
                        .output(
                                output.stream(),
                                output.destination().format().ofStatistics().orElseThrow(),
                                descriptors,
                                facts)
                        .stream());
        return isTrace ? Stream.concat(Stream.of(trace(output, several, descriptors, facts)), statistics) : statistics;
    }

    private TraceListener trace(Output output, boolean several, Descriptors descriptors, Supplier<ReportFacts> facts) {
        NameWriter names = NameWriter.of(descriptors, shown.names());
        Destination destination = output.destination();
        if (output.eachThread()) {
            String file = destination.file().orElseThrow();
            return new ThreadFiles(tid -> thread(file, tid), style.apply(PidPrefix.NEVER), names, shown.form());
        }
        LineStyle lines = style.apply(destination.prefix(several));
        return destination
                .format()
                .open(output.stream(), new Rendering(lines, names, shown, several, descriptors, facts));
    }

    /**
     * Sets what is called once when none of them accepts any more, or a file of a thread (-ff) does not; to be called
     * before anything is written.
     */
    public void whenBroken(Consumer<IOException> told) {
        Set<Output> broken = new HashSet<>();
        for (Output output : all) {
            Consumer<IOException> one = why -> {
                unwritten |= !isUnread(why);
                if (broken.add(output) && broken.size() == all.size()) {
                    told.accept(why);
                }
            };
            output.stream().whenBroken(one);
            if (output.eachThread()) {
                threadFileBroken = one;
            }
        }
    }

    /** Whether an output lacks something, but for what nobody wanted to read; known if {@link #whenBroken} was called. */
    public boolean isUnwritten() {
        return unwritten;
    }

    /** Whether a write failed because nobody reads any more, as after {@code | head}. */
    public static boolean isUnread(IOException why) {
        return "Broken pipe".equals(why.getMessage()) || OutputCommand.ENDED.equals(why.getMessage());
    }

    /** The file of a thread; one that cannot be opened is reported, and its lines are lost. */
    private ReportStream thread(String file, int tid) {
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

    @Override
    public void close() {
        all.forEach(output -> output.stream().close());
    }
}
