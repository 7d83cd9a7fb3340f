// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is missing of the application's own traces among the spans: calls left out, and calls and connections whose request is not known. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ContextCounts(
        @JsonPropertyDescription(
                "Calls without a span because the application does not record the trace they were made for (its flag sampled is 0);"
                        + " spec.unsampled: Keep gives them spans.")
        long unsampledCalls,

        @JsonPropertyDescription(
                "Calls of threads whose published context (OTEP 4947) could not be read; their spans stay under their process.")
        long unreadableCalls,

        @JsonPropertyDescription(
                "Programs that publish contexts where these cannot be found: their C library is neither glibc 2.34 or newer nor"
                        + " musl.")
        long unresolvedPrograms,

        @JsonPropertyDescription("Served connections that are encrypted, so that no request was seen on them.")
        long encryptedConnections,

        @JsonPropertyDescription(
                "Connections of HTTP that could not be followed to the end: calls for later requests there stay under their"
                        + " process.")
        long unfollowedConnections) {
    /** Nothing is missing. */
    public static final ContextCounts NONE = new ContextCounts(0, 0, 0, 0, 0);

    /** These, or {@link #NONE} if they are absent. */
    public static ContextCounts of(@Nullable ContextCounts counts) {
        return counts == null ? NONE : counts;
    }

    /** These as a status has them: absent if nothing is missing. */
    @JsonIgnore
    public @Nullable ContextCounts orAbsent() {
        return equals(NONE) ? null : this;
    }

    /** Both together. */
    public ContextCounts plus(ContextCounts other) {
        return new ContextCounts(
                unsampledCalls + other.unsampledCalls,
                unreadableCalls + other.unreadableCalls,
                unresolvedPrograms + other.unresolvedPrograms,
                encryptedConnections + other.encryptedConnections,
                unfollowedConnections + other.unfollowedConnections);
    }

    /** These without a part of them. */
    public ContextCounts minus(ContextCounts part) {
        return new ContextCounts(
                Math.max(0, unsampledCalls - part.unsampledCalls),
                Math.max(0, unreadableCalls - part.unreadableCalls),
                Math.max(0, unresolvedPrograms - part.unresolvedPrograms),
                Math.max(0, encryptedConnections - part.encryptedConnections),
                Math.max(0, unfollowedConnections - part.unfollowedConnections));
    }

    /** The same in words; empty if nothing is missing. */
    @JsonIgnore
    public String words() {
        List<String> parts = new ArrayList<>();
        add(parts, unsampledCalls, "call", "left out, as the application does not record their traces");
        add(parts, unreadableCalls, "call", "whose published context could not be read");
        add(parts, unresolvedPrograms, "program", "whose published contexts were not found");
        add(parts, encryptedConnections, "served connection", "encrypted");
        add(parts, unfollowedConnections, "HTTP connection", "not followed to the end");
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, long count, String noun, String what) {
        if (count != 0) {
            parts.add(String.format(Locale.ROOT, "%,d %s%s %s", count, noun, count == 1 ? "" : "s", what));
        }
    }
}
