// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpEndpoint.Protocol;
import dev.renacer.tracer.export.settings.OtlpSettings;
import dev.renacer.tracer.export.settings.OtlpSettings.ClientTls;
import dev.renacer.tracer.export.settings.TestCertificate;
import io.grpc.Grpc;
import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is told of a collector whose certificate, or which our own, does not do. The server speaks TLS 1.3, as a Collector does. */
class TlsFailuresTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static TestCertificate authority;
    private static TestCertificate foreignAuthority;
    private static TestCertificate good;
    private static TestCertificate expired;
    private static TestCertificate notYet;
    private static TestCertificate ofAnotherHost;
    private static TestCertificate foreignClient;

    private final List<ExportNotice> notices = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void makeCertificates() throws IOException, InterruptedException, GeneralSecurityException {
        authority = TestCertificate.authority(folder, "authority");
        foreignAuthority = TestCertificate.authority(folder, "foreign");
        String[] here = {"-ext", "SAN=ip:127.0.0.1"};
        good = TestCertificate.signed(folder, authority, "good", here);
        expired = TestCertificate.signed(
                folder, authority, "expired", "-ext", "SAN=ip:127.0.0.1", "-startdate", "-9d", "-validity", "3");
        notYet = TestCertificate.signed(folder, authority, "not-yet", "-ext", "SAN=ip:127.0.0.1", "-startdate", "+9d");
        ofAnotherHost = TestCertificate.signed(folder, authority, "other", "-ext", "SAN=dns:otel.example.com");
        foreignClient = TestCertificate.signed(folder, foreignAuthority, "client");
    }

    private static OtlpSettings trusting(TestCertificate one) throws GeneralSecurityException {
        return OtlpSettings.defaults().withTrustedCertificates(one.certificatePem());
    }

    /** What is told first of an export to a server that shows this certificate. */
    private String told(Protocol protocol, TestCertificate shown, boolean demanding, OtlpSettings settings)
            throws IOException, GeneralSecurityException {
        TlsServerCredentials.Builder credentials = TlsServerCredentials.newBuilder()
                .keyManager(new ByteArrayInputStream(shown.certificatePem()), new ByteArrayInputStream(shown.keyPem()));
        if (demanding) {
            credentials
                    .trustManager(new ByteArrayInputStream(authority.certificatePem()))
                    .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
        }
        Server server =
                Grpc.newServerBuilderForPort(0, credentials.build()).build().start();
        OtlpEndpoint endpoint = new OtlpEndpoint(URI.create("https://127.0.0.1:" + server.getPort()), protocol);
        try (OtlpSpanPipeline pipeline = OtlpSpanPipeline.open(endpoint, settings, notices::add)) {
            pipeline.target("t").offer(NumberedSpan.of(1));
            await().atMost(LONG).until(() -> !notices.isEmpty());
        } finally {
            server.shutdownNow();
        }
        assertThat(notices).hasSize(1);
        return notices.getFirst().message();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void anExpiredCertificateIsSaidToBe(Protocol protocol) throws IOException, GeneralSecurityException {
        assertThat(told(protocol, expired, false, trusting(authority)))
                .contains("the collector's certificate has expired (NotAfter: ", "have it renewed");
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void oneThatIsNotValidYetIsSaidToBe(Protocol protocol) throws IOException, GeneralSecurityException {
        assertThat(told(protocol, notYet, false, trusting(authority)))
                .contains("is not valid yet (NotBefore: ", "compare the clocks");
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void thatOfAnotherHostIsSaidToBe(Protocol protocol) throws IOException, GeneralSecurityException {
        assertThat(told(protocol, ofAnotherHost, false, trusting(authority)))
                .contains("is for another host: No subject alternative names matching IP address 127.0.0.1 found (");
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void thatOfAnotherAuthorityIsSaidNotToBeTrusted(Protocol protocol) throws IOException, GeneralSecurityException {
        assertThat(told(protocol, good, false, trusting(foreignAuthority)))
                .contains("is not trusted: unable to find valid certification path", "--otlp-ca", "ca.crt");
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aCollectorThatWantsOursSaysSo(Protocol protocol) throws IOException, GeneralSecurityException {
        assertThat(told(protocol, good, true, trusting(authority)))
                .contains("the collector wants to be shown a certificate: ", "--otlp-cert", "tls.crt");
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aCollectorThatDoesNotTrustOursSaysSo(Protocol protocol) throws IOException, GeneralSecurityException {
        OtlpSettings settings = trusting(authority)
                .withClientTls(new ClientTls(foreignClient.keyPem(), foreignClient.certificatePem()));

        assertThat(told(protocol, good, true, settings))
                .contains("the collector does not accept the certificate it is shown: ", "--otlp-cert", "tls.crt");
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aPortThatSpeaksTlsAndKeepsSilentToOthersIsKnownByIt(Protocol protocol)
            throws IOException, GeneralSecurityException {
        Server server = Grpc.newServerBuilderForPort(
                        0,
                        TlsServerCredentials.create(
                                new ByteArrayInputStream(good.certificatePem()),
                                new ByteArrayInputStream(good.keyPem())))
                .build()
                .start();
        OtlpEndpoint plain = new OtlpEndpoint(URI.create("http://127.0.0.1:" + server.getPort()), protocol);
        try (OtlpSpanPipeline pipeline = OtlpSpanPipeline.open(plain, OtlpSettings.defaults(), notices::add)) {
            pipeline.target("t").offer(NumberedSpan.of(1));
            await().atMost(LONG).until(() -> !notices.isEmpty());
        } finally {
            server.shutdownNow();
        }
        assertThat(notices.getFirst().message()).contains("this port wants TLS: write https://");
    }
}
