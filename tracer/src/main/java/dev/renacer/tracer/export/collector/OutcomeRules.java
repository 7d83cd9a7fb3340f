// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.capture.PrintableText;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;

/**
 * Reads a collector's answer, or the lack of one, by the rules of the OTLP specification 1.x (retryable codes, partial
 * success, throttling). RESOURCE_EXHAUSTED is retried even without RetryInfo, as the SDKs do.
 */
public final class OutcomeRules {
    private static final int HTTP_TOO_LARGE = 413;
    private static final Set<Integer> HTTP_RETRYABLE = Set.of(429, 502, 503, 504);
    private static final Set<Status.Code> GRPC_RETRYABLE = Set.of(
            Status.Code.CANCELLED,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.RESOURCE_EXHAUSTED,
            Status.Code.ABORTED,
            Status.Code.OUT_OF_RANGE,
            Status.Code.UNAVAILABLE,
            Status.Code.DATA_LOSS);
    /** What is reported for a peer that does not speak HTTP/2; a probe finds out what it speaks. */
    private static final String IO_EXCEPTION = "io exception";

    /** What is said of a collector that takes longer than the timeout. */
    public static final String NO_ANSWER = "the collector did not answer in time";

    private static final String OVERLOADED =
            " (it is overloaded or limits the rate: give it more room, or send less, as --volume readable does)";

    private static final String PROXY_USER =
            " (the proxy wants to know who asks: http://USER:PASSWORD@HOST:PORT in HTTPS_PROXY or HTTP_PROXY)";

    private static final String CREDENTIALS =
            " (set the credentials: OTEL_EXPORTER_OTLP_HEADERS, or those the TraceSink names)";

    private OutcomeRules() {}

    static ExportOutcome of(HttpAnswer answer) {
        int status = answer.status();
        if (status >= 200 && status < 300) {
            return ofSuccess(answer);
        }
        String said = said(answer);
        String cause = "the collector answered HTTP " + status + (said.isEmpty() ? "" : ": " + said)
                + (status >= 300 && status < 400 ? redirect(answer) : httpHint(status, said))
                + asked(answer.retryAfter());
        if (status == HTTP_TOO_LARGE || isTooLarge(status, said)) {
            return new ExportOutcome.TooLarge(cause);
        }
        if (!HTTP_RETRYABLE.contains(status)) {
            return new ExportOutcome.Refused(cause);
        }
        return new ExportOutcome.Deferred(cause, answer.retryAfter());
    }

    /**
     * Whether a server says in words that a request is too large. Go's servers often answer http.MaxBytesError with the status of any
     * bad request, the OpenTelemetry Collector with 400.
     */
    private static boolean isTooLarge(int status, String said) {
        return !HTTP_RETRYABLE.contains(status) && said.toLowerCase(Locale.ROOT).contains("request body too large");
    }

    /** A 200 is a delivery only if it comes from an OTLP receiver: login pages and gRPC servers also answer with it. */
    private static ExportOutcome ofSuccess(HttpAnswer answer) {
        if (answer.isGrpc()) {
            return new ExportOutcome.Refused("the port speaks OTLP/gRPC, not OTLP/HTTP" + OtherProtocol.USE_GRPC);
        }
        if (answer.isForPeople()) {
            return new ExportOutcome.Refused("the answer HTTP " + answer.status() + " holds "
                    + (answer.mediaType().isEmpty() ? "a page" : PrintableText.shortLine(answer.mediaType()))
                    + ", so it is not from an OTLP receiver: nothing was delivered (a login page? is the"
                    + " endpoint right?)");
        }
        if (!answer.isOfOtlp()) {
            return new ExportOutcome.Refused("the answer HTTP " + answer.status() + " holds " + what(answer)
                    + ", which is no answer of an OTLP receiver: nothing was delivered (is the endpoint right? a proxy in"
                    + " between?)");
        }
        return answer.isJson() ? CollectorAnswer.acceptedJson(answer.text()) : CollectorAnswer.accepted(answer.body());
    }

    /** Not what it says: that may be anybody's. */
    private static String what(HttpAnswer answer) {
        int length = answer.body().length;
        return length
                + (length == 1 ? " byte of " : " bytes of ")
                + (answer.mediaType().isEmpty() ? "no declared type" : PrintableText.shortLine(answer.mediaType()));
    }

    /** Where a redirect leads, without the query, which may hold a secret. */
    private static String redirect(HttpAnswer answer) {
        String location = answer.location()
                .map(where -> where.replaceFirst("[?#].*", "").replaceFirst("//[^/]*@", "//"))
                .map(PrintableText::shortLine)
                .map(where -> " to " + where)
                .orElse("");
        return " (a redirect" + location + ", which is not followed since the request may hold credentials; give the"
                + " endpoint itself)";
    }

    /** A few words of a plain text, or the message of a status; nothing of a page. */
    private static String said(HttpAnswer answer) {
        if (answer.isForPeople() || answer.isJson() || answer.isUndeclaredText()) {
            return answer.text().stripLeading().startsWith("<") ? "" : PrintableText.shortLine(answer.text());
        }
        return CollectorAnswer.statusMessage(answer.body());
    }

