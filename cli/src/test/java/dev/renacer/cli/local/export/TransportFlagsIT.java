// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.cli.Launchers;
import dev.renacer.cli.Run;
import dev.renacer.cli.local.OtlpReceiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flags that stand for OpenTelemetry's variables of the transport. */
class TransportFlagsIT {
    @TempDir
    Path folder = Path.of("");

    @Test
    void theProtocolOfTheFlagGoesBeforeThatOfTheEnvironment() throws IOException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = renacer(
                    Map.of("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
                    "--otlp-endpoint",
                    receiver.httpUrl(),
                    "--otlp-protocol",
                    "http/protobuf");
            assertThat(run.err()).isEmpty();
            assertThat(receiver.spans()).isNotEmpty();
        }
    }

    @Test
    void headersAreSentBesideThoseOfTheEnvironmentAndReadFromFiles() throws IOException {
        Path secret = Files.writeString(folder.resolve("token"), "Bearer s3cret, with = and %\n");
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            Run run = renacer(
                    Map.of("OTEL_EXPORTER_OTLP_HEADERS", "x-team=shop,x-stage=test"),
                    "--otlp-endpoint",
                    receiver.httpUrl(),
                    "--otlp-protocol",
                    "http/protobuf",
                    "--otlp-header",
                    "authorization=@" + secret,
                    "--otlp-header",
                    "X-Stage=production");
            assertThat(run.err()).isEmpty();
            assertThat(receiver.headers())
                    .containsEntry("authorization", "Bearer s3cret, with = and %")
                    .containsEntry("x-team", "shop")
                    .containsEntry("x-stage", "production");
        }
    }

    @Test
    void whatCannotBeIsSaidOfTheFlag() throws IOException {
        List<String> to = List.of("--otlp-endpoint", "http://127.0.0.1:9");
        expectRefusal(
                to, List.of("--otlp-protocol", "smtp"), "--otlp-protocol is 'smtp', must be grpc or http/protobuf");
        expectRefusal(to, List.of("--otlp-ca", "/no/such.pem"), "--otlp-ca: '/no/such.pem' does not exist");
        expectRefusal(
                to, List.of("--otlp-ca", "/etc/hostname"), "--otlp-ca: '/etc/hostname' has no certificate in PEM");
        expectRefusal(
                to,
                List.of("--otlp-key", "/etc/hostname"),
                "mutual TLS needs both a key and its certificate; --otlp-key is set, --otlp-cert is not");
        expectRefusal(to, List.of("--otlp-header", "s3cret"), "--otlp-header takes NAME=VALUE");
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        expectRefusal(to, List.of("--otlp-header", "a=@" + empty), "--otlp-header a=@FILE: '" + empty + "' is empty");
        expectRefusal(to, List.of("--otlp-header", "a=@/no/such"), "--otlp-header a=@FILE: cannot read '/no/such'");
    }

    @Test
    void withoutAReceiverTheyAreSaidToHaveNoEffect() throws IOException {
        Run run = renacer(Map.of(), "--otlp-protocol", "grpc");
        assertThat(run.err()).contains("no spans are exported, so --otlp-protocol has no effect");
        assertThat(run.code()).isZero();
    }

    private static void expectRefusal(List<String> to, List<String> flags, String message) throws IOException {
        List<String> arguments = new ArrayList<>(to);
        arguments.addAll(flags);
        Run run = renacer(Map.of(), arguments.toArray(String[]::new));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.errLines()).singleElement().asString().contains(message).doesNotContain("s3cret");
    }

    private static Run renacer(Map<String, String> environment, String... flags) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-o", "/dev/null"));
        arguments.addAll(List.of(flags));
        arguments.addAll(List.of("--", "true"));
        return Run.of(Launchers.command("renacer", arguments), environment);
    }
}
