// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The unwinder's answers, stored by what they depend on: the instruction pointer and the return addresses on the stack,
 * each at the offset where the unwinder found it. A call made again on the same path through the program is then found
 * with a few comparisons. Not thread-safe.
 */
final class CallPaths {
    private static final int MOST_PATHS = 1 << 16;

    /** What is known about a path; an empty location is also knowledge. */
    record Known(Optional<SourceLocation> location) {}

    /**
     * A place on a path: either its end, or the stack offset of the next return address and the places to which the
     * known ones lead.
     */
    private static final class Node {
        private int slot = -1;
        private final Map<Long, Node> callers = new HashMap<>();
        private @Nullable Known answer;
        /** The same place with the next return address elsewhere: code that makes room on its stack while it runs. */
        private @Nullable Node alternative;
    }

    private final Map<Long, Node> calls = new HashMap<>();
    private int paths;

    /** The answer for this stack; null if none is known. */
    @Nullable
    Known find(StackSample sample) {
        return find(calls.get(sample.instructionPointer()), sample);
    }

    private static @Nullable Known find(@Nullable Node start, StackSample sample) {
        for (Node node = start; node != null; node = node.alternative) {
            if (node.answer != null) {
                return node.answer;
            }
            if (sample.has(node.slot)) {
                Known found = find(node.callers.get(sample.word(node.slot)), sample);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /** Remembers an answer, unless the stack does not show what it depends on. */
    void add(StackSample sample, UnwinderAnswer answer) {
        for (int frame = 1; frame < answer.frames().size(); frame++) {
            UnwinderAnswer.Frame caller = answer.frames().get(frame);
            if (!sample.has(caller.slot()) || sample.word(caller.slot()) != caller.address()) {
                return;
            }
        }
        if (paths >= MOST_PATHS) {
            calls.clear();
            paths = 0;
        }
        paths++;
        Node node = calls.computeIfAbsent(sample.instructionPointer(), _ -> new Node());
        for (int frame = 1; frame < answer.frames().size(); frame++) {
            UnwinderAnswer.Frame caller = answer.frames().get(frame);
            node = at(node, caller.slot()).callers.computeIfAbsent(caller.address(), _ -> new Node());
        }
        node.answer = new Known(answer.location());
    }

    private static Node at(Node first, int slot) {
        Node node = first;
        while (node.slot != slot) {
            if (node.slot < 0) {
                node.slot = slot;
                return node;
            }
            if (node.alternative == null) {
                node.alternative = new Node();
            }
            node = node.alternative;
        }
        return node;
    }
}