    static ExportOutcome of(GrpcAnswer answer) {
        Status.Code code = answer.status().getCode();
        if (code == Status.Code.OK) {
            return CollectorAnswer.accepted(answer.message());
        }
        String description = answer.status().getDescription();
        String said = PrintableText.shortLine(description == null ? "" : description);
        Throwable why = answer.status().getCause();
        if (why != null && said.startsWith(IO_EXCEPTION)) {
            said = cause(why);
        } else if (isClosed(said)) {
            said = cause(new IOException(said));
        }
        String cause = "gRPC " + code + (said.isEmpty() ? "" : ": " + said);
        if (!answer.heard()) {
            return new ExportOutcome.Unanswered(code == Status.Code.DEADLINE_EXCEEDED ? NO_ANSWER : cause);
        }
        cause += grpcHint(code, said) + asked(answer.retryAfter());
        if (isTooLarge(code, said.toLowerCase(Locale.ROOT))) {
            return new ExportOutcome.TooLarge(cause);
        }
        return GRPC_RETRYABLE.contains(code)
                ? new ExportOutcome.Deferred(cause, answer.retryAfter())
                : new ExportOutcome.Refused(cause);
    }

    /**
     * Whether a receiver has said that a message is too large; there is no code of gRPC's for it, and each library has words of its
     * own: those of Go, C++ and Node, Java's, Rust's (tonic), .NET's, and a proxy's in between.
     */
    private static boolean isTooLarge(Status.Code code, String said) {
        return switch (code) {
            case RESOURCE_EXHAUSTED ->
                said.contains("larger than max")
                        || said.contains("exceeds maximum size")
                        || said.contains("exceeds the maximum");
            case OUT_OF_RANGE -> said.contains("message length too large");
            default -> said.contains("http status code 413");
        };
    }

    /** No answer came. That is always worth a retry: the other side may be about to start. */
    static ExportOutcome of(Throwable failure) {
        return new ExportOutcome.Unanswered(cause(failure));
    }

    /** A failure of the connection in words; never empty. */
    public static String cause(Throwable failure) {
        Optional<String> tls = TlsFailure.of(failure, false);
        if (tls.isPresent()) {
            return tls.get();
        }
        Throwable root = unwrapped(failure);
        String message = PrintableText.shortLine(root.getMessage() == null ? "" : root.getMessage());
        boolean silent = message.isEmpty(); // java.net.http gives its exceptions no message
        return switch (root) {
            case UnknownHostException _ -> "unknown host " + message;
            case UnresolvedAddressException _ -> "unknown host";
            case HttpTimeoutException _ -> NO_ANSWER;
            case IOException _ when isClosed(message) -> "the connection was reset or closed before an answer came";
            case ConnectException refused when silent -> isUnresolved(refused) ? "unknown host" : "connection refused";
            default -> silent ? root.getClass().getSimpleName() : message;
        };
    }

    /** What to do if no answer came and nothing more is known than this cause, to be appended to it. */
    static String remedy(String cause) {
        if (cause.endsWith(")")) {
            return ""; // it has one
        }
        if (cause.contains("407") || cause.contains("roxy auth")) {
            return PROXY_USER;
        }
        return cause.equals(NO_ANSWER)
                ? " (it hangs or is overloaded: look at it; OTEL_EXPORTER_OTLP_TIMEOUT gives it more time)"
                : " (the collector, or a proxy in between, ended the connection: its log may say why)";
    }

    private static Throwable unwrapped(Throwable failure) {
        boolean wrapper = failure instanceof CompletionException
                || failure instanceof ExecutionException
                || failure instanceof UncheckedIOException
                || failure instanceof IllegalStateException;
        Throwable cause = failure.getCause();
        boolean says =
                failure instanceof SSLException && cause instanceof GeneralSecurityException; // what is wrong with it
        return (wrapper || says) && cause != null ? unwrapped(cause) : failure;
    }

    /** In the words of the JDK's client and of gRPC's transport. */
    private static boolean isClosed(String message) {
        return message.contains("received no bytes")
                || message.startsWith("EOF reached")
                || message.startsWith("Connection reset")
                || message.startsWith("Broken pipe")
                || message.equals("Network closed for unknown reason");
    }

    private static boolean isUnresolved(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    private static String asked(Optional<Duration> retryAfter) {
        return retryAfter
                .filter(Duration::isPositive)
                .map(wait -> " (it asks to wait " + Math.max(1, wait.toSeconds()) + " s)")
                .orElse("");
    }

    private static String httpHint(int status, String said) {
        if (said.contains("HTTPS server") || said.contains("HTTPS port")) {
            return OtherProtocol.USE_HTTPS;
        }
        return switch (status) {
            case 401, 403 -> CREDENTIALS;
            case 404 -> " (is this the path of an OTLP/HTTP receiver, usually /v1/traces?)";
            case 400 -> " (it takes no such request: its own log says why)";
            case 407 -> PROXY_USER;
            case 415 -> OtherProtocol.USE_GRPC;
            case 429, 502, 503, 504 -> OVERLOADED;
            default -> "";
        };
    }

    private static String grpcHint(Status.Code code, String said) {
        if (said.contains("HTTP status code 401") || said.contains("HTTP status code 403")) {
            return CREDENTIALS;
        }
        boolean ofProxy = said.contains("HTTP status code 429") || said.contains("HTTP status code 50");
        if (!ofProxy && said.contains("invalid content-type")) {
            return OtherProtocol.USE_HTTP;
        }
        return switch (code) {
            case UNAUTHENTICATED, PERMISSION_DENIED -> CREDENTIALS;
            case RESOURCE_EXHAUSTED, UNAVAILABLE -> OVERLOADED;
            case INVALID_ARGUMENT, INTERNAL, UNKNOWN -> " (it takes no such request: its own log says why)";
            default -> "";
        };
    }
}
