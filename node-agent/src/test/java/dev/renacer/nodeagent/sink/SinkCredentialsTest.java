// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.crds.Reason;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.tracer.export.settings.OtlpSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SinkCredentialsTest {
    private static final String ENDPOINT = "https://collector:4317";
    private static final String SECRET = "s3cr3t";

    @TempDir
    private Path root;

    private final AtomicLong clock = new AtomicLong();

    @Test
    void aSinkWithoutCredentialsHasTheCommonSettings() throws Exception {
        assertThat(credentials()
                        .settings(new Sink("s", ENDPOINT, "grpc", null))
                        .get()
                        .headers())
                .isEmpty();
    }

    @Test
    void headersAreLinesOfEitherForm() throws Exception {
        write("headers", "Authorization: Bearer a=b:c\n\nx-tenant=shop\r\n");
        assertThat(settings().get().headers())
                .containsOnlyKeys("authorization", "x-tenant")
                .containsEntry("authorization", "Bearer a=b:c")
                .containsEntry("x-tenant", "shop");
    }

    @Test
    void changedFilesAreUsedWithoutAnew() throws Exception {
        write("headers", "token: one");
        Supplier<OtlpSettings> settings = settings();
        write("headers", "token: two");
        assertThat(settings.get().headers()).containsEntry("token", "one");
        later();
        assertThat(settings.get().headers()).containsEntry("token", "two");
    }

    @Test
    void filesThatAreUnusableForAMomentLeaveWhatWasRead() throws Exception {
        write("headers", "token: one");
        Supplier<OtlpSettings> settings = settings();
        write("headers", SECRET);
        later();
        assertThat(settings.get().headers()).containsEntry("token", "one");
    }

    @Test
    void aMissingFolderIsNamedWithTheNextStep() {
        assertThatThrownBy(() -> credentials().settings(sink("absent")))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().reason()).isEqualTo(Reason.ExportFailed))
                .hasMessageContaining(root.resolve("absent").toString())
                .hasMessageContaining("create the Secret")
                .hasMessageContaining("sinks.absent.secretName");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../other", "/etc", "a/b", "a..b", "A", "a\nb", "."})
    void aFolderCannotLieOutsideTheRoot(String folder) {
        assertThatThrownBy(() -> credentials().settings(sink(folder)))
                .hasMessageContaining("cannot be a folder's name")
                .message()
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource({
        "headers, line 1 of file headers",
        "ca.crt, ca.crt contains no certificate",
        "tls.crt, needs tls.crt and tls.key",
        "tls.key, needs tls.crt and tls.key",
    })
    void whatIsWrongIsToldWithoutWhatIsInTheFile(String file, String message) throws Exception {
        write(file, SECRET);
        assertThatThrownBy(this::settings)
                .hasMessageContaining(message)
                .message()
                .doesNotContain(SECRET);
    }

    @Test
    void aKeyThatCannotBeUsedIsToldWithTheCommandThatConvertsIt() throws Exception {
        write("tls.crt", SECRET);
        write("tls.key", "-----BEGIN RSA PRIVATE KEY-----\n" + SECRET);
        assertThatThrownBy(this::settings)
                .hasMessageContaining("openssl pkcs8")
                .message()
                .doesNotContain(SECRET);
    }

    @Test
    void theSettingsDoNotPrintTheirHeaders() throws Exception {
        write("headers", "token: " + SECRET);
        assertThat(settings().get().toString()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {ENDPOINT, ENDPOINT + "/\n", "HTTPS://Collector:4317"})
    void credentialsForThisEndpointAreUsed(String pinned) throws Exception {
        write("endpoint", pinned);
        assertThat(settings().get()).isNotNull();
    }

    @Test
    void credentialsForAnotherEndpointAreNotSent() throws Exception {
        write("headers", "token: " + SECRET);
        write("endpoint", "https://elsewhere:4317");
        assertThatThrownBy(this::settings)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("are for another endpoint")
                .message()
                .doesNotContain(SECRET);
    }

    @Test
    void credentialsThatAreGivenToAnotherEndpointMeanwhileAreNotSentAnyMore() throws Exception {
        write("endpoint", ENDPOINT);
        Supplier<OtlpSettings> settings = settings();
        write("endpoint", "https://elsewhere:4317");
        later();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(settings::get)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("are for another endpoint");
        }
        write("endpoint", ENDPOINT);
        later();
        assertThat(settings.get()).isNotNull();
    }

    private Supplier<OtlpSettings> settings() throws RefusedException {
        return credentials().settings(sink("mine"));
    }

    private SinkCredentials credentials() {
        return new SinkCredentials(root, OtlpSettings.defaults(), clock::get);
    }

    private static Sink sink(String folder) {
        return new Sink("default", ENDPOINT, "grpc", folder);
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(root.resolve("mine"));
        Files.writeString(root.resolve("mine").resolve(file), text);
    }

    private void later() {
        clock.addAndGet(Duration.ofSeconds(3).toNanos());
    }
}
