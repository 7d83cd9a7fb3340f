// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.kubeconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.utils.TokenRefreshInterceptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void aTokenFileComesBeforeAToken() throws IOException {
        Files.writeString(folder.resolve("token"), "from-the-file");
        Config config = ClusterAccess.fromKubeconfig(kubeconfig("{token: abc, tokenFile: token}"));

        assertThat(authorization(config)).isEqualTo("Bearer from-the-file");
    }

    @Test
    void aTokenFileThatIsBeingWrittenAnewStandsForTheLastGoodToken() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "first\n");
        Config config = ClusterAccess.fromKubeconfig(kubeconfig("tokenFile: token"));
        assertThat(authorization(config)).isEqualTo("Bearer first");

        Files.writeString(token, "");
        assertThat(authorization(config)).isEqualTo("Bearer first");
        Files.delete(token);
        assertThat(authorization(config)).isEqualTo("Bearer first");
    }

    @ParameterizedTest
    @CsvSource({"'', is empty", "'sec ret', holds more than one token", "sécret, holds more than one token"})
    void noRequestGoesWithoutTheTokenThatAFileShouldHold(String content, String complaint) throws IOException {
        Path token = Files.writeString(folder.resolve("token"), content);
        Config config = ClusterAccess.fromKubeconfig(kubeconfig("{token: abc, tokenFile: token}"));

        assertThatThrownBy(() -> authorization(config))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessage("token file " + token + " " + complaint);
    }

    @Test
    void aTokenFileThatIsNotThereIsToldAsSuch() throws IOException {
        Config config = ClusterAccess.fromKubeconfig(kubeconfig("tokenFile: nowhere"));

        assertThatThrownBy(() -> authorization(config))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessage("token file " + folder.resolve("nowhere") + " does not exist");
    }

    /** What the client sends. */
    private static @Nullable String authorization(Config config) {
        StandardHttpRequest.Builder request = new StandardHttpRequest.Builder();
        request.uri("https://api");
        new TokenRefreshInterceptor(config, Instant.now(), _ -> CompletableFuture.completedFuture("none"))
                .before(request, request.build(), new NoTags());
        return request.build().header("Authorization");
    }

    /** A request without any. */
    private static final class NoTags implements Interceptor.RequestTags {
        @Override
        public <T> @Nullable T getTag(Class<T> type) {
            return null;
        }
    }

    @Test
    void theKeysOfWhoIsImpersonatedFitIntoTheNameOfAHeader() throws IOException {
        Config config = ClusterAccess.fromKubeconfig(
                kubeconfig("{token: abc, as: jane, as-user-extra: {\"example.org/a b%é\": [x], plain-Key_1: [y]}}"));

        assertThat(config.getImpersonateExtras())
                .isEqualTo(Map.of("example.org%2Fa%20b%25%C3%A9", List.of("x"), "plain-Key_1", List.of("y")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "as: jane, as-uid: \"7\"|as-uid of the user 'u' is not supported",
                "as-uid: \"7\"|as-uid of the user 'u' is not supported",
                "as-groups: [dev]|the user 'u' has as-groups or as-user-extra, but no 'as' that they belong to",
                "as-user-extra: {scope: [shop]}"
                        + "|the user 'u' has as-groups or as-user-extra, but no 'as' that they belong to"
            })
    void whomTheUserStandsInForIsAskedForInFullOrNotAtAll(String user, String complaint) throws IOException {
        Path kubeconfig = kubeconfig("{token: abc, " + user + "}");
        assertThatThrownBy(() -> ClusterAccess.fromKubeconfig(kubeconfig))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessage(complaint);
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
    void aProxyWithoutAPortHasThatOfItsScheme() throws IOException {
        assertThat(ClusterAccess.fromKubeconfig(proxied("HTTP://proxy/")).getHttpsProxy())
                .isEqualTo("http://proxy:80");
        assertThat(ClusterAccess.fromKubeconfig(proxied("http://[::1]")).getHttpsProxy())
                .isEqualTo("http://[::1]:80");
    }

    @ParameterizedTest
    @CsvSource({
        "https://jane:secret@proxy:3128, does not begin with http://",
        "socks5://jane:secret@proxy:1080, does not begin with http://",
        "proxy:3128, does not begin with http://",
        "http://jane:sec ret@proxy:3128, is not a URL",
        "http:///, names no host"
    })
    void aProxyThatCannotBeSpokenToIsRefusedWithoutItsPassword(String proxy, String complaint) throws IOException {
        Path kubeconfig = proxied(proxy);
        assertThatThrownBy(() -> ClusterAccess.fromKubeconfig(kubeconfig))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageStartingWith("proxy-url of the cluster 'c' " + complaint)
                .message()
                .doesNotContain("jane", "sec");
    }

    @Test
    void thePasswordOfAProxyMayCrossToAServerThatIsReachedByTls() throws IOException {
        String property = "jdk.http.auth.tunneling.disabledSchemes";
        assertThat(System.getProperty(property)).isNull();
        try {
            ClusterAccess.fromKubeconfig(proxied("http://proxy:3128"));
            assertThat(System.getProperty(property)).isNull();

            Config config = ClusterAccess.fromKubeconfig(proxied("http://jane:se%40cret@proxy"));

            assertThat(config.getHttpsProxy()).isEqualTo("http://jane:se%40cret@proxy:80");
            assertThat(System.getProperty(property)).isEmpty();
        } finally {
            System.clearProperty(property);
        }
    }

    private Path proxied(String proxy) throws IOException {
        return kubeconfig("token: abc", "server: \"https://api:6443\", proxy-url: \"" + proxy + "\"");
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
