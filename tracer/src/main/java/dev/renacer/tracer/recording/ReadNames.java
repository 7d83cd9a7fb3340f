// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.recording.block.BlockInput;
import dev.renacer.tracer.recording.block.RecordingException;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a block has named already; reads what {@link WrittenNames} has written. Not thread-safe. */
final class ReadNames {
    /** The most things of a kind that a block names; a block as long as they are written has less. */
    private static final int MOST = 1 << 17;

    private static final int MOST_FRAMES = 1_024;

    private static final int MOST_PUBLISHED = 64;

    private final BlockInput in;
    private final boolean publishing;
    private final boolean created;
    private final List<String> texts = new ArrayList<>();
    private final List<TracedProcess> processes = new ArrayList<>();
    private final List<Optional<SourceLocation>> sources = new ArrayList<>();
    private final List<Optional<CallStack>> stacks = new ArrayList<>();
    private final List<Optional<ThreadContext>> contexts = new ArrayList<>();
    private int frames;
    private long address;

    /**
     * @param version  of the format: in version 1 processes have nothing that they have published, and before {@link
     *     Tag#SINCE_CREATED} it is not known when they were created
     */
    ReadNames(BlockInput in, int version) {
        this.in = in;
        this.publishing = version > 1;
        this.created = version >= Tag.SINCE_CREATED;
    }

    private static <T> boolean isNew(int number, List<T> known) throws RecordingException {
        if (number == MOST) {
            throw new RecordingException("a block names more than " + MOST + " things of a kind");
        }
        return number == known.size();
    }

    String text() throws RecordingException {
        int number = in.upTo(texts.size(), "the number of a text");
        if (isNew(number, texts)) {
            texts.add(in.text());
        }
        return texts.get(number);
    }

    Optional<String> optionalText() throws RecordingException {
        return in.one() == 0 ? Optional.empty() : Optional.of(text());
    }

    TracedProcess process() throws RecordingException {
        int number = in.upTo(processes.size(), "the number of a process");
        if (isNew(number, processes)) {
            processes.add(new TracedProcess(
                    in.signedInt(), in.signedInt(), in.signedInt(), text(), optionalText(), created(), published()));
        }
        return processes.get(number);
    }

    private Optional<Instant> created() throws RecordingException {
        return created && in.one() != 0 ? Optional.of(Instant.ofEpochMilli(in.signed())) : Optional.empty();
    }

    private Map<String, String> published() throws RecordingException {
        if (!publishing) {
            return Map.of();
        }
        int count = in.upTo(MOST_PUBLISHED, "the number of attributes of a process");
        Map<String, String> published = new LinkedHashMap<>();
        for (int index = 0; index < count; index++) {
            published.put(text(), text());
        }
        return Collections.unmodifiableMap(published);
    }

    Optional<SourceLocation> source() throws RecordingException {
        int number = in.upTo(sources.size(), "the number of a place in the source");
        if (isNew(number, sources)) {
            sources.add(Optional.of(new SourceLocation(optionalText(), optionalText(), in.signedInt())));
        }
        return sources.get(number);
    }

    /**
     * A context.
     *
     * @param source  as the call says: the same one may come from both
     */
    Optional<ThreadContext> context(ThreadContext.Source source) throws RecordingException {
        int number = in.upTo(contexts.size(), "the number of a thread's context");
        if (isNew(number, contexts)) {
            contexts.add(Optional.of(newContext(source)));
        }
        return contexts.get(number);
    }

    private ThreadContext newContext(ThreadContext.Source source) throws RecordingException {
        try {
            return new ThreadContext(in.signed(), in.signed(), in.signed(), in.one(), source);
        } catch (IllegalArgumentException e) {
            throw new RecordingException(String.valueOf(e.getMessage()));
        }
    }

    Optional<CallStack> stack() throws RecordingException {
        int number = in.upTo(stacks.size(), "the number of a stack");
        if (isNew(number, stacks)) {
            stacks.add(Optional.of(newStack()));
        }
        return stacks.get(number);
    }

    private CallStack newStack() throws RecordingException {
        CallStack.End end = Numbered.STACK_ENDS.get(in.one());
        int count = in.upTo(MOST_FRAMES, "the number of frames of a stack");
        frames += count;
        if (frames > MOST) {
            throw new RecordingException("a block has more than " + MOST + " frames of stacks");
        }
        List<CallStack.Frame> all = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            Optional<String> file = optionalText();
            address += in.signed();
            all.add(new CallStack.Frame(file, address, optionalText(), in.signed()));
        }
        return new CallStack(all, end);
    }
}
