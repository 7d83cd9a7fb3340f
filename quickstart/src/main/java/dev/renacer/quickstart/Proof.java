// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import dev.renacer.crds.TraceTotals;
import dev.renacer.quickstart.otlp.ReceivedSpan;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What the demonstration claims, checked on what arrived. */
record Proof(List<Claim> claims) {
    /** Fewer calls than this in ten seconds would mean that most were missed. */
    static final int LEAST_CHILDREN = 100;

    /** Resource attributes every span of a container carries. */
    static final List<String> RESOURCE_ATTRIBUTES = List.of(
            "k8s.pod.name",
            "k8s.pod.uid",
            "k8s.pod.ip",
            "k8s.namespace.name",
            "k8s.container.name",
            "k8s.node.name",
            "container.id",
            "service.name");

    /**
     * One claim.
     *
     * @param text what was found, as the last lines of the story show it
     */
    record Claim(boolean holds, String text) {}

    /** Claims about spans that came to the demonstration's own receiver. */
    static Proof of(List<ReceivedSpan> spans, long received, TraceTotals totals) {
        Optional<TraceTree> tree = TraceTree.largest(spans);
        if (tree.isEmpty()) {
            return new Proof(
                    List.of(new Claim(false, "no root span arrived (" + received + " spans in all)"), loss(totals)));
        }
        return new Proof(List.of(
                traceOf(tree.get(), spans),
                within(tree.get()),
                resource(tree.get()),
                arrived(received, totals),
                loss(totals)));
    }

    /** Claims that the status alone can prove, for spans that went to a collector of the user's. */
    static Proof of(TraceTotals totals, List<String> traceIds) {
        Claim acknowledged = new Claim(
                totals.spans() >= LEAST_CHILDREN,
                TraceTree.count(totals.spans()) + " spans acknowledged by your collector");
        Claim named = new Claim(!traceIds.isEmpty(), "trace ids to look for: " + String.join(" ", traceIds));
        return new Proof(List.of(acknowledged, named, loss(totals)));
    }

    private static Claim traceOf(TraceTree tree, List<ReceivedSpan> spans) {
        String traceId = tree.root().traceId();
        long roots = spans.stream()
                .filter(span -> span.traceId().equals(traceId) && span.isRoot())
                .count();
        int calls = tree.calls().size();
        return new Claim(
                calls >= LEAST_CHILDREN,
                "trace " + traceId + ": " + roots + " root, " + TraceTree.count(calls)
                        + " children whose parent is the root");
    }

    private static Claim within(TraceTree tree) {
        int outside = tree.callsOutsideTheirRoot().size();
        return new Claim(outside == 0, outside + " children outside their root's time");
    }

    private static Claim resource(TraceTree tree) {
        TreeSet<String> missing = new TreeSet<>();
        tree.childrenOf(tree.root())
                .forEach(child -> RESOURCE_ATTRIBUTES.stream()
                        .filter(name -> child.resource().getOrDefault(name, "").isEmpty())
                        .forEach(missing::add));
        RESOURCE_ATTRIBUTES.stream()
                .filter(name -> tree.root().resource().getOrDefault(name, "").isEmpty())
                .forEach(missing::add);
        return missing.isEmpty()
                ? new Claim(true, "the resource names pod and container: " + String.join(" ", RESOURCE_ATTRIBUTES))
                : new Claim(false, "resource attributes missing: " + String.join(" ", missing));
    }

    private static Claim arrived(long received, TraceTotals totals) {
        return new Claim(
                received == totals.spans(),
                TraceTree.count(received) + " spans arrived, status says " + TraceTree.count(totals.spans()));
    }

    private static Claim loss(TraceTotals totals) {
        return new Claim(totals.lost() == 0, "lost " + totals.lost());
    }

    boolean holds() {
        return claims.stream().allMatch(Claim::holds);
    }
}
