// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.comparison.PathStep.Kind;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.syscall.IdleWaits;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The calls of one trace by the stacks that made them. Bounded: what is beyond {@link #MOST_NODES} ways counts where its way
 * leaves those that are known. Not thread-safe.
 */
final class CallTree {
    static final int MOST_NODES = 100_000;
    /** Deeper stacks lose their outermost functions: a recursion. */
    static final int DEEPEST = 200;

    /** Of calls whose stack is not known: they stand below their process. */
    static final CallStack NO_STACK = new CallStack(List.of(), CallStack.End.LOST);

    private static final int MOST_KNOWN = 1 << 14;

    /** A place in the tree. */
    static final class Node {
        private final Map<PathStep, Node> children = new LinkedHashMap<>();
        private Amount own = Amount.NOTHING;

        Map<PathStep, Node> children() {
            return children;
        }

        /** Calls that end here. */
        Amount own() {
            return own;
        }

        void add(Amount more) {
            own = own.plus(more);
        }
    }

    private final Node root = new Node();
    private final NamePattern patterns;
    /** Calls on one path share the object of their stack. */
    private final Map<String, IdentityHashMap<CallStack, Node>> known = new HashMap<>();

    private int nodes;
    private int remembered;

    CallTree(NamePattern patterns) {
        this.patterns = patterns;
    }

    Node root() {
        return root;
    }

    /** Adds a call. */
    void add(String role, CallStack stack, SyscallCall call) {
        if (remembered >= MOST_KNOWN) {
            known.clear();
            remembered = 0;
        }
        Node caller = known.computeIfAbsent(role, _ -> new IdentityHashMap<>())
                .computeIfAbsent(stack, _ -> caller(role, stack));
        boolean waited = IdleWaits.contains(call.syscall(), call.args(), call.result());
        long nanos = call.outcome() == Outcome.UNFINISHED ? 0 : call.durationNanos();
        child(caller, new PathStep(Kind.CALL, call.syscall().name(), "")).add(new Amount(1, nanos, waited ? nanos : 0));
    }

    /** Adds calls that another way leads to. */
    void add(Iterable<PathStep> path, Amount amount) {
        Node node = root;
        for (PathStep step : path) {
            node = child(node, step);
        }
        node.add(amount);
    }

    private Node caller(String role, CallStack stack) {
        remembered++;
        Node node = root;
        for (PathStep step : PathStep.ofRole(role)) {
            node = child(node, step);
        }
        PathStep last = null;
        for (CallStack.Frame frame :
                stack.frames().reversed().stream().limit(DEEPEST).toList()) {
            PathStep step = PathStep.of(frame, patterns);
            if (!step.equals(last)) { // functions without names, and one that calls itself
                node = child(node, step);
            }
            last = step;
        }
        return node;
    }

    private Node child(Node node, PathStep step) {
        Node known = node.children.get(step);
        if (known != null) {
            return known;
        }
        if (nodes >= MOST_NODES) {
            return node;
        }
        nodes++;
        Node child = new Node();
        node.children.put(step, child);
        return child;
    }
}
