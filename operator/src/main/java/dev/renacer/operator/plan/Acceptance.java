// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.Reason;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.admin.TraceSink;
import dev.renacer.crds.pattern.PatternRules;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether a request can be carried out as it is written. */
public sealed interface Acceptance {
    /** It can; spans go to this sink. */
    record Accepted(TraceSink sink, EffectivePolicy policy) implements Acceptance {}

    /** It cannot; the message says what to do. */
    record Refused(Reason reason, String message) implements Acceptance {}

    /**
     * Checks a request against the namespace's policies, the sinks there are, and the bounds of regular expressions.
     *
     * @param stored  its spec; empty: there is none that can be read
     */
    static Acceptance of(
            Optional<TraceRequestSpec> stored,
            String namespace,
            Map<String, String> namespaceLabels,
            Rules rules,
            EffectivePolicy policy,
            Collection<TraceSink> sinks) {
        if (stored.isEmpty()) {
            return new Refused(
                    Reason.InvalidSpec,
                    "No spec can be read: it was stored under another definition of TraceRequest, and the operator's log"
                            + " names the field, if there is one; delete the request and create another");
        }
        TraceRequestSpec spec = stored.get();
        Optional<String> fault = StoredSpec.fault(spec);
        if (fault.isPresent()) {
            return new Refused(
                    Reason.InvalidSpec,
                    fault.get()
                            + ": it was stored under another definition of TraceRequest; delete the request and create"
                            + " another");
        }
        Optional<Refused> closed = rules.refusal(namespace, namespaceLabels, policy)
                .or(() -> rules.refusal(spec))
                .or(() -> PatternRules.refusal(spec.process(), spec.syscalls())
                        .map(pattern -> new Refused(pattern.reason(), pattern.message())));
        if (closed.isPresent()) {
            return closed.get();
        }
        String wanted = spec.sinkRef() != null
                ? spec.sinkRef().name()
                : policy.sinkName().orElse(Renacer.DEFAULT_SINK);
        return policy.refusal(spec, wanted)
                .<Acceptance>map(refused -> refused)
                .orElseGet(() -> sinks.stream()
                        .filter(sink -> sink.getMetadata().getName().equals(wanted))
                        .findFirst()
                        .<Acceptance>map(sink -> new Accepted(sink, policy))
                        .orElseGet(() -> unknownSink(spec, wanted, sinks)));
    }

    private static Refused unknownSink(TraceRequestSpec spec, String wanted, Collection<TraceSink> sinks) {
        String known = sinks.stream()
                .map(sink -> sink.getMetadata().getName())
                .sorted()
                .collect(Collectors.joining(", "));
        if (spec.sinkRef() != null || !wanted.equals(Renacer.DEFAULT_SINK)) {
            return new Refused(
                    Reason.SinkNotFound,
                    "There is no TraceSink \"" + wanted + "\"; "
                            + (known.isEmpty()
                                    ? "there are none: ask a cluster admin for one"
                                    : "there are: " + known));
        }
        return new Refused(
                Reason.NoDefaultSink,
                "There is no TraceSink \"" + Renacer.DEFAULT_SINK + "\": "
                        + (known.isEmpty()
                                ? "ask a cluster admin for one"
                                : "name one of these in spec.sinkRef.name: " + known));
    }
}
