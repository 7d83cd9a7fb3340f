// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.kubeconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterAccessTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @Test
    void findsThatAPkcs8KeyIsAnEllipticCurveKeyThoughItsHeaderDoesNotSay() throws Exception {
        assertThat(ClusterAccess.fromKubeconfig(kubeconfig("client-key-data: " + inline("EC")))
                        .getClientKeyAlgo())
                .isEqualTo("EC");
    }

    @Test
    void leavesAnRsaKeyToTheClientsDefault() throws Exception {
        assertThat(ClusterAccess.fromKubeconfig(kubeconfig("client-key-data: " + inline("RSA")))
                        .getClientKeyAlgo())
                .isIn(null, "RSA");
    }

    @Test
    void readsAKeyThatLiesBesideTheKubeconfig() throws Exception {
        Path key = Files.writeString(folder.resolve("client.key"), pem("EC"));

        assertThat(ClusterAccess.fromKubeconfig(kubeconfig("client-key: " + key))
                        .getClientKeyAlgo())
                .isEqualTo("EC");
    }

    @Test
    void aTokenNeedsNoKey() throws Exception {
        assertThat(ClusterAccess.fromKubeconfig(kubeconfig("token: abc")).getAutoOAuthToken())
                .isEqualTo("abc");
    }

    @Test
    void aTokenFileIsReadForEachRequest() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "first\n");
        Config config = ClusterAccess.fromKubeconfig(kubeconfig("tokenFile: token"));
        assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("first");

        Files.writeString(token, "second\n");

        assertThat(config.getOauthTokenProvider().getToken()).isEqualTo("second");
    }

    @Test
    void knowsWhomTheUserStandsInFor() throws IOException {
        Config config = ClusterAccess.fromKubeconfig(
                kubeconfig("{token: abc, as: jane, as-groups: [dev, ops], as-user-extra: {scope: [shop]}}"));

        assertThat(config.getImpersonateUsername()).isEqualTo("jane");
        assertThat(config.getImpersonateGroups()).containsExactly("dev", "ops");
        assertThat(config.getImpersonateExtras()).isEqualTo(Map.of("scope", List.of("shop")));
    }

    @Test
    void aProxyIsForServersOfEitherScheme() throws IOException {
        Config config = ClusterAccess.fromKubeconfig(
                kubeconfig("token: abc", "server: \"https://api:6443\", proxy-url: \"http://proxy:3128\""));

        assertThat(config.getHttpsProxy()).isEqualTo("http://proxy:3128");
        assertThat(config.getHttpProxy()).isEqualTo("http://proxy:3128");
        assertThat(config.getNoProxy()).isEmpty();
    }

    @Test
    void anExtensionOfNoKnownKindIsReadPast() throws IOException {
        Config config = ClusterAccess.fromKubeconfig(kubeconfig("token: abc", """
                server: "https://api:6443", extensions: [
                  {name: a, extension: {provider: minikube.sigs.k8s.io}},
                  {name: b, extension: {apiVersion: v1, kind: Pod, metadata: {name: none}}}]"""));

        assertThat(config.getMasterUrl()).isEqualTo("https://api:6443/");
    }

    @Test
    void namesTheFileThatCannotBeRead() {
        Path missing = folder.resolve("nowhere");

        assertThatThrownBy(() -> ClusterAccess.fromKubeconfig(missing))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("kubeconfig " + missing + " cannot be read");
    }

    private Path kubeconfig(String user) throws IOException {
        return kubeconfig(user, "server: \"https://127.0.0.1:6443\"");
    }

    private Path kubeconfig(String user, String cluster) throws IOException {
        return Files.writeString(folder.resolve("kubeconfig"), """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {%s}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            users:
            - name: u
              user:
                %s
            """.formatted(cluster, user));
    }

    private static String inline(String algorithm) throws GeneralSecurityException {
        return Base64.getEncoder().encodeToString(pem(algorithm).getBytes(StandardCharsets.US_ASCII));
    }

    private static String pem(String algorithm) throws GeneralSecurityException {
        byte[] pkcs8 = KeyPairGenerator.getInstance(algorithm)
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8)
                + "\n-----END PRIVATE KEY-----\n";
    }
}
