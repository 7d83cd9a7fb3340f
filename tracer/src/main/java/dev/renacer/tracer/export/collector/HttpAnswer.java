// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.tracer.export.collector.wire.HeadOfBody;
import dev.renacer.tracer.export.collector.wire.RetryAfter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * The answer of an OTLP/HTTP receiver.
 *
 * @param status      HTTP's
 * @param mediaType   of the body, without parameters, in lower case; empty if none was given
 * @param retryAfter  how long it asks to wait
 * @param location    where it wants to send the request instead; empty if it does not
 * @param body        at most {@link HeadOfBody#MAX_BYTES} of it
 */
record HttpAnswer(int status, String mediaType, Optional<Duration> retryAfter, Optional<String> location, byte[] body) {

    private static final String UNKNOWN = "application/octet-stream";

    static HttpAnswer of(HttpResponse<byte[]> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        int parameters = type.indexOf(';');
        Optional<String> date = response.headers().firstValue("Date");
        return new HttpAnswer(
                response.statusCode(),
                (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT),
                response.headers().firstValue("Retry-After").flatMap(value -> RetryAfter.parse(value, date)),
                response.headers().firstValue("Location"),
                response.headers()
                                .firstValue("Content-Encoding")
                                .filter("gzip"::equalsIgnoreCase)
                                .isPresent()
                        ? unzipped(response.body())
                        : response.body());
    }

    /** Whether the body is a page or a text for people: no OTLP receiver answers with that. */
    boolean isForPeople() {
        return body.length > 0 && (mediaType.startsWith("text/") || mediaType.contains("html") || beginsLikeHtml());
    }

    /** Whether the body is a text of which no type was given, as Go's server answers before it reads a request. */
    boolean isUndeclaredText() {
        return mediaType.isEmpty() && text().chars().noneMatch(each -> Character.isISOControl(each) && !isBlank(each));
    }

    private static boolean isBlank(int each) {
        return each == '\n' || each == '\r' || each == '\t';
    }

    /** Whether it comes from a gRPC server, which answers each request with 200. */
    boolean isGrpc() {
        return mediaType.startsWith("application/grpc");
    }

    boolean isJson() {
        return mediaType.endsWith("json");
    }

    /** Whether an OTLP/HTTP receiver may have said that the spans are delivered: nothing, or ExportTraceServiceResponse. */
    boolean isOfOtlp() {
        if (body.length == 0) {
            return true;
        }
        if (isJson()) {
            return CollectorAnswer.isJsonResponse(text());
        }
        boolean binary = mediaType.isEmpty() || mediaType.contains("protobuf") || mediaType.equals(UNKNOWN);
        return binary && CollectorAnswer.isResponse(body);
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    private boolean beginsLikeHtml() {
        return text().stripLeading().startsWith("<");
    }

    /** It was not requested, but some servers do it. */
    private static byte[] unzipped(byte[] body) {
        try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return stream.readNBytes(HeadOfBody.MAX_BYTES);
        } catch (IOException _) {
            return new byte[0]; // reads as "nothing said"; the status tells enough
        }
    }
}
