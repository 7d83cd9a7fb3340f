// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.ThreadTime;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.descriptor.LookupJournal;
import dev.renacer.tracer.descriptor.path.RealPaths.Real;
import dev.renacer.tracer.recording.block.BlockOutput;
import dev.renacer.tracer.recording.block.BlockWriter;
import dev.renacer.tracer.recording.block.Frame;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Writes a trace into a file from which {@link RecordedTrace} gives it to any listener. It stands directly behind {@link Descriptors}: what
 * these look up is written at its place. When a write fails, that is reported, and at the end how much is not recorded; the trace and its
 * other outputs continue. For the consumer thread.
 */
public final class TraceRecorder implements TraceListener, AutoCloseable {
    /** Not more than this is lost if this process is killed; a whole block sooner. */
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String label;
    private final OutputStream file;
    private final BlockWriter blocks;
    private final Descriptors descriptors;
    private final Consumer<String> complaints;
    private final BlockOutput out = new BlockOutput();
    private final WrittenNames names = new WrittenNames(out);
    private final CallWriter calls = new CallWriter(out, names);
    private final ThreadNameRecords threadNames;
    private Consumer<IOException> onBroken = _ -> {};
    private boolean broken;
    /** Whether a call is being delivered that is not written yet. */
    private boolean early;

    /** What is added to CLOCK_MONOTONIC; empty: the trace has not begun. */
    private OptionalLong epochOffset = OptionalLong.empty();
    /** The last call, if what it does to descriptors may not be carried out yet. */
    private Optional<SyscallCall> pending = Optional.empty();

    /** How many bytes a block has that holds nothing yet. */
    private int emptySize;

    private long emptyNanos = System.nanoTime();
    private long written;
    private long inBlock;
    private long unwritten;
    private long unasked;
    private long events;
    private long lost;
    private long rests;

    /**
     * Writes the beginning of the file.
     *
     * @param label        names the file in a complaint
     * @param file         not buffered; closed by {@link #close()}
     * @param descriptors  the listener in front of this one
     * @param threads      knows what threads are called now
     * @param complaints   receives what a person should know
     * @throws IOException if it cannot be written
     */
    public TraceRecorder(
            String label,
            OutputStream file,
            RecordingFacts facts,
            Descriptors descriptors,
            ThreadNaming threads,
            Consumer<String> complaints)
            throws IOException {
        this.label = label;
        this.file = file;
        this.blocks = new BlockWriter(file);
        this.descriptors = descriptors;
        this.complaints = complaints;
        this.threadNames = new ThreadNameRecords(threads, out);
        BlockOutput header = new BlockOutput();
        facts.write(header);
        blocks.header(header);
        descriptors.keep(new Journal());
    }

    /** What is called once when a write has failed, after the complaint. To be set before anything is recorded. */
    public void whenBroken(Consumer<IOException> told) {
        onBroken = told;
    }

    @Override
    public void onBegin(long epochOffsetNanos) {
        epochOffset = OptionalLong.of(epochOffsetNanos);
        beginBlock();
    }

    /** Says what a block needs to be understood without those before it, and how much these have. */
    private void beginBlock() {
        out.one(Tag.BEGIN);
        out.signed(epochOffset.orElseThrow());
        out.number(written + inBlock);
        out.number(unasked + events);
        threadNames.beginBlock();
    }

    @Override
    public void onCall(SyscallCall call) {
        if (broken) {
            unwritten++;
            return;
        }
        early = true;
        threadNames.look(call);
        descriptors.names(call); // asks for everything that somebody may want to know later
        early = false;
        calls.write(call, true);
        pending = Optional.empty();
        inBlock++;
        recorded();
    }

    @Override
    public void onUnaskedCall(SyscallCall call) {
        if (!broken) {
            calls.write(call, false);
            pending = Optional.of(call);
            unasked++;
            recorded();
        }
    }

    @Override
    public void onThreadTime(ThreadTime time) {
        if (!broken) {
            TimeCode.write(out, names, calls, time);
            recorded();
        }
    }

    @Override
    public void onEvent(TraceEvent event) {
        if (broken) {
            return;
        }
        pending = Optional.empty();
        threadNames.onEvent(event);
        EventCode.write(out, names, calls, event);
        events++;
        switch (event) {
            case TraceEvent.EventsLost loss -> lost += loss.count();
            case TraceEvent.RestBegan _ -> rests++;
            default -> {
                // Nothing is missing.
            }
        }
        recorded();
    }

    @Override
    public void onIdle() {
        long now = System.nanoTime();
        if (out.size() == emptySize) {
            emptyNanos = now;
        } else if (now - emptyNanos >= LONGEST_NANOS) {
            endBlock();
        }
    }

    /** Writes what is left, and that this is the whole. */
    @Override
    public void onEnd() {
        flush();
        if (broken) {
            complaints.accept("renacer: " + unwritten + (unwritten == 1 ? " call is" : " calls are")
                    + " not recorded in " + label);
            return;
        }
        out.clear();
        new RecordingCounts(written, unasked, events, lost, rests, descriptors.failedLookups()).write(out);
        write(Frame.Kind.END);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            fail(e);
        }
    }

    private void recorded() {
        if (out.size() >= Frame.BLOCK) {
            endBlock();
        }
    }

    /** Where paths led is asked when a call is carried out: it stands in the block of its call, also if nobody asked for that. */
    private void endBlock() {
        pending.ifPresent(descriptors::names);
        pending = Optional.empty();
        flush();
    }

    private void flush() {
        if (out.size() > emptySize && !broken) {
            write(Frame.Kind.EVENTS);
        }
        out.clear();
        names.clear();
        calls.clear();
        if (epochOffset.isPresent()) {
            beginBlock();
        }
        emptySize = out.size();
        emptyNanos = System.nanoTime();
    }

    private void write(Frame.Kind kind) {
        try {
            blocks.block(kind, out);
            written += inBlock;
        } catch (IOException e) {
            unwritten += inBlock;
            fail(e);
        }
        inBlock = 0;
    }

    private void fail(IOException e) {
        if (!broken) {
            broken = true;
            complaints.accept("renacer: cannot write to " + label + ": " + e.getMessage()
                    + "; nothing more is recorded there, the program continues");
            onBroken.accept(e);
        }
    }

    /** Writes what was looked up. */
    private final class Journal implements LookupJournal {
        @Override
        public void inherited(Inheritance inheritance) {
            LookupCode.write(out, inheritance);
        }

        @Override
        public void asked(Asked question) {
            if (!broken) {
                LookupCode.write(out, question.told(early));
            }
        }

        @Override
        public void answered(Answered answer) {
            if (!broken) {
                LookupCode.write(out, answer);
            }
        }

        @Override
        public void followed(Optional<Real> led) {
            if (!broken) {
                LookupCode.write(out, led);
            }
        }
    }
}
