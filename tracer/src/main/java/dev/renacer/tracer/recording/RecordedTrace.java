// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.ThreadTime;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.descriptor.LookupJournal;
import dev.renacer.tracer.recording.block.BlockInput;
import dev.renacer.tracer.recording.block.BlockReader;
import dev.renacer.tracer.recording.block.RecordingException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
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

    private final BlockReader blocks;
    private final RecordingFacts facts;
    private Optional<RecordingCounts> counts = Optional.empty();
    private final Gaps gaps = new Gaps();
    private OptionalLong begun = OptionalLong.empty();
    private boolean begunInBlock;
    /** Whether blocks are missing in front of the one that is read next. */
    private boolean behindGap;

    private long calls;
    private long others;

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
     * Gives everything that is whole to a receiver, in the order in which it was recorded. Where blocks are missing, an event
     * says how much is lost. To be called once.
     *
     * @param isEnough  asked after each block: whether the rest is not wanted
     */
    public Ending replay(Receiver receiver, BooleanSupplier isEnough) {
        Optional<String> cut = Optional.empty();
        try {
            while (counts.isEmpty() && !isEnough.getAsBoolean()) {
                Optional<BlockReader.Block> next = next();
                BlockReader.Block block = next.orElseThrow(
                        () -> new RecordingException("it ends without its end: what recorded it was killed, had no"
                                + " room to write, or still records"));
                switch (block.kind()) {
                    case EVENTS -> events(block.body(), receiver);
                    case END -> counts = Optional.of(end(block.body(), receiver));
                }
            }
        } catch (IOException e) {
            cut = Optional.of(String.valueOf(e.getMessage()));
        }
        if (cut.isPresent() || gaps.any()) {
            receiver.listener().onCut();
        } else {
            receiver.listener().onEnd();
        }
        return new Ending(calls, counts, gaps.told(), cut);
    }

    /** The next block that is whole; what is not is passed over if another one follows. */
    private Optional<BlockReader.Block> next() throws IOException {
        try {
            return blocks.next();
        } catch (RecordingException e) {
            Optional<BlockReader.Gap> gap = blocks.pass();
            if (gap.isEmpty()) {
                throw e;
            }
            gaps.add(e, gap.get());
            behindGap |= gap.get().blocks() > 0;
            return next();
        }
    }

    private RecordingCounts end(BlockInput body, Receiver receiver) throws IOException {
        RecordingCounts counts = RecordingCounts.read(body);
        if (behindGap) {
            gaps.lostBefore(counts.calls() - calls, counts.unaskedCalls() + counts.events() - others);
            gaps.tell(receiver);
        } else if (!gaps.any() && counts.calls() != calls) {
            throw new RecordingException("its end says that it has " + counts.calls() + " calls, and it has " + calls);
        }
        if (blocks.next().isPresent()) {
            throw new RecordingException("something follows its end");
        }
        return counts;
    }

    private void events(BlockInput in, Receiver receiver) throws RecordingException {
        int number = blocks.blocks() - 1;
        ReadNames names = new ReadNames(in, blocks.version());
        CallReader reader = new CallReader(in, names, receiver.wantsSources(), receiver.wantsStacks());
        begunInBlock = begun.isPresent() && !blocks.areAlone();
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
        if (!begunInBlock && kind != Tag.BEGIN && kind != Tag.LOOKUP) {
            throw new RecordingException("the trace has not begun");
        }
        switch (kind) {
            case Tag.CALL -> {
                SyscallCall call = reader.read(tag);
                toListener(receiver, call.process(), call.startNanos()).onCall(call);
                calls++;
            }
            case Tag.UNASKED -> {
                SyscallCall call = reader.read(tag);
                toListener(receiver, call.process(), call.startNanos()).onUnaskedCall(call);
                others++;
            }
            case Tag.THREAD_TIME -> {
                if (blocks.version() < Tag.SINCE_TIMES) {
                    throw new RecordingException("a record has the unknown kind " + kind);
                }
                ThreadTime time = TimeCode.read(tag, in, names, reader);
                receiver.listener().onThreadTime(time);
            }
            case Tag.BEGIN -> begin(in, receiver);
            case Tag.LOOKUP -> LookupCode.read(in, receiver.lookups());
            case Tag.THREAD_NAME -> receiver.named(in.signedInt(), in.signedInt(), in.text());
            default -> {
                TraceEvent event =
                        EventCode.read(tag, in, names, reader, receiver.wantsSources(), receiver.wantsStacks());
                toListener(receiver, event.process(), event.epochNanos()).onEvent(event);
                others++;
            }
        }
    }

    /** The listener, told before of what is missing in front of this. */
    private TraceListener toListener(Receiver receiver, TracedProcess process, long nanos) {
        gaps.tellFirst(receiver, process, nanos);
        gaps.seen(process, nanos);
        return receiver.listener();
    }

    private void begin(BlockInput in, Receiver receiver) throws RecordingException {
        long offset = in.signed();
        if (begunInBlock || (begun.isPresent() && begun.getAsLong() != offset)) {
            throw new RecordingException("the trace begins twice");
        }
        if (blocks.areAlone()) {
            before(in.number(), in.number());
            gaps.tell(receiver); // before look-ups on behalf of the next call
        }
        begunInBlock = true;
        if (begun.isEmpty()) {
            begun = OptionalLong.of(offset);
            receiver.listener().onBegin(offset);
        }
    }

    /** Compares what the blocks before this one have with what was read of them. */
    private void before(long callsBefore, long othersBefore) throws RecordingException {
        if (behindGap) {
            behindGap = false;
            gaps.lostBefore(callsBefore - calls, othersBefore - others);
        } else if (!gaps.explain(callsBefore - calls, othersBefore - others)) {
            throw new RecordingException("it says that " + callsBefore + " calls and " + othersBefore
                    + " events are in front of it, which is not so");
        }
    }
}
