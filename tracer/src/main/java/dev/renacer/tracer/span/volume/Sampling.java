// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

import dev.renacer.tracer.SyscallCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rules that leave calls out. The first rule that says something about a call decides; a call about which none does is
 * kept. Probability goes by the trace's id as OpenTelemetry's consistent probability sampling does (tracestate
 * {@code ot=th}): the last 56 bits of a random trace id are its randomness, and a trace is kept if that is not below the
 * threshold. So a trace that is kept at 1 % is kept at 10 %, too, here and in each sampler that goes by the same rule.
 */
public final class Sampling {
    /** Every call is kept. */
    public static final Sampling NONE = new Sampling(List.of());

    /** So many rules are enough for anybody. */
    static final int MOST_RULES = 100;

    private static final int RANDOM_DIGITS = 14;
    private static final double RANDOM_VALUES = 0x1p56;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final String FORMS =
            "; a rule is keep error, keep slow MILLISECONDS, keep call NAME,…, drop call NAME,… or sample PROBABILITY";

    /** What says of some calls whether they are kept. */
    public sealed interface Rule {
        /** Whether the call is kept; null: the rule says nothing about it. */
        @Nullable
        Boolean keeps(SyscallCall call, boolean isFailure, String traceId);
    }

    /** Keeps calls that failed. */
    public record KeepErrors() implements Rule {
        @Override
        public @Nullable Boolean keeps(SyscallCall call, boolean isFailure, String traceId) {
            return isFailure ? Boolean.TRUE : null;
        }
    }

    /**
     * Keeps slow calls.
     *
     * @param nanos  those that took at least so long
     */
    public record KeepSlow(long nanos) implements Rule {
        @Override
        public @Nullable Boolean keeps(SyscallCall call, boolean isFailure, String traceId) {
            return call.durationNanos() >= nanos ? Boolean.TRUE : null;
        }
    }

    /**
     * Keeps calls, or leaves them out, by their names.
     *
     * @param names  the whole names
     * @param keep   whether they are kept
     */
    public record Named(Set<String> names, boolean keep) implements Rule {
        public Named {
            names = Set.copyOf(names);
        }

        @Override
        public @Nullable Boolean keeps(SyscallCall call, boolean isFailure, String traceId) {
            return names.contains(call.syscall().name()) ? keep : null;
        }
    }

    /**
     * Keeps some traces. The last rule that is asked.
     *
     * @param threshold  traces with less randomness are left out
     */
    public record KeepTraces(long threshold) implements Rule {
        /**
         * The rule that keeps a trace with this probability.
         *
         * @throws IllegalArgumentException if it is not from 0 to 1
         */
        public static KeepTraces withProbability(double probability) {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException("a probability is from 0 to 1, but this is " + probability);
            }
            return new KeepTraces(Math.round((1 - probability) * RANDOM_VALUES));
        }

        /** Of so many of a million traces all is kept. */
        public double perMillion() {
            return (RANDOM_VALUES - threshold) / RANDOM_VALUES * 1e6;
        }

        @Override
        public Boolean keeps(SyscallCall call, boolean isFailure, String traceId) {
            return randomness(traceId) >= threshold;
        }
    }

    private final List<Rule> rules;

    private Sampling(List<Rule> rules) {
        this.rules = rules;
    }

    /**
     * Reads rules, one a line. Empty lines and what follows a {@code #} say nothing.
     *
     * @throws IllegalArgumentException if a line is no rule; a message of one line that names it
     */
    public static Sampling parse(List<String> lines) {
        List<Rule> rules = new ArrayList<>();
        for (int index = 0; index < lines.size(); index++) {
            String line = lines.get(index).replaceFirst("#.*", "").strip();
            if (!line.isEmpty()) {
                String given = line;
                int number = index + 1;
                rules.add(rule(line.split("\\s+"))
                        .orElseThrow(() -> new IllegalArgumentException(
                                "line " + number + ": '" + given + "' is no rule" + FORMS)));
            }
        }
        return of(rules);
    }

    /**
     * These rules, in their order.
     *
     * @throws IllegalArgumentException if there are too many
     */
    public static Sampling of(List<Rule> rules) {
        if (rules.size() > MOST_RULES) {
            throw new IllegalArgumentException("there are " + rules.size() + " rules; the most is " + MOST_RULES);
        }
        return new Sampling(List.copyOf(rules));
    }

    /** The rules, in their order. */
    public List<Rule> rules() {
        return rules;
    }

    private static Optional<Rule> rule(String[] words) {
        String form = words.length < 2 || words[0].equals("sample") ? words[0] : words[0] + " " + words[1];
        String last = words[words.length - 1];
        return switch (form) {
            case "keep error" -> words.length == 2 ? Optional.of(new KeepErrors()) : Optional.empty();
            case "keep slow" -> words.length == 3 ? number(last).map(Sampling::slow) : Optional.empty();
            case "keep call" -> words.length == 3 ? Optional.of(named(last, true)) : Optional.empty();
            case "drop call" -> words.length == 3 ? Optional.of(named(last, false)) : Optional.empty();
            case "sample" ->
                words.length == 2
                        ? number(last).filter(probability -> probability <= 1).map(KeepTraces::withProbability)
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Rule slow(double millis) {
        return new KeepSlow((long) (millis * NANOS_PER_MILLI));
    }

    private static Rule named(String names, boolean keep) {
        return new Named(Set.of(names.split(",")), keep);
    }

    private static Optional<Double> number(String text) {
        try {
            return Optional.of(Double.parseDouble(text)).filter(value -> value >= 0 && Double.isFinite(value));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /**
     * Whether a call is kept.
     *
     * @param isFailure  whether anybody would call it a failure
     * @param traceId    of its span, 32 hexadecimal digits
     */
    public boolean keeps(SyscallCall call, boolean isFailure, String traceId) {
        for (Rule rule : rules) {
            Boolean keeps = rule.keeps(call, isFailure, traceId);
            if (keeps != null) {
                return keeps;
            }
        }
        return true;
    }

    static long randomness(String traceId) {
        return Long.parseLong(traceId, traceId.length() - RANDOM_DIGITS, traceId.length(), 16);
    }
}
