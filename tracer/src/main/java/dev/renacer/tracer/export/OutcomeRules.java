// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * Reads a collector's answer, or the lack of one, by the rules of the OTLP specification 1.x (retryable codes, partial
 * success).
 */
final class OutcomeRules {
    private static final int HTTP_TOO_LARGE = 413;
    private static final Set<Integer> HTTP_RETRYABLE = Set.of(429, 502, 503, 504);
    private static final Set<GrpcStatusCode> GRPC_RETRYABLE = Set.of(
            GrpcStatusCode.CANCELLED,
            GrpcStatusCode.DEADLINE_EXCEEDED,
            GrpcStatusCode.RESOURCE_EXHAUSTED,
            GrpcStatusCode.ABORTED,
            GrpcStatusCode.OUT_OF_RANGE,
            GrpcStatusCode.UNAVAILABLE,
            GrpcStatusCode.DATA_LOSS);

    private static final String CREDENTIALS =
            " (set the credentials: OTEL_EXPORTER_OTLP_HEADERS, or those the TraceSink names)";

    private OutcomeRules() {}

    static ExportOutcome of(HttpResponse response) {
        int status = response.getStatusCode();
        if (status >= 200 && status < 300) {
            return CollectorAnswer.accepted(response.getResponseBody());
        }
        String said = CollectorAnswer.statusMessage(response.getResponseBody());
        String cause = "the collector answered HTTP " + status + (said.isEmpty() ? "" : ": " + said) + httpHint(status);
        if (status == HTTP_TOO_LARGE) {
            return new ExportOutcome.TooLarge(cause);
        }
        return HTTP_RETRYABLE.contains(status) ? new ExportOutcome.Retryable(cause) : new ExportOutcome.Refused(cause);
    }

    static ExportOutcome of(GrpcResponse response) {
        GrpcStatusCode code = response.getStatusCode();
        if (code == GrpcStatusCode.OK) {
            return CollectorAnswer.accepted(response.getResponseMessage());
        }
        String said = OneLine.of(response.getStatusDescription() == null ? "" : response.getStatusDescription());
        String cause = "gRPC " + code + (said.isEmpty() ? "" : ": " + said) + grpcHint(code, said);
        if (code == GrpcStatusCode.RESOURCE_EXHAUSTED
                && said.toLowerCase(Locale.ROOT).contains("larger than max")) {
            return new ExportOutcome.TooLarge(cause);
        }
        return GRPC_RETRYABLE.contains(code) ? new ExportOutcome.Retryable(cause) : new ExportOutcome.Refused(cause);
    }

    /** Whether a cause names no reason: gRPC says no more than this of a connection that failed. */
    static boolean isUnspecific(String cause) {
        return cause.endsWith("UNAVAILABLE: io exception");
    }

    /** Nothing came back. That is always worth a retry: the other side may be about to start. */
    static ExportOutcome of(Throwable failure) {
        return new ExportOutcome.Retryable(cause(failure));
    }

    /** A failure of the connection in words; never empty. */
    static String cause(Throwable failure) {
        Throwable root = unwrapped(failure);
        String message = OneLine.of(root.getMessage() == null ? "" : root.getMessage());
        boolean silent = message.isEmpty(); // java.net.http gives its exceptions no message
        return switch (root) {
            case UnknownHostException _ -> "unknown host " + message;
            case UnresolvedAddressException _ -> "unknown host";
            case HttpTimeoutException _ -> "the collector did not answer in time";
            case ConnectException refused when silent -> isUnresolved(refused) ? "unknown host" : "connection refused";
            default -> silent ? root.getClass().getSimpleName() : message;
        };
    }

    private static Throwable unwrapped(Throwable failure) {
        boolean wrapper = failure instanceof CompletionException
                || failure instanceof UncheckedIOException
                || failure instanceof IllegalStateException;
        Throwable cause = failure.getCause();
        return wrapper && cause != null ? unwrapped(cause) : failure;
    }

    private static boolean isUnresolved(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    private static String httpHint(int status) {
        return switch (status) {
            case 401, 403 -> CREDENTIALS;
            case 404 -> " (is this the path of an OTLP/HTTP receiver, usually /v1/traces?)";
            default -> "";
        };
    }

    private static String grpcHint(GrpcStatusCode code, String said) {
        if (said.contains("http2 exception") || said.contains("invalid content-type")) {
            return " (is this an OTLP/HTTP port? set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf)";
        }
        return switch (code) {
            case UNAUTHENTICATED, PERMISSION_DENIED -> CREDENTIALS;
            default -> "";
        };
    }
}
