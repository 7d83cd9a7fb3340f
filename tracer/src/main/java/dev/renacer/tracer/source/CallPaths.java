// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The unwinder's answers, stored by what they depend on: the instruction pointer and the return addresses on the stack,
 * each at the offset where the unwinder found it. A call made again on the same path through the program is then found
 * with a few comparisons. Not thread-safe.
 *
 * @param <T>  what is known of a path; that something is not known is also knowledge
 */
final class CallPaths<T> {
    private static final int MOST_PATHS = 1 << 16;

    /** Where calls of a path come from; an empty location is also knowledge. */
    record Known(Optional<SourceLocation> location) {}

    /**
     * A place on a path: either its end, or the stack offset of the next return address and the places to which the
     * known ones lead.
     */
    private static final class Node<T> {
        private int slot = -1;
        private final Map<Long, Node<T>> callers = new HashMap<>();
        private @Nullable T answer;
        /** The same place with the next return address elsewhere: code that makes room on its stack while it runs. */
        private @Nullable Node<T> alternative;
    }

    private final Map<Long, Node<T>> calls = new HashMap<>();
    private int paths;

    /** The answer for this stack; null if none is known. */
    @Nullable
    T find(StackSample sample) {
        return find(calls.get(sample.instructionPointer()), sample);
    }

    private static <T> @Nullable T find(@Nullable Node<T> start, StackSample sample) {
        for (Node<T> node = start; node != null; node = node.alternative) {
            if (node.answer != null) {
                return node.answer;
            }
            if (sample.has(node.slot)) {
                T found = find(node.callers.get(sample.word(node.slot)), sample);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /** Remembers an answer that depends on these frames, unless the stack does not show them. */
    void add(StackSample sample, List<UnwinderAnswer.Frame> frames, T answer) {
        for (int frame = 1; frame < frames.size(); frame++) {
            UnwinderAnswer.Frame caller = frames.get(frame);
            if (!sample.has(caller.slot()) || sample.word(caller.slot()) != caller.address()) {
                return;
            }
        }
        if (paths >= MOST_PATHS) {
            calls.clear();
            paths = 0;
        }
        paths++;
        Node<T> node = calls.computeIfAbsent(sample.instructionPointer(), _ -> new Node<>());
        for (int frame = 1; frame < frames.size(); frame++) {
            UnwinderAnswer.Frame caller = frames.get(frame);
            node = at(node, caller.slot()).callers.computeIfAbsent(caller.address(), _ -> new Node<>());
        }
        node.answer = answer;
    }

    private static <T> Node<T> at(Node<T> first, int slot) {
        Node<T> node = first;
        while (node.slot != slot) {
            if (node.slot < 0) {
                node.slot = slot;
                return node;
            }
            if (node.alternative == null) {
                node.alternative = new Node<>();
            }
            node = node.alternative;
        }
        return node;
    }
}
