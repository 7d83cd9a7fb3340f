// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.PrintableText;
import dev.renacer.cli.CommandFailure;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How spans get to their receiver; each flag stands for a variable of OpenTelemetry's, and goes before it. */
final class OtlpTransportOptions {
    private static final String TRACES = "OTEL_EXPORTER_OTLP_TRACES_";
    private static final String GENERAL = "OTEL_EXPORTER_OTLP_";

    @Option(
            names = "--otlp-protocol",
            paramLabel = "PROTOCOL",
            description =
                    "grpc or http/protobuf (default: $OTEL_EXPORTER_OTLP_PROTOCOL, otherwise http/protobuf for port"
                            + " 4318 or a path, and grpc for others).")
    @Nullable
    String protocol;

    @Option(
            names = "--otlp-header",
            paramLabel = "NAME=VALUE",
            description = "Send this header, credentials say; may be repeated. NAME=@FILE reads the value from a file,"
                    + " which other users' process lists do not show.")
    List<String> headers = List.of();

    @Option(
            names = "--otlp-ca",
            paramLabel = "FILE",
            description = "Trust these certificates (PEM) instead of the system's (default:"
                    + " $OTEL_EXPORTER_OTLP_CERTIFICATE).")
    @Nullable
    String authorities;

    @Option(
            names = "--otlp-cert",
            paramLabel = "FILE",
            description = "Show the receiver this certificate (PEM); with --otlp-key (default:"
                    + " $OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE).")
    @Nullable
    String certificate;

    @Option(
            names = "--otlp-key",
            paramLabel = "FILE",
            description = "The key of that certificate (PEM; default: $OTEL_EXPORTER_OTLP_CLIENT_KEY).")
    @Nullable
    String key;

    /** The flags that are given, with their values, by the variable that each stands for. */
    private record Given(String flag, String variable, String value) {}

    /** The flags that are given. */
    List<String> flags() {
        return given().map(Given::flag).distinct().toList();
    }

    /**
     * The environment as if the flags stood there.
     *
     * @throws CommandFailure if a header has no name, or its file cannot be read or is empty
     */
    Map<String, String> over(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        given().forEach(flag -> all.put(TRACES + flag.variable(), flag.value()));
        if (!headers.isEmpty()) {
            String before = Optional.ofNullable(environment.get(TRACES + "HEADERS"))
                    .filter(list -> !list.isBlank())
                    .orElseGet(() -> environment.getOrDefault(GENERAL + "HEADERS", ""));
            StringBuilder list = new StringBuilder(before);
            headers()
                    .forEach((name, value) ->
                            list.append(',').append(encoded(name)).append('=').append(encoded(value)));
            all.put(TRACES + "HEADERS", list.toString());
        }
        return all;
    }

    /** What is wrong with a variable, said of the flag that stands for it. */
    String ofFlags(String message) {
        String said = message;
        for (Given flag : given().toList()) {
            said = said.replace(TRACES + flag.variable(), flag.flag());
        }
        if (certificate != null || key != null) { // what one of them lacks is the other
            said = said.replace(TRACES + "CLIENT_CERTIFICATE", "--otlp-cert")
                    .replace(TRACES + "CLIENT_KEY", "--otlp-key");
        }
        return said;
    }

    private Stream<Given> given() {
        return Stream.of(
                        one("--otlp-protocol", "PROTOCOL", protocol),
                        one("--otlp-header", "HEADERS", headers.isEmpty() ? null : ""),
                        one("--otlp-ca", "CERTIFICATE", authorities),
                        one("--otlp-cert", "CLIENT_CERTIFICATE", certificate),
                        one("--otlp-key", "CLIENT_KEY", key))
                .flatMap(Optional::stream);
    }

    private static Optional<Given> one(String flag, String variable, @Nullable String value) {
        return Optional.ofNullable(value).map(given -> new Given(flag, variable, given));
    }

    private Map<String, String> headers() {
        Map<String, String> named = new LinkedHashMap<>();
        for (String header : headers) {
            int equals = header.indexOf('=');
            if (equals < 1) {
                // What is given may be a secret without its name.
                throw CommandFailure.usage("--otlp-header takes NAME=VALUE, or NAME=@FILE for a value in a file");
            }
            String name = header.substring(0, equals);
            String value = header.substring(equals + 1);
            named.put(name, value.startsWith("@") ? read(name, value.substring(1)) : value);
        }
        return named;
    }

    private static String read(String name, String file) {
        try {
            String value = Files.readString(Path.of(file)).strip();
            if (value.isEmpty()) {
                throw CommandFailure.usage("--otlp-header " + PrintableText.shortLine(name) + "=@FILE: '"
                        + PrintableText.shortLine(file) + "' is empty: write the header's value into it");
            }
            return value;
        } catch (IOException | InvalidPathException e) {
            throw CommandFailure.usage("--otlp-header " + PrintableText.shortLine(name) + "=@FILE: cannot read '"
                    + PrintableText.shortLine(file) + "': give the path of a text file that you may read");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
