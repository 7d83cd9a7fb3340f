// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.pattern;

import com.google.re2j.Pattern;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestSpec.SamplingRule;
import dev.renacer.crds.UserText;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether {@code spec.sampling} is as the definition has it. Which system calls there are, only the agents know. */
public final class SamplingRules {
    private static final long LONGEST_MICROS = 3_600_000_000L;
    private static final int MILLION = 1_000_000;
    private static final Pattern NAME = Pattern.compile(TraceRequestSpec.SYSCALL_NAME_PATTERN);

    private SamplingRules() {}

    /**
     * What is wrong with the rules, if something is.
     *
     * @return a sentence that begins with the name of the field, in one line of bounded length
     */
    public static Optional<String> fault(@Nullable List<SamplingRule> rules) {
        if (rules == null) {
            return Optional.empty();
        }
        if (rules.isEmpty() || rules.size() > TraceRequestSpec.MOST_SAMPLING_RULES) {
            return Optional.of("spec.sampling has " + rules.size() + " rules, but must have 1 to "
                    + TraceRequestSpec.MOST_SAMPLING_RULES + " or be left out");
        }
        return Stream.iterate(0, index -> index < rules.size(), index -> index + 1)
                .flatMap(
                        index -> ofRule(rules.get(index)).map(fault -> "spec.sampling[" + index + "]" + fault).stream())
                .findFirst();
    }

    private static Optional<String> ofRule(SamplingRule rule) {
        long given = Stream.of(
                        Boolean.TRUE.equals(rule.keepErrors()),
                        rule.keepMinDurationMicros() != null,
                        rule.keepSyscalls() != null,
                        rule.dropSyscalls() != null,
                        rule.keepTracesPerMillion() != null)
                .filter(is -> is)
                .count();
        if (given != 1) {
            return Optional.of(" has " + given + " fields, but " + SamplingRule.ONE);
        }
        return range(".keepMinDurationMicros", rule.keepMinDurationMicros(), LONGEST_MICROS)
                .or(() -> range(".keepTracesPerMillion", rule.keepTracesPerMillion(), MILLION))
                .or(() -> names(".keepSyscalls", rule.keepSyscalls()))
                .or(() -> names(".dropSyscalls", rule.dropSyscalls()));
    }

    private static Optional<String> range(String field, @Nullable Number value, long highest) {
        return value != null && (value.longValue() < 0 || value.longValue() > highest)
                ? Optional.of(field + " is " + value + ", but must be from 0 to " + highest)
                : Optional.empty();
    }

    private static Optional<String> names(String field, @Nullable List<String> names) {
        if (names == null) {
            return Optional.empty();
        }
        if (names.isEmpty() || names.size() > TraceRequestSpec.MOST_SAMPLED_SYSCALLS) {
            return Optional.of(field + " has " + names.size() + " names, but must have 1 to "
                    + TraceRequestSpec.MOST_SAMPLED_SYSCALLS);
        }
        return names.stream()
                .map(name -> Objects.requireNonNullElse(name, ""))
                .filter(name -> name.length() > TraceRequestSpec.LONGEST_SYSCALL_NAME
                        || !NAME.matcher(name).find())
                .findFirst()
                .map(name -> field + " has \"" + UserText.quoted(name) + "\", which is no name of a system call");
    }
}
