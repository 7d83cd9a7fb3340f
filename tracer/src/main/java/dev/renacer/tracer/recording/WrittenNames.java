// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.recording.block.BlockOutput;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a block has named already: a thing is written whole when it comes for the first time, and by its number from then on. Each block
 * begins anew, so it can be read without those before it. Not thread-safe.
 */
final class WrittenNames {
    private final BlockOutput out;
    private final Map<String, Integer> texts = new HashMap<>();
    private final Map<TracedProcess, Integer> processes = new HashMap<>();
    private final Map<SourceLocation, Integer> sources = new HashMap<>();
    private final Map<CallStack, Integer> stacks = new HashMap<>();
    private final Map<ThreadContext, Integer> contexts = new HashMap<>();
    private long address;

    WrittenNames(BlockOutput out) {
        this.out = out;
    }

    void clear() {
        texts.clear();
        processes.clear();
        sources.clear();
        stacks.clear();
        contexts.clear();
        address = 0;
    }

    /** Writes the number. Returns whether it is new, and its value must follow. */
    private <T> boolean isNew(Map<T, Integer> known, T value) {
        Integer number = known.get(value);
        if (number != null) {
            out.number(number);
            return false;
        }
        out.number(known.size());
        known.put(value, known.size());
        return true;
    }

    void text(String text) {
        if (isNew(texts, text)) {
            out.text(text);
        }
    }

    void text(Optional<String> text) {
        out.one(text.isPresent() ? 1 : 0);
        text.ifPresent(this::text);
    }

    void process(TracedProcess process) {
        if (isNew(processes, process)) {
            out.signed(process.pid());
            out.signed(process.vpid());
            out.signed(process.parentPid());
            text(process.name());
            text(process.executable());
            out.one(process.created().isPresent() ? 1 : 0);
            process.created().ifPresent(when -> out.signed(when.toEpochMilli()));
            out.number(process.published().size());
            process.published().forEach((name, value) -> {
                text(name);
                text(value);
            });
        }
    }

    void source(SourceLocation source) {
        if (isNew(sources, source)) {
            text(source.function());
            text(source.file());
            out.signed(source.line());
        }
    }

    void context(ThreadContext context) {
        if (isNew(contexts, context)) {
            out.signed(context.traceHigh());
            out.signed(context.traceLow());
            out.signed(context.span());
            out.one(context.flags());
        }
    }

    void stack(CallStack stack) {
        if (!isNew(stacks, stack)) {
            return;
        }
        out.one(Numbered.STACK_ENDS.of(stack.end()));
        out.number(stack.frames().size());
        for (CallStack.Frame frame : stack.frames()) {
            text(frame.file());
            out.signed(frame.address() - address);
            address = frame.address();
            text(frame.function());
            out.signed(frame.functionOffset());
        }
    }
}
