// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.syscall.Digits;
import dev.renacer.tracer.syscall.ErrnoNames;
import java.util.List;
import java.util.OptionalLong;

/** Writes a call as a slice. Not thread-safe. */
final class CallSlices {
    /** The longest list of arguments that is shown: a viewer has no room for more. */
    private static final int MOST_CHARS = 4_096;

    private final EventWriter events;
    private final NameWriter names;
    private final TextDetail detail;
    private final Categories categories = new Categories();
    private final StringBuilder text = new StringBuilder();

    CallSlices(EventWriter events, NameWriter names, TextDetail detail) {
        this.events = events;
        this.names = names;
        this.detail = detail.naming(names::inData);
    }

    /**
     * Writes one.
     *
     * @param begun  the flows that begin with it
     * @param ended  the flow that ends when it begins
     * @param woken  the flow that ends when it returns, at an instant of its own
     */
    void write(SyscallCall call, long track, List<Long> begun, OptionalLong ended, OptionalLong woken) {
        events.begin(Fields.Event.BEGIN, track)
                .named(categories.of(call.syscall()), call.syscall().name());
        begun.forEach(events::flow);
        ended.ifPresent(events::endOfFlow);
        annotate(call);
        events.end(call.startNanos());
        if (woken.isPresent()) {
            // An importer turns an arrow between two slices by the beginnings of both, and this slice began before what
            // woke it.
            events.begin(Fields.Event.INSTANT, track)
                    .named(Categories.EVENT, "woken")
                    .endOfFlow(woken.getAsLong());
            events.end(call.endNanos());
        }
        events.begin(Fields.Event.END, track);
        events.end(call.endNanos());
    }

    private void annotate(SyscallCall call) {
        text.setLength(0);
        ArgumentFormatter.arguments(text, call, names, detail);
        if (text.length() > MOST_CHARS) {
            text.setLength(MOST_CHARS);
            text.append("...");
        }
        events.text("arguments", text.toString());
        if (call.outcome() == Outcome.UNFINISHED) {
            events.flag("unfinished");
        } else {
            events.number("result", call.result());
        }
        if (call.outcome() == Outcome.FAILED) {
            events.text("errno", ErrnoNames.of(call.errno()).name());
        }
        if (call.inProgressAtAttach()) {
            events.flag("in progress at attach");
        }
        call.source().ifPresent(this::source);
        call.stack()
                .ifPresent(stack -> events.texts(
                        "stack", stack.frames().stream().map(this::frame).toList()));
    }

    private void source(SourceLocation source) {
        source.place().ifPresent(place -> events.text("source", place));
        source.function().ifPresent(function -> events.text("function", function));
    }

    private String frame(CallStack.Frame frame) {
        text.setLength(0);
        text.append(frame.function().orElse("?"));
        frame.file().ifPresent(file -> text.append(" (").append(file).append(')'));
        Digits.hex(text.append(' '), frame.address());
        return text.toString();
    }
}
