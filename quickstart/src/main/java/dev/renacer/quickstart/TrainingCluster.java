// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TargetState;
import dev.renacer.crds.TraceRequest;
import dev.renacer.quickstart.api.EmbeddedApi;
import dev.renacer.quickstart.otlp.OtlpReceiver;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The stand-in API server for the training of an AOT cache: to operator and agent it looks as it does in a pod. It has one request
 * go through both, from its admission to its deletion, and takes the spans that come of it.
 */
public final class TrainingCluster {
    private static final String ACCOUNT = "var/run/secrets/kubernetes.io/serviceaccount";
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private TrainingCluster() {}

    /**
     * Runs it: {@code TrainingCluster KEYSTORE PASSWORD REQUEST UNTRACED ROOT...}. Prints {@code port N}, where it serves, once the service
     * account lies in each ROOT, {@code node NAME}, and {@code cgroup PATH}, that of the container to be traced; then {@code done}
     * when the request has come and gone, or {@code untraced} if it has, but the agent could not trace.
     *
     * @param args a PKCS #12 key store with the server's key, its password, the YAML of a TraceRequest, a file that is there once it is
     *     known that the agent will find nothing to trace, and the file systems of the images
     */
    public static void main(String[] args) throws IOException, GeneralSecurityException, InterruptedException {
        char[] password = args[1].toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(Path.of(args[0]))) {
            store.load(stream, password);
        }
        String certificate = pem(store);
        String token = HexFormat.of().formatHex(randomBytes());
        TraceRequest request = Serialization.unmarshal(Files.readString(Path.of(args[2])), TraceRequest.class);
        try (EmbeddedApi api = EmbeddedApi.start(tls(store, password), token);
                KubernetesClient client = new KubernetesClientBuilder()
                        // Not what KUBECONFIG says of another cluster.
                        .withConfig(new ConfigBuilder(Config.empty())
                                .withMasterUrl(api.url())
                                .withOauthToken(token)
                                .withCaCertData(Base64.getEncoder()
                                        .encodeToString(certificate.getBytes(StandardCharsets.UTF_8)))
                                .build())
                        .build();
                OtlpReceiver receiver = OtlpReceiver.start()) {
            String container = HexFormat.of().formatHex(randomBytes());
            Pod pod = DemoCluster.create(api, client, container, receiver.grpcEndpoint());
            for (Path root : Arrays.stream(args).skip(4).map(Path::of).toList()) {
                Path account = Files.createDirectories(root.resolve(ACCOUNT));
                Files.writeString(account.resolve("token"), token);
                Files.writeString(account.resolve("ca.crt"), certificate);
                Files.writeString(account.resolve("namespace"), DemoCluster.NAMESPACE);
            }
            System.out.println("port " + api.url().substring(api.url().lastIndexOf(':') + 1));
            System.out.println("node " + DemoCluster.NODE);
            System.out.println(
                    "cgroup /kubepods/burstable/pod" + pod.getMetadata().getUid() + "/" + container);
            System.out.println(comeAndGo(api, client, request, receiver, Path.of(args[3])) ? "done" : "untraced");
        }
    }

    /** @return whether spans came of it */
    private static boolean comeAndGo(
            EmbeddedApi api, KubernetesClient client, TraceRequest request, OtlpReceiver receiver, Path untraced)
            throws InterruptedException {
        await("operator and agent watch", () -> api.watches("tracerequests") > 0 && api.watches("nodetraces") > 1);
        client.resource(request).create();
        await(
                "the agent sends spans or says why not",
                () -> received(receiver) || failed(client) || Files.exists(untraced));
        await("the operator reports", () -> {
            TraceRequest now = client.resource(request).get();
            return now.getStatus() != null && now.getStatus().conditions() != null;
        });
        client.resource(request).delete();
        await("the request goes", () -> client.resource(request).get() == null);
        return received(receiver);
    }

    private static boolean received(OtlpReceiver receiver) {
        return receiver.firstNanoTime().isPresent();
    }

    private static boolean failed(KubernetesClient client) {
        return client.resources(NodeTrace.class).inAnyNamespace().list().getItems().stream()
                .map(NodeTrace::getStatus)
                .filter(Objects::nonNull)
                .flatMap(status -> Stream.ofNullable(status.targets()).flatMap(List::stream))
                .anyMatch(target -> TargetState.Failed.name().equals(target.state()));
    }

    private static void await(String what, BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited " + LONGEST.toSeconds() + " s in vain until " + what);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    static SSLContext tls(KeyStore store, char[] password) throws GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        return tls;
    }

    static String pem(KeyStore store) throws GeneralSecurityException {
        String alias = store.aliases().nextElement();
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(store.getCertificate(alias).getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
