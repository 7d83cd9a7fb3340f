// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.UserText;
import dev.renacer.crds.pattern.SamplingRules;
import dev.renacer.crds.pattern.TraceParentRules;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What of a spec the definition does not allow. An API server lets none of it pass, but serves what was stored under an earlier
 * definition; and a field that is empty, or beside another, would have more traced than was clearly asked for.
 */
final class StoredSpec {
    private StoredSpec() {}

    /** The first field that is not as it must be, and how it must be. */
    static Optional<String> fault(TraceRequestSpec spec) {
        TraceRequestSpec.Safety safety =
                Objects.requireNonNullElse(spec.safety(), new TraceRequestSpec.Safety(null, null));
        return Stream.of(
                        selection(spec),
                        empty("podName", spec.podName()),
                        empty("containers", spec.containers()),
                        empty("process", spec.process()),
                        empty("syscalls", spec.syscalls()),
                        empty("paths", spec.paths()),
                        empty("peers", spec.peers()),
                        empty("justification", spec.justification()),
                        empty("requestedBy", spec.requestedBy()),
                        range("durationSeconds", spec.durationSeconds(), 1, 3_600),
                        range("minDurationMicros", spec.minDurationMicros(), 0, 3_600_000_000L),
                        range("maxSpansPerSecond", spec.maxSpansPerSecond(), 1, 100_000),
                        range("ttlSecondsAfterFinished", spec.ttlSecondsAfterFinished(), 0, 2_592_000),
                        range("safety.maxSlowdownPercent", safety.maxSlowdownPercent(), 1, 1_000_000),
                        word("safety.onExceeded", safety.onExceeded(), "Detach", "DutyCycle"),
                        word("errorStatus", spec.errorStatus(), "Default", "All"),
                        word("volume", spec.volume(), "Readable", "All"),
                        word("unsampled", spec.unsampled(), "Drop", "Keep"),
                        word("mode", spec.mode(), "Trace", "Look"),
                        word("arguments", spec.arguments(), "None", "Names", "Full"),
                        subjects(spec),
                        traceParent(spec.traceParent()),
                        SamplingRules.fault(spec.sampling()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> selection(TraceRequestSpec spec) {
        List<String> given = Stream.of(
                        spec.podName() == null ? "" : "podName",
                        spec.selector() == null ? "" : "selector",
                        spec.workloadRef() == null ? "" : "workloadRef")
                .filter(name -> !name.isEmpty())
                .toList();
        if (given.size() != 1) {
            return Optional.of("spec has "
                    + (given.isEmpty() ? "none" : given.stream().collect(Collectors.joining(" and ")))
                    + ", but must have exactly one of podName, selector and workloadRef");
        }
        if (spec.selector() != null && !Labels.isKnown(spec.selector())) {
            return Optional.of("spec.selector must have a label or an expression to match, the latter with an operator"
                    + " that is In or NotIn, with values, or Exists or DoesNotExist, without");
        }
        return Optional.empty();
    }

    private static Optional<String> subjects(TraceRequestSpec spec) {
        return "None".equals(spec.arguments()) && (spec.paths() != null || spec.peers() != null)
                ? Optional.of(
                        "spec.arguments is None, but must be Names or Full or be left out: spec.paths and spec.peers go"
                                + " by what spans say of arguments")
                : Optional.empty();
    }

    private static Optional<String> traceParent(@Nullable String value) {
        return Optional.ofNullable(value).flatMap(TraceParentRules::fault).map(fault -> "spec.traceParent " + fault);
    }

    private static Optional<String> empty(String field, @Nullable Object value) {
        return "".equals(value) || List.of().equals(value)
                ? Optional.of("spec." + field + " is empty, but must have a value or be left out")
                : Optional.empty();
    }

    private static Optional<String> range(String field, @Nullable Number value, long lowest, long highest) {
        return value != null && (value.longValue() < lowest || value.longValue() > highest)
                ? Optional.of("spec." + field + " is " + value + ", but must be from " + lowest + " to " + highest)
                : Optional.empty();
    }

    private static Optional<String> word(String field, @Nullable String value, String... words) {
        return value == null || List.of(words).contains(value)
                ? Optional.empty()
                : Optional.of("spec." + field + " is \"" + UserText.quoted(value) + "\", but must be "
                        + String.join(" or ", words));
    }
}
