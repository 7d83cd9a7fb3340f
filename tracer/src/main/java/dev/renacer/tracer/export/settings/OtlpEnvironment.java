// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import dev.renacer.capture.PrintableText;
import dev.renacer.tracer.export.settings.OtlpEndpoint.Protocol;
import dev.renacer.tracer.export.settings.OtlpSettings.ClientTls;
import dev.renacer.tracer.export.settings.OtlpSettings.Compression;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The OTLP variables of an environment, as the OpenTelemetry specification defines them (OpenTelemetry Protocol
 * Exporter, environment variable specification). An empty value counts as unset.
 */
final class OtlpEnvironment {
    private static final String GENERAL = "OTEL_EXPORTER_OTLP_";
    private static final String TRACES = "OTEL_EXPORTER_OTLP_TRACES_";

    private static final String BATCHES = "OTEL_BSP_";
    private static final int MOST_SPANS = 10_000_000;

    private final Map<String, String> environment;

    OtlpEnvironment(Map<String, String> environment) {
        this.environment = environment;
    }

    /** A variable's name and value. */
    private record Variable(String name, String value) {
        PemFile pem() {
            return new PemFile(name, value);
        }

        IllegalArgumentException unusable(String mustBe) {
            return new IllegalArgumentException(
                    name + " is '" + PrintableText.shortLine(value) + "', must be " + mustBe);
        }
    }

    OtlpSettings settings() {
        OtlpSettings defaults = OtlpSettings.defaults();
        return new OtlpSettings(
                headers(),
                timeout().orElse(defaults.timeout()),
                compression(),
                either("CERTIFICATE").map(Variable::pem).map(PemFile::certificates),
                clientTls(),
                count("MAX_QUEUE_SIZE").orElse(defaults.queueCapacity()),
                count("MAX_EXPORT_BATCH_SIZE").orElse(defaults.maxBatch()),
                variable(BATCHES + "SCHEDULE_DELAY")
                        .map(OtlpEnvironment::millis)
                        .orElse(defaults.maxDelay()),
                variable(BATCHES + "EXPORT_TIMEOUT")
                        .map(OtlpEnvironment::millis)
                        .orElse(defaults.giveUpAfter()),
                defaults.waitingBytes(),
                Proxies.of(environment));
    }

    /** The endpoint; empty if none is set or export is switched off. */
    Optional<OtlpEndpoint> endpoint() {
        if (isSwitchedOff()) {
            return Optional.empty();
        }
        Optional<Variable> traces = variable(TRACES + "ENDPOINT");
        if (traces.isPresent()) {
            // Used as it is: without a path, the root is meant.
            OtlpEndpoint endpoint = parse(traces.get());
            return Optional.of(endpoint.hasPath() ? endpoint : endpoint.withPath("/"));
        }
        return variable(GENERAL + "ENDPOINT").map(general -> {
            OtlpEndpoint endpoint = parse(general);
            return endpoint.protocol() == Protocol.HTTP_PROTOBUF
                    ? endpoint.withPath(endpoint.uri().getPath().replaceAll("/+$", "") + OtlpEndpoint.TRACES_PATH)
                    : endpoint;
        });
    }

    Optional<Protocol> protocol() {
        return either("PROTOCOL").map(variable -> switch (variable.value()) {
            case "grpc" -> Protocol.GRPC;
            case "http/protobuf" -> Protocol.HTTP_PROTOBUF;
            default -> throw variable.unusable("grpc or http/protobuf");
        });
    }

    private boolean isSwitchedOff() {
        return variable("OTEL_SDK_DISABLED")
                        .filter(v -> v.value().equalsIgnoreCase("true"))
                        .isPresent()
                || variable("OTEL_TRACES_EXPORTER")
                        .filter(v -> v.value().equals("none"))
                        .isPresent();
    }

    private OtlpEndpoint parse(Variable variable) {
        Optional<Protocol> protocol = protocol(); // has a message of its own
        try {
            return OtlpEndpoint.parse(variable.value(), protocol);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(variable.name() + ": " + e.getMessage(), e);
        }
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        either("HEADERS")
                .ifPresent(variable -> KeyValueList.parse(variable.name(), variable.value())
                        .forEach((key, value) -> headers.put(key.toLowerCase(Locale.ROOT), value)));
        return headers;
    }

    private Optional<Duration> timeout() {
        return either("TIMEOUT").map(OtlpEnvironment::millis);
    }

    private static Duration millis(Variable variable) {
        return Duration.ofMillis(number(variable, Integer.MAX_VALUE, "a number of milliseconds more than 0"));
    }

    private Optional<Integer> count(String suffix) {
        return variable(BATCHES + suffix)
                .map(variable -> (int) number(variable, MOST_SPANS, "a number of spans from 1 to " + MOST_SPANS));
    }

    private static long number(Variable variable, long most, String mustBe) {
        try {
            long number = Long.parseLong(variable.value());
            if (number > 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // reported below
        }
        throw variable.unusable(mustBe);
    }

    private Optional<Compression> compression() {
        return either("COMPRESSION").map(variable -> switch (variable.value()) {
            case "none" -> Compression.NONE;
            case "gzip" -> Compression.GZIP;
            default -> throw variable.unusable("gzip or none");
        });
    }

    private Optional<ClientTls> clientTls() {
        Optional<Variable> key = either("CLIENT_KEY");
        Optional<Variable> certificate = either("CLIENT_CERTIFICATE");
        if (key.isPresent() != certificate.isPresent()) {
            Variable set = key.or(() -> certificate).orElseThrow();
            throw new IllegalArgumentException("mutual TLS needs both a key and its certificate; " + set.name()
                    + " is set, "
                    + set.name().replaceFirst("CLIENT_.*", key.isPresent() ? "CLIENT_CERTIFICATE" : "CLIENT_KEY")
                    + " is not");
        }
        return key.map(present -> {
            PemFile chain = certificate.orElseThrow().pem();
            byte[] certificates = chain.certificates();
            return new ClientTls(present.pem().key(chain, certificates), certificates);
        });
    }

    private Optional<Variable> either(String suffix) {
        return variable(TRACES + suffix).or(() -> variable(GENERAL + suffix));
    }

    private Optional<Variable> variable(String name) {
        return Optional.ofNullable(environment.get(name))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .map(value -> new Variable(name, value));
    }
}
