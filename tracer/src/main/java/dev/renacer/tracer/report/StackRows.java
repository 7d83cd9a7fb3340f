// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import dev.renacer.capture.PrintableText;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rows of stacks and of the functions in them. For one thread. */
final class StackRows {
    private static final int REMEMBERED = 1 << 13;
    /** Of functions; there are as many as the programs have, at most. */
    private static final int MOST_FRAMES = 1 << 16;

    private final ReportBlock block;
    private final RecentTexts<List<String>> stacks = new RecentTexts<>(REMEMBERED);
    private final Map<String, Integer> frames = new HashMap<>();
    private int frameCount;

    StackRows(ReportBlock block) {
        this.block = block;
    }

    /** What refers to the stack of a call, or to its place in the source if that alone is known. */
    int reference(SyscallCall call) {
        List<String> names = names(call);
        int reference = stacks.reference(names);
        if (reference == 0) {
            int[] indexes = names.stream().mapToInt(this::frame).toArray();
            ByteColumn rows = block.section(Section.STACKS);
            rows.number(indexes.length);
            for (int index : indexes) {
                rows.number(index);
            }
        }
        return reference;
    }

    private static List<String> names(SyscallCall call) {
        if (call.stack().isEmpty()) {
            return call.source().map(place -> List.of(place(place))).orElse(List.of());
        }
        List<String> names = new ArrayList<>();
        for (CallStack.Frame frame : call.stack().get().frames()) {
            names.add(name(frame));
        }
        return names;
    }

    private static String name(CallStack.Frame frame) {
        String file = PrintableText.of(frame.file()
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .orElse("?"));
        return frame.function().map(PrintableText::of).orElseGet(() -> file + "+0x" + Long.toHexString(frame.address()))
                + "\t" + file;
    }

    private static String place(SourceLocation place) {
        return PrintableText.of(place.function().orElse("?")) + "\t"
                + PrintableText.of(place.shortPlace().orElse("?"));
    }

    private int frame(String name) {
        Integer known = frames.get(name);
        if (known != null) {
            return known;
        }
        block.section(Section.FRAMES).text(name);
        block.more(name.length());
        if (frames.size() < MOST_FRAMES) {
            frames.put(name, frameCount);
        }
        return frameCount++;
    }
}
