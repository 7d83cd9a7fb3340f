// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The calls of two traces by the ways that lead to them: by stack if both have stacks, otherwise by process, the function that
 * makes the call if that is known, call and path or peer. Immutable.
 *
 * @param basis  what the ways consist of
 * @param root   of the tree
 */
public record DifferenceTree(Basis basis, Node root) {
    /** What a way consists of beside processes. */
    public enum Basis {
        /** Whole stacks. */
        STACKS,
        /** The function that makes the call, and what it is about. */
        SITES,
        /** What it is about. */
        SUBJECTS
    }

    /**
     * A place in the tree.
     *
     * @param before    calls of the first trace that end here
     * @param after     those of the second
     * @param children  where the ways go on
     */
    public record Node(Amount before, Amount after, SequencedMap<PathStep, Node> children) {}

    /** That of two traces that were compared. */
    public static DifferenceTree of(Comparison comparison) {
        if (comparison.before().stacks().isPresent()
                && comparison.after().stacks().isPresent()) {
            return new DifferenceTree(
                    Basis.STACKS,
                    merged(
                            comparison.before().stacks().get().root(),
                            comparison.after().stacks().get().root()));
        }
        return new DifferenceTree(
                comparison.bySite() ? Basis.SITES : Basis.SUBJECTS,
                merged(
                        tree(comparison.beforeGroups()).root(),
                        tree(comparison.afterGroups()).root()));
    }

    private static CallTree tree(Map<CallKey, CallGroup> groups) {
        CallTree tree = new CallTree(new NamePattern());
        groups.forEach((key, group) -> tree.add(PathStep.of(key), group.amount()));
        return tree;
    }

    private static Node merged(CallTree.Node before, CallTree.Node after) {
        SequencedMap<PathStep, Node> children = new LinkedHashMap<>();
        CallTree.Node nothing = new CallTree.Node();
        before.children()
                .forEach((step, node) ->
                        children.put(step, merged(node, after.children().getOrDefault(step, nothing))));
        after.children().forEach((step, node) -> children.computeIfAbsent(step, _ -> merged(nothing, node)));
        return new Node(before.own(), after.own(), children);
    }
}
