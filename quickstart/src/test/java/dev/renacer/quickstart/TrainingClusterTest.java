// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.quickstart.api.EmbeddedApi;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingClusterTest {
    private static final char[] PASSWORD = "training".toCharArray();

    @TempDir
    private Path folder;

    @Test
    void aPodsClientTrustsTheServerByItsCertificateAndIsKnownByItsToken() throws Exception {
        KeyStore store = keyStore();
        try (EmbeddedApi api = EmbeddedApi.start(TrainingCluster.tls(store, PASSWORD), "known")) {
            try (KubernetesClient client = client(api, store, "known")) {
                assertThat(client.namespaces().list().getItems()).isEmpty();
            }
            try (KubernetesClient client = client(api, store, "guessed")) {
                assertThatThrownBy(() -> client.namespaces().list())
                        .isInstanceOfSatisfying(
                                KubernetesClientException.class,
                                e -> assertThat(e.getCode()).isEqualTo(401));
            }
        }
    }

    private KeyStore keyStore() throws Exception {
        Path file = folder.resolve("keys");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "api",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "SAN=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(file)) {
            store.load(stream, PASSWORD);
        }
        return store;
    }

    private static KubernetesClient client(EmbeddedApi api, KeyStore store, String token) throws Exception {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withMasterUrl(api.url())
                        .withOauthToken(token)
                        .withCaCertData(Base64.getEncoder()
                                .encodeToString(TrainingCluster.pem(store).getBytes(StandardCharsets.UTF_8)))
                        .build())
                .build();
    }
}
