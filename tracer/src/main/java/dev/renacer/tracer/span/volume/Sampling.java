// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.filter.FilterSyntaxException;
import dev.renacer.tracer.filter.SyscallFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rules that leave calls out. The first rule that says something about a call decides; a call about which none does is
 * kept. Probability goes by a trace's randomness as OpenTelemetry's consistent probability sampling does (specification,
 * trace/tracestate-probability-sampling.md): a trace is kept if its randomness is not below the threshold. So a trace
 * that is kept at 1 % is kept at 10 %, too, here and in each sampler that goes by the same rule. A threshold depends on
 * the rule alone, never on the randomness.
 */
public final class Sampling {
    /** Every call is kept. */
    public static final Sampling NONE = new Sampling(List.of());

    /** So many rules are enough for anybody. */
    static final int MOST_RULES = 100;

    /** What {@link #threshold} says of a call that is left out. */
    public static final long LEFT_OUT = -1;

    /** What a rule says of a call about which it says nothing. */
    private static final long NO_WORD = -2;

    /** Of a call that is kept whatever its trace. */
    private static final long ALWAYS = 0;

    /** So many digits of a threshold the specification recommends, besides those that are f at its beginning. */
    private static final int SIGNIFICANT_DIGITS = 4;

    private static final int MOST_DIGITS = 12;
    private static final int BITS_PER_DIGIT = 4;
    private static final int MANTISSA_BITS = 52;
    private static final long MANTISSA = (1L << MANTISSA_BITS) - 1;
    private static final int RANDOM_BITS = 56;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final String FORMS =
            "; a rule is keep error, keep slow MILLISECONDS, keep call NAME,…, drop call NAME,… or sample PROBABILITY";

    private sealed interface Rule {
        /** The threshold by which the call is kept, {@link #LEFT_OUT} or {@link #NO_WORD}. */
        long threshold(SyscallCall call, boolean isFailure, long randomness);
    }

    private enum KeepErrors implements Rule {
        INSTANCE;

        @Override
        public long threshold(SyscallCall call, boolean isFailure, long randomness) {
            return isFailure ? ALWAYS : NO_WORD;
        }
    }

    private record KeepSlow(long nanos) implements Rule {
        @Override
        public long threshold(SyscallCall call, boolean isFailure, long randomness) {
            return call.durationNanos() >= nanos ? ALWAYS : NO_WORD;
        }
    }

    private record Named(SyscallFilter calls, boolean keep) implements Rule {
        @Override
        public long threshold(SyscallCall call, boolean isFailure, long randomness) {
            if (!calls.selects(call.syscall())) {
                return NO_WORD;
            }
            return keep ? ALWAYS : LEFT_OUT;
        }
    }

    /**
     * The last rule that is asked.
     *
     * @param rejected  traces with less randomness are left out
     */
    private record Probability(long rejected) implements Rule {
        @Override
        public long threshold(SyscallCall call, boolean isFailure, long randomness) {
            return randomness >= rejected ? rejected : LEFT_OUT;
        }
    }

    private final List<Rule> rules;

    private Sampling(List<Rule> rules) {
        this.rules = rules;
    }

    /**
     * Reads rules, one a line. Empty lines and what follows a {@code #} say nothing. Calls are given as {@link SyscallFilter} takes
     * them: names, numbers, classes, expressions.
     *
     * @throws IllegalArgumentException if a line is no rule, or names a call that there is not; a message of one line that names it
     */
    public static Sampling parse(List<String> lines) {
        List<Rule> rules = new ArrayList<>();
        for (int index = 0; index < lines.size(); index++) {
            String line = lines.get(index).replaceFirst("#.*", "").strip();
            if (!line.isEmpty()) {
                rules.add(rule(index + 1, line));
            }
        }
        if (rules.size() > MOST_RULES) {
            throw new IllegalArgumentException("there are " + rules.size() + " rules; the most is " + MOST_RULES);
        }
        return new Sampling(List.copyOf(rules));
    }

    private static Rule rule(int number, String line) {
        try {
            return rule(line.split("\\s+"))
                    .orElseThrow(() ->
                            new IllegalArgumentException("line " + number + ": '" + line + "' is no rule" + FORMS));
        } catch (FilterSyntaxException e) {
            throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
        }
    }

    private static Optional<Rule> rule(String[] words) throws FilterSyntaxException {
        String form = words.length < 2 || words[0].equals("sample") ? words[0] : words[0] + " " + words[1];
        String last = words[words.length - 1];
        return switch (form) {
            case "keep error" -> words.length == 2 ? Optional.of(KeepErrors.INSTANCE) : Optional.empty();
            case "keep slow" -> words.length == 3 ? number(last).map(Sampling::slow) : Optional.empty();
            case "keep call" -> words.length == 3 ? Optional.of(named(last, true)) : Optional.empty();
            case "drop call" -> words.length == 3 ? Optional.of(named(last, false)) : Optional.empty();
            case "sample" ->
                words.length == 2
                        ? number(last).filter(probability -> probability <= 1).map(Sampling::probability)
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Rule slow(double millis) {
        return new KeepSlow((long) (millis * NANOS_PER_MILLI));
    }

    private static Rule named(String names, boolean keep) throws FilterSyntaxException {
        return new Named(SyscallFilter.of(List.of(names)), keep);
    }

    private static Rule probability(double probability) {
        return new Probability(rejected(probability));
    }

    private static Optional<Double> number(String text) {
        try {
            return Optional.of(Double.parseDouble(text)).filter(value -> value >= 0 && Double.isFinite(value));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /**
     * The threshold of a probability as the specification's own algorithm computes it, with 4 digits: so samplers that
     * are told the same probability agree.
     *
     * @param probability  from 0 to 1
     * @return from 0 to 2^56; no trace reaches that
     */
    static long rejected(double probability) {
        if (probability == 0) {
            return 1L << RANDOM_BITS;
        }
        if (probability == 1) {
            return 0;
        }
        int leading = Math.floorDiv(Math.getExponent(probability) + 1, -BITS_PER_DIGIT);
        int digits = Math.clamp((long) SIGNIFICANT_DIGITS + leading, 1, MOST_DIGITS);
        // Between 1 and 2 the bits of a number's fraction are those of its mantissa.
        double rejection = 2 - probability + Math.scalb(0.5, -BITS_PER_DIGIT * digits);
        long fraction = rejection >= 2 ? MANTISSA : Double.doubleToLongBits(rejection) & MANTISSA;
        return fraction >> (MANTISSA_BITS - BITS_PER_DIGIT * digits) << (RANDOM_BITS - BITS_PER_DIGIT * digits);
    }

    /** Whether some calls are kept by a probability. */
    boolean isProbable() {
        return rules.stream().anyMatch(Probability.class::isInstance);
    }

    /**
     * By which threshold a call is kept: of all traces those are kept whose randomness is not below it.
     *
     * @param isFailure   whether anybody would call it a failure
     * @param randomness  of its trace, from 0 to 2^56 - 1
     * @return from 0 (the call is kept in each trace) to 2^56 - 1, or {@link #LEFT_OUT}
     */
    public long threshold(SyscallCall call, boolean isFailure, long randomness) {
        for (Rule rule : rules) {
            long threshold = rule.threshold(call, isFailure, randomness);
            if (threshold != NO_WORD) {
                return threshold;
            }
        }
        return ALWAYS;
    }
}
