// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

import io.opentelemetry.api.trace.TraceState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a trace state says under OpenTelemetry's key {@code ot} (specification, trace/tracestate-handling.md): the
 * threshold {@code th} by which the trace was sampled, and its randomness {@code rv}. What is malformed is not there.
 *
 * @param threshold  from 0 to 2^56 - 1
 * @param explicit   the randomness, if it is not that of the trace's id; in the same range
 * @param others     what else is said there, as it was
 */
record OtelTraceState(Optional<Long> threshold, Optional<Long> explicit, List<String> others) {
    private static final String KEY = "ot";
    private static final int DIGITS = 14;
    private static final Pattern THRESHOLD = Pattern.compile("th:([0-9a-f]{1,14})");
    private static final Pattern RANDOMNESS = Pattern.compile("rv:([0-9a-f]{14})");

    static OtelTraceState of(TraceState state) {
        Optional<Long> threshold = Optional.empty();
        Optional<Long> randomness = Optional.empty();
        List<String> others = new ArrayList<>();
        String said = state.get(KEY);
        for (String member : said == null ? new String[0] : said.split(";", -1)) {
            Matcher th = THRESHOLD.matcher(member);
            Matcher rv = RANDOMNESS.matcher(member);
            if (th.matches()) {
                threshold = Optional.of(Long.parseLong(
                        th.group(1) + "0".repeat(DIGITS - th.group(1).length()), 16));
            } else if (!member.startsWith("th:")) {
                randomness = rv.matches() ? Optional.of(Long.parseLong(rv.group(1), 16)) : randomness;
                others.add(member);
            }
        }
        return new OtelTraceState(threshold, randomness, List.copyOf(others));
    }

    /**
     * That of the trace: the explicit one, otherwise the last 56 bits of its id (W3C Trace Context, level 2).
     *
     * @param traceId  32 hexadecimal digits
     */
    long randomness(String traceId) {
        return explicit.isPresent()
                ? explicit.get()
                : Long.parseLong(traceId, traceId.length() - DIGITS, traceId.length(), 16);
    }

    /**
     * The trace state with this threshold, or without one.
     *
     * @param state  this was read from it
     */
    TraceState with(TraceState state, Optional<Long> sampled) {
        List<String> members = new ArrayList<>(others);
        sampled.ifPresent(value -> members.add("th:" + text(value)));
        return members.isEmpty()
                ? state.toBuilder().remove(KEY).build()
                : state.toBuilder().put(KEY, String.join(";", members)).build();
    }

    private static String text(long threshold) {
        return threshold == 0 ? "0" : String.format("%014x", threshold).replaceFirst("0+$", "");
    }
}
