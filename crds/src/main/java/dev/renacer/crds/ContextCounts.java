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
        long unfollowedConnections,

        @JsonPropertyDescription(
                "Connections of HTTP that got a second descriptor (dup): calls for later requests there stay under"
                        + " their process.")
        long duplicatedConnections,

        @JsonPropertyDescription(
                "Connections of HTTP beyond those that are followed at a time (64 of HTTP/2 in a process, 8,192 in"
                        + " all).")
        long excessConnections,

        @JsonPropertyDescription(
                "Connections of HTTP that were open while calls were not seen, since events were lost or threads"
                        + " rested (onExceeded DutyCycle): calls for later requests there stay under their process.")
        long unwatchedConnections,

        @JsonPropertyDescription(
                "Requests received without a valid header traceparent: they name no span that calls could be put"
                        + " under.")
        long unnamedRequests,

        @JsonPropertyDescription(
                "Requests received before one of the process's threads was seen to answer what it had received:"
                        + " only calls on their connections are put under them.")
        long firstRequests,

        @JsonPropertyDescription(
                "Requests received by processes whose threads answer each other's requests, or have several open:"
                        + " only calls on their connections are put under them.")
        long handedOverRequests,

        @JsonPropertyDescription(
                "Requests received by a thread that may serve others by turns (it waits for several descriptors, or"
                        + " the socket does not block), or on a connection of HTTP/2: only calls on their connections are put"
                        + " under them.")
        long multiplexedRequests) {
    /** Nothing is missing. */
    public static final ContextCounts NONE = new ContextCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

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
                unfollowedConnections + other.unfollowedConnections,
                duplicatedConnections + other.duplicatedConnections,
                excessConnections + other.excessConnections,
                unwatchedConnections + other.unwatchedConnections,
                unnamedRequests + other.unnamedRequests,
                firstRequests + other.firstRequests,
                handedOverRequests + other.handedOverRequests,
                multiplexedRequests + other.multiplexedRequests);
    }

    /** These without a part of them. */
    public ContextCounts minus(ContextCounts part) {
        return new ContextCounts(
                Math.max(0, unsampledCalls - part.unsampledCalls),
                Math.max(0, unreadableCalls - part.unreadableCalls),
                Math.max(0, unresolvedPrograms - part.unresolvedPrograms),
                Math.max(0, encryptedConnections - part.encryptedConnections),
                Math.max(0, unfollowedConnections - part.unfollowedConnections),
                Math.max(0, duplicatedConnections - part.duplicatedConnections),
                Math.max(0, excessConnections - part.excessConnections),
                Math.max(0, unwatchedConnections - part.unwatchedConnections),
                Math.max(0, unnamedRequests - part.unnamedRequests),
                Math.max(0, firstRequests - part.firstRequests),
                Math.max(0, handedOverRequests - part.handedOverRequests),
                Math.max(0, multiplexedRequests - part.multiplexedRequests));
    }

    /** The same in words; empty if nothing is missing. */
    @JsonIgnore
    public String words() {
        List<String> parts = new ArrayList<>();
        add(parts, unsampledCalls, "call", "left out, as the application does not record their traces");
        add(parts, unreadableCalls, "call", "whose published context could not be read");
        add(parts, unresolvedPrograms, "program", "whose published contexts were not found");
        parts.addAll(requestParts());
        return String.join(", ", parts);
    }

    /** In a sentence, why it is not known for which request calls were made; empty if nothing is missing. */
    @JsonIgnore
    public String withoutRequests() {
        List<String> parts = requestParts();
        return parts.isEmpty()
                ? ""
                : "for which request calls were made is not known where there were " + String.join(", ", parts)
                        + ": such calls stay under their process";
    }

    private List<String> requestParts() {
        List<String> parts = new ArrayList<>();
        add(parts, encryptedConnections, "served connection", "encrypted");
        add(parts, unfollowedConnections, "HTTP connection", "not followed to the end");
        add(parts, duplicatedConnections, "HTTP connection", "with a second descriptor");
        add(parts, excessConnections, "HTTP connection", "beyond those that are followed at a time");
        add(parts, unwatchedConnections, "HTTP connection", "open while calls were not seen");
        add(parts, unnamedRequests, "request", "without a valid traceparent");
        add(parts, firstRequests, "request", "before a thread of the process was seen to answer its own");
        add(parts, handedOverRequests, "request", "of a process whose threads hand them over");
        add(parts, multiplexedRequests, "request", "of a thread or connection that may have several at once");
        return parts;
    }

    private static void add(List<String> parts, long count, String noun, String what) {
        if (count != 0) {
            parts.add(String.format(Locale.ROOT, "%,d %s%s %s", count, noun, count == 1 ? "" : "s", what));
        }
    }
}
