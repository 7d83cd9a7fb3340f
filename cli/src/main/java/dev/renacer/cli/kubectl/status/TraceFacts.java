// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.status;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceRequestStatus.Example;
import dev.renacer.crds.TraceRequestStatus.Skipped;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What one version of a request says, each thing once. A status repeats itself: that a container cannot be traced stands in
 * {@code skipped}, in the condition Degraded and, while nothing else is traced, in Tracing too. The container's own line is kept,
 * since it alone names them all.
 */
public final class TraceFacts {
    /**
     * One thing that a status says.
     *
     * @param topic    what it is about; two facts of one topic tell a change
     * @param lasting  whether it is told once and for all; else it is news again when it comes back
     * @param value    what makes two facts of a topic the same
     * @param line     as a user reads it
     */
    public record Fact(String topic, boolean lasting, String value, String line) {
        private static Fact condition(String topic, String line) {
            return new Fact(topic, false, line, line);
        }

        /** Why a container is not traced, whoever says so. */
        static Fact untraced(String container, String node, String word, String reason, String message) {
            return new Fact(
                    "container " + container,
                    true,
                    reason + ": " + message,
                    word + " " + container + (node.isEmpty() ? "" : " on " + node) + bracketed(reason)
                            + (message.isEmpty() ? "" : ": " + message));
        }
    }

    /** Reasons of Degraded whose messages hold figures that grow. */
    private static final Set<String> ONGOING = Set.of(Reason.SpansLost.name(), Reason.PartlyWatched.name());

    private TraceFacts() {}

    /** In the order in which they are told. */
    public static List<Fact> of(TraceRequest request) {
        TraceState state = TraceState.of(request);
        if (state == TraceState.REFUSED) {
            return List.of(headline(state, request));
        }
        List<Skipped> skipped = Optional.ofNullable(request.getStatus())
                .map(TraceRequestStatus::skipped)
                .orElse(List.of());
        List<String> messages = skipped.stream()
                .flatMap(skip -> examples(skip).map(Example::message))
                .filter(message -> message != null && !message.isBlank())
                .toList();
        List<Fact> facts = new ArrayList<>();
        if (state.isLast() || (state != TraceState.PENDING && !repeats(state.explainedBy(request), messages))) {
            facts.add(headline(state, request));
        }
        // What goes wrong beside the trace itself: spans that do not reach the sink, nodes that do not answer.
        if (TraceState.is(request, ConditionType.Exporting, "False") && !state.isLast()) {
            facts.add(Fact.condition(
                    "exporting", described("Not exporting", TraceState.condition(request, ConditionType.Exporting))));
        }
        Optional<Condition> degraded = TraceState.condition(request, ConditionType.Degraded);
        if (TraceState.is(request, ConditionType.Degraded, "True") && !repeats(degraded, messages)) {
            facts.add(degraded(degraded));
        }
        skipped.forEach(skip -> skips(facts, skip));
        return facts;
    }

    /** What goes on, such as spans that are lost, is told once, and how much of it in the figures. */
    private static Fact degraded(Optional<Condition> condition) {
        String line = described("Degraded", condition);
        return condition
                .filter(degraded -> ONGOING.contains(degraded.getReason()))
                .map(degraded -> new Fact("degraded", false, degraded.getReason(), line))
                .orElseGet(() -> Fact.condition("degraded", line));
    }

    private static Fact headline(TraceState state, TraceRequest request) {
        Optional<Condition> condition = state.explainedBy(request);
        String word = switch (state) {
            case REFUSED -> "Refused";
            case SUCCEEDED -> "Succeeded";
            case FAILED -> "Failed";
            case PENDING, ACCEPTED, TRACING -> TraceState.word(request);
        };
        return Fact.condition("state", described(word, condition));
    }

    private static boolean repeats(Optional<Condition> condition, List<String> messages) {
        String text = condition.map(Condition::getMessage).orElse("");
        return messages.stream().anyMatch(text::contains);
    }

    private static void skips(List<Fact> facts, Skipped skipped) {
        examples(skipped)
                .map(example -> Fact.untraced(
                        example.podName() + (example.containerName() == null ? "" : "/" + example.containerName()),
                        example.nodeName() == null ? "" : example.nodeName(),
                        "Skipped",
                        skipped.reason(),
                        example.message() == null ? "" : example.message()))
                .forEach(facts::add);
        long shown = examples(skipped).count();
        if (skipped.count() > shown) {
            String line =
                    "Skipped " + (skipped.count() - shown) + (shown == 0 ? "" : " more") + bracketed(skipped.reason());
            facts.add(new Fact("more " + skipped.reason(), true, line, line));
        }
    }

    private static Stream<Example> examples(Skipped skipped) {
        return skipped.examples() == null ? Stream.of() : skipped.examples().stream();
    }

    private static String described(String word, Optional<Condition> condition) {
        String message = condition
                .map(Condition::getMessage)
                .filter(text -> !text.isEmpty())
                .map(text -> ": " + text)
                .orElse("");
        return word + reason(word, condition) + message;
    }

    private static String reason(String word, Optional<Condition> condition) {
        return condition
                .map(Condition::getReason)
                .filter(text -> !text.isEmpty() && !text.equals(word))
                .map(TraceFacts::bracketed)
                .orElse("");
    }

    private static String bracketed(String reason) {
        return reason.isEmpty() ? "" : " (" + reason + ")";
    }
}
