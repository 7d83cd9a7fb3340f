// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector;

import dev.renacer.tracer.export.collector.wire.Gzip;
import dev.renacer.tracer.export.collector.wire.HeadOfBody;
import dev.renacer.tracer.export.collector.wire.RequestWithEntities;
import dev.renacer.tracer.export.settings.Proxies;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends OTLP/HTTP with the JDK's client. Does not follow redirects: the headers may contain credentials. Reads no more
 * of an answer than {@link HeadOfBody} keeps.
 */
final class OtlpHttpSender implements HttpSender {
    private final HttpSenderConfig config;
    private final RequestLimit limit;
    private final Supplier<CompletableFuture<ExportOutcome>> outcome;
    private final HttpClient client;
    private final ReusedBytes body = new ReusedBytes();
    private volatile @Nullable CompletableFuture<?> underWay;

    /**
     * @param proxy    in between
     * @param limit    what is larger is not sent
     * @param outcome  of the current export; completed before the exporter hears of the end, because the exporter is
     *     given fewer details
     */
    OtlpHttpSender(
            HttpSenderConfig config,
            Optional<Proxies.Proxy> proxy,
            RequestLimit limit,
            Supplier<CompletableFuture<ExportOutcome>> outcome) {
        this.config = config;
        this.limit = limit;
        this.outcome = outcome;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .connectTimeout(config.getConnectTimeout())
                .followRedirects(HttpClient.Redirect.NEVER);
        if (!config.getEndpoint().getScheme().equals("https")) {
            builder.version(
                    HttpClient.Version.HTTP_1_1); // no request to change to HTTP/2, which some servers answer wrongly
        }
        if (config.getSslContext() != null) {
            builder.sslContext(config.getSslContext());
        }
        proxy.ifPresent(between -> {
            builder.proxy(ProxySelector.of(new InetSocketAddress(between.host(), between.port())));
            between.user().ifPresent(user -> builder.authenticator(new ProxyUser(user, between.password())));
        });
        this.client = builder.build();
    }

    @Override
    public void send(MessageWriter message, Consumer<HttpResponse> onResponse, Consumer<Throwable> onError) {
        CompletableFuture<ExportOutcome> expected = outcome.get();
        int size = message.getContentLength();
        if (!limit.admits(size)) {
            expected.complete(limit.tooLarge(size));
            onError.accept(new IOException("not sent"));
            return;
        }
        CompletableFuture<java.net.http.HttpResponse<byte[]>> response;
        try {
            response = client.sendAsync(request(message), _ -> new HeadOfBody());
        } catch (IOException | RuntimeException e) {
            expected.complete(new ExportOutcome.Refused("spans could not be written: " + OutcomeRules.cause(e)));
            onError.accept(new IOException("not written"));
            return;
        }
        underWay = response;
        var _ = response.whenComplete((answer, failure) -> {
            if (failure != null) {
                expected.complete(OutcomeRules.of(failure));
                onError.accept(new IOException("not sent")); // what the library would log may hold more than it should
                return;
            }
            ExportOutcome said = OutcomeRules.of(HttpAnswer.of(answer));
            if (said instanceof ExportOutcome.TooLarge) {
                limit.refused(size);
            }
            expected.complete(said);
            onResponse.accept(new StatusAlone(answer.statusCode()));
        });
    }

    private HttpRequest request(MessageWriter message) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder().uri(config.getEndpoint()).timeout(config.getTimeout());
        config.getHeadersSupplier()
                .get()
                .forEach((name, values) -> values.forEach(value -> request.header(name, value)));
        request.header("Content-Type", config.getContentType());
        body.reset();
        if (config.getCompressor() == null) {
            new RequestWithEntities(message).writeTo(body);
        } else {
            request.header("Content-Encoding", Gzip.INSTANCE.getEncoding());
            try (OutputStream compressed = Gzip.INSTANCE.compress(body)) {
                new RequestWithEntities(message).writeTo(compressed);
            }
        }
        return request.POST(BodyPublishers.ofByteArray(body.bytes(), 0, body.size()))
                .build();
    }

    @Override
    public CompletableResultCode shutdown() {
        CompletableFuture<?> last = underWay;
        if (last != null) {
            last.cancel(true);
        }
        client.shutdownNow();
        return CompletableResultCode.ofSuccess();
    }

    /** Tells the proxy, and nobody else, who is asking. */
    private static final class ProxyUser extends Authenticator {
        private final PasswordAuthentication known;

        ProxyUser(String user, String password) {
            known = new PasswordAuthentication(user, password.toCharArray());
        }

        @Override
        protected @Nullable PasswordAuthentication getPasswordAuthentication() {
            return getRequestorType() == RequestorType.PROXY ? known : null;
        }
    }

    /** Its bytes are read in place: the next request is only written when this one is over. */
    private static final class ReusedBytes extends ByteArrayOutputStream {
        byte[] bytes() {
            return buf;
        }
    }

    /** Everything that the exporter needs. */
    private record StatusAlone(int getStatusCode) implements HttpResponse {
        @Override
        public String getStatusMessage() {
            return "";
        }

        @Override
        public byte[] getResponseBody() {
            return new byte[0];
        }
    }
}
