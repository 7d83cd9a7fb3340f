// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What has become of the calls of a trace. At its end: made = exported + folded + sampled + lost. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CallFates(
        @JsonPropertyDescription("Calls that were asked for and made.")
        long made,

        @JsonPropertyDescription("Calls with a span of their own at the collector.")
        long exported,

        @JsonPropertyDescription("Calls in summaries at the collector (volume Readable).")
        long folded,

        @JsonPropertyDescription(
                "Calls that a rule of sampling left out, or that are for a trace that the application does not record.")
        long sampled,

        @JsonPropertyDescription("Calls in no span at the collector, for any other cause.")
        long lost) {
    /** Both together; of one that is absent nothing is known. */
    public static @Nullable CallFates sum(@Nullable CallFates one, @Nullable CallFates other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return new CallFates(
                one.made + other.made,
                one.exported + other.exported,
                one.folded + other.folded,
                one.sampled + other.sampled,
                one.lost + other.lost);
    }

    /** These without a part of them. */
    public CallFates minus(CallFates part) {
        return new CallFates(
                Math.max(0, made - part.made),
                Math.max(0, exported - part.exported),
                Math.max(0, folded - part.folded),
                Math.max(0, sampled - part.sampled),
                Math.max(0, lost - part.lost));
    }

    /** The same in words. */
    @JsonIgnore
    public String words() {
        return String.format(
                Locale.ROOT,
                "%,d calls: %,d are spans, %,d folded into others, %,d sampled, %,d lost",
                made,
                exported,
                folded,
                sampled,
                lost);
    }
}
