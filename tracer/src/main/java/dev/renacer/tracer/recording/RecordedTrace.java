// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.LookupJournal;
import dev.renacer.tracer.recording.block.BlockInput;
import dev.renacer.tracer.recording.block.BlockReader;
import dev.renacer.tracer.recording.block.RecordingException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A trace that {@link TraceRecorder} has written, block by block: whatever its length, the same memory is used. What is in the file was
 * written by others, and is checked before it is believed. Not thread-safe.
 */
public final class RecordedTrace {
    /** Receives a recorded trace. */
    public interface Receiver {
        /** Receives calls and events. */
        TraceListener listener();

        /** Receives what was looked up. */
        LookupJournal lookups();

        /** Receives what a thread is called from here on. */
        void named(int pid, int tid, String name);

        /** Whether calls are to have their source. */
        boolean wantsSources();

        /** Whether they are to have their stacks. */
        boolean wantsStacks();
    }

    /**
     * How a replay ended.
     *
     * @param calls   how many calls were replayed that were asked for when they were recorded
     * @param counts  what the end of the recording says; empty if it has none
     * @param damage  what is wrong with the file, so that the rest of it was not replayed; empty: nothing
     */
    public record Ending(long calls, Optional<RecordingCounts> counts, Optional<String> damage) {}

    private final BlockReader blocks;
    private final RecordingFacts facts;
    private Optional<RecordingCounts> counts = Optional.empty();
    private boolean begun;
    private long calls;

    private RecordedTrace(BlockReader blocks, RecordingFacts facts) {
        this.blocks = blocks;
        this.facts = facts;
    }

    /**
     * Reads the beginning of a file.
     *
     * @param in  buffered; stays open
     * @throws RecordingException if it is none of a recording, or of a newer version
     */
    public static RecordedTrace open(InputStream in) throws IOException {
        BlockReader blocks = new BlockReader(in);
        return new RecordedTrace(blocks, RecordingFacts.read(blocks.header()));
    }

    /** What it says of itself. */
    public RecordingFacts facts() {
        return facts;
    }

    /** What its end says of the whole, once that was read: empty until then. */
    public Optional<RecordingCounts> counts() {
        return counts;
    }

    /**
     * Gives everything up to the last whole block to a receiver, in the order in which it was recorded. To be called once.
     *
     * @param isEnough  asked after each block: whether the rest is not wanted
     */
    public Ending replay(Receiver receiver, BooleanSupplier isEnough) {
        Optional<String> damage = Optional.empty();
        try {
            while (counts.isEmpty() && !isEnough.getAsBoolean()) {
                BlockReader.Block block = blocks.next()
                        .orElseThrow(() ->
                                new RecordingException("it ends without its end: what recorded it was killed, had no"
                                        + " room to write, or still records"));
                switch (block.kind()) {
                    case EVENTS -> events(block.body(), receiver);
                    case END -> counts = Optional.of(end(block.body()));
                }
            }
        } catch (IOException e) {
            damage = Optional.of(String.valueOf(e.getMessage()));
        }
        if (damage.isPresent()) {
            receiver.listener().onCut();
        } else {
            receiver.listener().onEnd();
        }
        return new Ending(calls, counts, damage);
    }

    private RecordingCounts end(BlockInput body) throws IOException {
        RecordingCounts counts = RecordingCounts.read(body);
        if (counts.calls() != calls) {
            throw new RecordingException("its end says that it has " + counts.calls() + " calls, and it has " + calls);
        }
        if (blocks.next().isPresent()) {
            throw new RecordingException("something follows its end");
        }
        return counts;
    }

    private void events(BlockInput in, Receiver receiver) throws RecordingException {
        int number = blocks.blocks() - 1;
        ReadNames names = new ReadNames(in, blocks.version() > 1);
        CallReader reader = new CallReader(in, names, receiver.wantsSources(), receiver.wantsStacks());
        int at = 0;
        try {
            while (in.hasMore()) {
                at = in.position();
                record(in, names, reader, receiver);
            }
        } catch (RecordingException e) {
            throw new RecordingException(
                    "block " + number + " is not valid at its byte " + at + " (" + e.getMessage() + ")");
        }
        receiver.listener().onIdle();
    }

    private void record(BlockInput in, ReadNames names, CallReader reader, Receiver receiver)
            throws RecordingException {
        int tag = in.one();
        int kind = tag & Tag.KIND;
        if (!begun && kind != Tag.BEGIN && kind != Tag.LOOKUP) {
            throw new RecordingException("the trace has not begun");
        }
        TraceListener listener = receiver.listener();
        switch (kind) {
            case Tag.CALL -> {
                calls++;
                listener.onCall(reader.read(tag));
            }
            case Tag.UNASKED -> listener.onUnaskedCall(reader.read(tag));
            case Tag.BEGIN -> begin(in, listener);
            case Tag.LOOKUP -> LookupCode.read(in, receiver.lookups());
            case Tag.THREAD_NAME -> receiver.named(in.signedInt(), in.signedInt(), in.text());
            default ->
                listener.onEvent(
                        EventCode.read(tag, in, names, reader, receiver.wantsSources(), receiver.wantsStacks()));
        }
    }

    private void begin(BlockInput in, TraceListener listener) throws RecordingException {
        if (begun) {
            throw new RecordingException("the trace begins twice");
        }
        begun = true;
        listener.onBegin(in.signed());
    }
}
