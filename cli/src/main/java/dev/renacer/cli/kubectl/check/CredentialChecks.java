// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.check;

import dev.renacer.cli.kubectl.api.Lookup;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the certificates that agents use towards sinks are valid; they lie in Secrets mounted below one folder. */
final class CredentialChecks {
    private static final String FOLDER = "/etc/renacer/sinks/";
    private static final Duration SOON = Duration.ofDays(14);

    private final KubernetesClient client;
    private final DaemonSet agents;

    CredentialChecks(KubernetesClient client, DaemonSet agents) {
        this.client = client;
        this.agents = agents;
    }

    /** The results; none if no sink has credentials. */
    List<CheckResult> run() {
        List<CheckResult> results = new ArrayList<>();
        var pod = agents.getSpec().getTemplate().getSpec();
        List<VolumeMount> mounts = pod.getContainers().stream()
                .flatMap(container -> container.getVolumeMounts().stream())
                .filter(mount -> mount.getMountPath().startsWith(FOLDER))
                .toList();
        for (VolumeMount mount : mounts) {
            String credentials = mount.getMountPath().substring(FOLDER.length());
            pod.getVolumes().stream()
                    .filter(volume -> volume.getName().equals(mount.getName()))
                    .flatMap(volume -> secretName(volume).stream())
                    .forEach(secret -> results.addAll(ofSecret(credentials, secret)));
        }
        return results;
    }

    private static Optional<String> secretName(Volume volume) {
        return Optional.ofNullable(volume.getSecret()).map(source -> source.getSecretName());
    }

    private List<CheckResult> ofSecret(String credentials, String name) {
        String namespace = agents.getMetadata().getNamespace();
        String where = "secret " + namespace + "/" + name + " of credentials " + credentials;
        return switch (Lookup.of(
                () -> client.secrets().inNamespace(namespace).withName(name).get())) {
            case Lookup.Unreadable<Secret> _ -> List.of(CheckResult.unreadable("credentials", where));
            case Lookup.Absent<Secret> _ ->
                List.of(CheckResult.no(
                        "credentials", where + " is missing", "create it, or take it out of the chart's sinks"));
            case Lookup.Found<Secret>(Secret secret) -> {
                Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
                yield List.of("ca.crt", "tls.crt").stream()
                        .flatMap(file -> Optional.ofNullable(data.get(file))
                                .map(content -> ofCertificate(where + ", " + file, content, Instant.now()))
                                .stream())
                        .toList();
            }
        };
    }

    /** How long the first certificate of a PEM file, in Base64 as a Secret holds it, is valid. */
    static CheckResult ofCertificate(String where, String encoded, Instant now) {
        X509Certificate certificate;
        try {
            certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(Base64.getMimeDecoder().decode(encoded)));
        } catch (CertificateException | IllegalArgumentException e) {
            return CheckResult.no(
                    "credentials", where + " is not a certificate: " + e.getMessage(), "put a PEM file there");
        }
        Instant end = certificate.getNotAfter().toInstant();
        String until = where + (end.isBefore(now) ? " expired at " : " is valid until ") + end;
        return end.isBefore(now.plus(SOON))
                ? CheckResult.no("credentials", until, "renew it; agents read the new one without a restart")
                : CheckResult.ok("credentials", until);
    }
}
