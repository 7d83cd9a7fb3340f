// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.kubeconfig;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.api.model.NamedExtension;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * How every program of Renacer finds its API server: as kubectl does, elliptic-curve client keys, token files, impersonation and
 * proxies included.
 */
public final class ClusterAccess {
    private static final String DISABLED_PROXY_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

    static {
        readExtensionsAsTheyAre();
    }

    private ClusterAccess() {}

    /**
     * In a pod by its service account, elsewhere by the environment variable KUBECONFIG or {@code ~/.kube/config}.
     *
     * @throws UncheckedIOException if a file, or a key it names, cannot be read
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the context asks for what the client cannot do
     */
    public static Config fromEnvironment() {
        return completed(new ConfigBuilder().build());
    }

    /** As {@link #fromEnvironment()}, but by this context of the kubeconfig. */
    public static Config fromEnvironment(String context) {
        return completed(Config.autoConfigure(context));
    }

    /**
     * By the current context of a kubeconfig.
     *
     * @throws UncheckedIOException if the file, or a key it names, cannot be read
     */
    public static Config fromKubeconfig(Path kubeconfig) {
        if (!Files.isReadable(kubeconfig)) {
            throw new UncheckedIOException(
                    "kubeconfig " + kubeconfig + " cannot be read", new NoSuchFileException(kubeconfig.toString()));
        }
        return completed(Config.fromKubeconfig(kubeconfig.toFile()));
    }

    /**
     * Extensions of a kubeconfig may be of any kind. To read them as that kind the client first loads all kinds of Kubernetes, even
     * for a file without extensions, which takes more than half the time of reading it.
     */
    @SuppressWarnings("deprecation") // The client reads kubeconfigs by this mapper, and offers no other way to it.
    private static void readExtensionsAsTheyAre() {
        Serialization.jsonMapper().addMixIn(NamedExtension.class, PlainExtension.class);
    }

    /** An extension without a deserializer of its own: maps and lists. */
    private interface PlainExtension {
        @JsonDeserialize
        @SuppressWarnings("UnusedMethod") // Jackson reads the annotation.
        void setExtension(Object extension);
    }

    /** With what the client leaves out of the kubeconfig. */
    private static Config completed(Config config) {
        NamedContext current = config.getCurrentContext();
        File cluster = config.getFileWithCluster();
        File user = config.getFileWithAuthInfo();
        if (current != null && cluster != null) {
            parse(cluster).getClusters().stream()
                    .filter(named -> named.getName().equals(current.getContext().getCluster()))
                    .findFirst()
                    .ifPresent(named -> complete(config, named));
        }
        if (current != null && user != null) {
            parse(user).getUsers().stream()
                    .filter(named -> named.getName().equals(current.getContext().getUser()))
                    .findFirst()
                    .ifPresent(named -> complete(config, user.toPath(), named));
        }
        allowPasswordOfProxy(config);
        ClientKey.prepare(config);
        return config;
    }

    private static io.fabric8.kubernetes.api.model.Config parse(File kubeconfig) {
        try (InputStream content = Files.newInputStream(kubeconfig.toPath())) {
            return Serialization.unmarshal(content, io.fabric8.kubernetes.api.model.Config.class);
        } catch (IOException e) {
            throw new UncheckedIOException("kubeconfig " + kubeconfig + " cannot be read", e);
        }
    }

    /** The client uses a proxy only for servers of the proxy's own scheme, and not for what NO_PROXY names; kubectl always. */
    private static void complete(Config config, NamedCluster named) {
        String given = named.getCluster().getProxyUrl();
        if (given != null && !given.isEmpty()) {
            String proxy = ProxyUrl.complete(named.getName(), given);
            config.setHttpProxy(proxy);
            config.setHttpsProxy(proxy);
            config.setNoProxy(new String[0]);
        }
    }

    private static void complete(Config config, Path kubeconfig, NamedAuthInfo named) {
        AuthInfo user = named.getUser();
        if (user.getTokenFile() != null && !user.getTokenFile().isEmpty()) {
            config.setOauthTokenProvider(
                    new TokenFile(kubeconfig.toAbsolutePath().resolveSibling(user.getTokenFile())));
        }
        Impersonation.apply(config, named.getName(), user);
    }

    /**
     * The JDK drops the password of a proxy on the way to a server that is reached by TLS, unless this is set before its first request.
     * It would cross the network in plain text, but that is what the URL of an HTTP proxy with a password asks for.
     */
    private static void allowPasswordOfProxy(Config config) {
        boolean password = config.getProxyUsername() != null
                || (config.getHttpsProxy() != null && config.getHttpsProxy().contains("@"));
        if (password && System.getProperty(DISABLED_PROXY_SCHEMES) == null) {
            System.setProperty(DISABLED_PROXY_SCHEMES, "");
        }
    }
}
