// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import dev.renacer.quickstart.otlp.ReceivedSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A trace as a well-behaved agent sends it: a root of one second with calls inside it. */
final class SpanFixture {
    static final Map<String, String> RESOURCE =
            Proof.RESOURCE_ATTRIBUTES.stream().collect(Collectors.toMap(name -> name, name -> "a " + name));
    static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private SpanFixture() {}

    static ReceivedSpan root() {
        return new ReceivedSpan(
                TRACE, "r", "", "process: checkout", 0, 1_000_000_000, false, Map.of("process.pid", "7"), RESOURCE);
    }

    static ReceivedSpan call(int number, String parent) {
        return new ReceivedSpan(
                TRACE,
                parent + number,
                parent,
                "syscall: openat",
                number * 1_000L,
                number * 1_000L + 500,
                false,
                Map.of("syscall.args", "\"/file" + number + "\""),
                RESOURCE);
    }

    static List<ReceivedSpan> trace(int calls) {
        List<ReceivedSpan> spans = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            spans.add(call(i, "r"));
        }
        spans.add(root()); // it ends last, so it comes last
        return spans;
    }
}
