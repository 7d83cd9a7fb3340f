// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.option;

import dev.renacer.cli.CommandFailure;
import dev.renacer.crds.TraceRequestSpec.SamplingRule;
import dev.renacer.crds.UserText;
import dev.renacer.crds.pattern.SamplingRules;
import dev.renacer.tracer.span.volume.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A file of {@code renacer --sampling}, as rules of a request. */
final class SamplingFile {
    private static final long NANOS_PER_MICRO = 1_000;

    private SamplingFile() {}

    /**
     * Reads the file.
     *
     * @throws CommandFailure if it cannot be read, or has a line that is no rule or cannot stand in a request
     */
    static List<SamplingRule> rules(Path file) {
        String option = "--sampling " + UserText.quoted(file.toString());
        List<SamplingRule> rules = new ArrayList<>();
        try {
            Sampling.parse(Files.readAllLines(file)).rules().forEach(rule -> rules.add(rule(option, rule)));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(UserText.line(option + ": " + e.getMessage()));
        } catch (IOException e) {
            throw CommandFailure.usage(UserText.line(option + " cannot be read: " + e));
        }
        SamplingRules.fault(rules).ifPresent(fault -> {
            throw CommandFailure.usage(option + ": " + fault);
        });
        return List.copyOf(rules);
    }

    private static SamplingRule rule(String option, Sampling.Rule rule) {
        return switch (rule) {
            case Sampling.KeepErrors _ -> new SamplingRule(true, null, null, null, null);
            case Sampling.KeepSlow(long nanos) -> new SamplingRule(null, nanos / NANOS_PER_MICRO, null, null, null);
            case Sampling.Named(Set<String> names, boolean keep) ->
                new SamplingRule(null, null, keep ? sorted(names) : null, keep ? null : sorted(names), null);
            case Sampling.KeepTraces traces -> new SamplingRule(null, null, null, null, perMillion(option, traces));
        };
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    /** A probability that is rounded to none would leave everything out. */
    private static int perMillion(String option, Sampling.KeepTraces traces) {
        int rounded = Math.toIntExact(Math.round(traces.perMillion()));
        if (rounded == 0 && traces.perMillion() > 0) {
            throw CommandFailure.usage(
                    option + ": a request cannot keep less than one trace of a million; 'sample 0' keeps none");
        }
        return rounded;
    }
}
