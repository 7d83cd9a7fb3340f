// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.renacer.tracer.export.SpanSink.Counts;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpEndpoint.Protocol;
import dev.renacer.tracer.export.settings.OtlpSettings;
import dev.renacer.tracer.export.settings.OtlpSettings.ClientTls;
import dev.renacer.tracer.export.settings.TestCertificate;
import io.grpc.Grpc;
import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Export over TLS, with certificates made for the test by the JDK's keytool. */
class OtlpTlsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static TestCertificate server;
    private static TestCertificate client;

    private final List<ExportNotice> notices = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void makeCertificates() throws IOException, InterruptedException, GeneralSecurityException {
        server = TestCertificate.made(folder, "server", "EC");
        client = TestCertificate.made(folder, "client", "EC");
    }

    /** Answers each request with an empty success, and demands the client's certificate. */
    private static HttpsServer demandingServer() throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(server.store(), TestCertificate.PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("client", client.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters demanding = context.getDefaultSSLParameters();
                demanding.setNeedClientAuth(true);
                parameters.setSSLParameters(demanding);
            }
        });
        https.createContext("/v1/traces", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(200, -1);
            }
        });
        https.start();
        return https;
    }

    private static OtlpEndpoint endpoint(HttpsServer https) {
        return new OtlpEndpoint(
                URI.create("https://127.0.0.1:" + https.getAddress().getPort()), Protocol.HTTP_PROTOBUF);
    }

    @Test
    void mutualTlsWorksWithTheGivenCertificates() throws IOException, GeneralSecurityException {
        HttpsServer https = demandingServer();
        OtlpSettings settings = OtlpSettings.defaults()
                .withTrustedCertificates(server.certificatePem())
                .withClientTls(new ClientTls(client.keyPem(), client.certificatePem()));
        try (OtlpSpanPipeline pipeline = OtlpSpanPipeline.open(endpoint(https), settings, notices::add)) {
            SpanSink sink = pipeline.target("t");
            sink.offer(NumberedSpan.of(1));

            assertThat(pipeline.flush(LONG)).isTrue();
            assertThat(sink.counts()).isEqualTo(new Counts(1, 1, 0, 0, 0, 0));
            assertThat(notices).isEmpty();
        } finally {
            https.stop(0);
        }
    }

    /** A gRPC server that shows a certificate of its own and demands the client's. */
    private static Server demandingGrpcServer() throws IOException, GeneralSecurityException {
        return Grpc.newServerBuilderForPort(
                        0,
                        TlsServerCredentials.newBuilder()
                                .keyManager(
                                        new ByteArrayInputStream(server.certificatePem()),
                                        new ByteArrayInputStream(server.keyPem()))
                                .trustManager(new ByteArrayInputStream(client.certificatePem()))
                                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                                .build())
                .addService(new TraceServiceGrpc.TraceServiceImplBase() {
                    @Override
                    public void export(
                            ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> observer) {
                        observer.onNext(ExportTraceServiceResponse.getDefaultInstance());
                        observer.onCompleted();
                    }
                })
                .build()
                .start();
    }

    @Test
    void mutualTlsWorksOverGrpcToo() throws IOException, GeneralSecurityException {
        Server grpc = demandingGrpcServer();
        OtlpEndpoint endpoint = new OtlpEndpoint(URI.create("https://127.0.0.1:" + grpc.getPort()), Protocol.GRPC);
        OtlpSettings settings = OtlpSettings.defaults()
                .withTrustedCertificates(server.certificatePem())
                .withClientTls(new ClientTls(client.keyPem(), client.certificatePem()));
        try (OtlpSpanPipeline pipeline = OtlpSpanPipeline.open(endpoint, settings, notices::add)) {
            SpanSink sink = pipeline.target("t");
            sink.offer(NumberedSpan.of(1));

            assertThat(pipeline.flush(LONG)).isTrue();
            assertThat(sink.counts()).isEqualTo(new Counts(1, 1, 0, 0, 0, 0));
            assertThat(notices).isEmpty();
        } finally {
            grpc.shutdownNow();
        }
    }

    @Test
    void aGrpcCollectorThatIsNotTrustedIsToldAsSuch() throws IOException, GeneralSecurityException {
        Server grpc = demandingGrpcServer();
        OtlpEndpoint endpoint = new OtlpEndpoint(URI.create("https://127.0.0.1:" + grpc.getPort()), Protocol.GRPC);
        try (OtlpSpanPipeline pipeline = OtlpSpanPipeline.open(endpoint, OtlpSettings.defaults(), notices::add)) {
            pipeline.target("t").offer(NumberedSpan.of(1));

            await().atMost(LONG).until(() -> !notices.isEmpty());
            assertThat(notices.getFirst().message()).contains("unable to find valid certification path");
        } finally {
            grpc.shutdownNow();
        }
    }

    @Test
    void anUntrustedCollectorIsToldAsSuch() throws IOException, GeneralSecurityException {
        HttpsServer https = demandingServer();
        try (OtlpSpanPipeline pipeline =
                OtlpSpanPipeline.open(endpoint(https), OtlpSettings.defaults(), notices::add)) {
            pipeline.target("t").offer(NumberedSpan.of(1));

            await().atMost(LONG).until(() -> !notices.isEmpty());
            assertThat(notices.getFirst().message()).contains("unable to find valid certification path");
        } finally {
            https.stop(0);
        }
    }

    @Test
    void certificatesThatChangeAreUsedForTheSpansThatWaited() throws IOException, GeneralSecurityException {
        HttpsServer https = demandingServer();
        OtlpSettings outdated = OtlpSettings.defaults()
                .withTrustedCertificates(client.certificatePem())
                .withClientTls(new ClientTls(client.keyPem(), client.certificatePem()));
        AtomicReference<OtlpSettings> files = new AtomicReference<>(outdated);
        try (OtlpSpanPipeline pipeline = OtlpSpanPipeline.open(endpoint(https), files::get, notices::add)) {
            SpanSink sink = pipeline.target("t");
            sink.offer(NumberedSpan.of(1));
            await().atMost(LONG).until(() -> !notices.isEmpty());

            files.set(outdated.withTrustedCertificates("half written".getBytes(StandardCharsets.US_ASCII)));
            sink.offer(NumberedSpan.of(2));
            await().atMost(LONG)
                    .until(() -> pipeline.lastFailure()
                            .filter(why -> why.startsWith("cannot set up OTLP"))
                            .isPresent());

            files.set(outdated.withTrustedCertificates(server.certificatePem()));
            assertThat(pipeline.flush(LONG)).isTrue();
            assertThat(sink.counts()).isEqualTo(new Counts(2, 2, 0, 0, 0, 0));
        } finally {
            https.stop(0);
        }
    }

    @Test
    void aCertificateThatIsNoPemIsRefusedAtOnce() {
        OtlpSettings settings =
                OtlpSettings.defaults().withTrustedCertificates("nonsense".getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> OtlpSpanPipeline.open(
                        new OtlpEndpoint(URI.create("https://127.0.0.1:1"), Protocol.HTTP_PROTOBUF),
                        settings,
                        notices::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cannot set up OTLP for https://127.0.0.1:1: ")
                .message()
                .doesNotContain("\n");
    }
}
